namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// Generation by the trained levels: samples of any size, injected pictures, frames, and super-resolution (sections 3 and 4 of the paper).
/// </summary>
internal sealed partial class SinGanModel
{
    /// <summary>Number of samples that a run shows.</summary>
    private const int Shown = 3;

    /// <summary>The first level whose noise changes between frames, by default.</summary>
    private const int MovedFrom = 2;

    private const int Enlargement = 4;

    public override IEnumerable<Tensor> Generate(GenerationRequest request)
    {
        var top = TopOf(request);
        return request.Animate ? Frames(request, top) : base.Generate(request);
    }

    protected override Tensor Draw(GenerationDraw draw)
    {
        var request = draw.Request;
        var top = TopOf(request);
        if (request.SuperResolve)
        {
            return SuperResolved(draw);
        }

        var sizes = SizesFor(request.Size, top);
        var from = request.FromScale ?? (request.Inject is null ? 0 : 1);
        var below = from == 0 ? null
            : request.Inject is { } injected ? Injected(injected, from)
            : request.Size is null ? _reconstructions[from]
            : _reconstructions[from].Resize(sizes[from], new Resizing(AlignCorners: true));
        var made = Sample(draw, from, top, below, sizes);
        return request.Mask is { } mask ? Blended(made, top, mask, request.MaskGrow) : made;
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        Array.ForEach(_generators, g => g.Eval());
        var spec = SinGanFamily.Spec;
        var request = new GenerationRequest { Seed = Options.Seed, Count = Shown };
        Tensor[] samples = [.. Enumerable.Range(0, Shown)
            .Select(i => Sample(new GenerationDraw(request, spec, i, Device), 0, _level, null, _pyramid.Sizes))];
        var reconstruction = Reconstruct(_level);
        SetModes(_level);
        return [_pictures[_level], reconstruction, .. samples];
    }

    /// <summary>The finest level that has been trained.</summary>
    /// <exception cref="OptionsException">no level is trained, or the request needs a finer one</exception>
    private int TopOf(GenerationRequest request)
    {
        if (request.StepsTaken == 0)
        {
            throw new OptionsException("the run has taken no step yet, and so has no picture");
        }

        var top = StageAt(request.StepsTaken - 1);
        var least = request.Inject is null ? 0 : 1;
        if (least > top)
        {
            throw new OptionsException("--inject needs two trained scales, and the run has one so far");
        }

        if (request.FromScale is { } from && (from < least || from > top))
        {
            throw new OptionsException(top == 0 ? $"--from-scale must be 0, the only scale that is trained, not {from}"
                : $"--from-scale must be between {least} and {top}, the finest scale that is trained, not {from}");
        }

        return request.SuperResolve && top < _pyramid.Levels - 1
            ? throw new OptionsException($"--super-resolve needs the finest scale, {_pyramid.Levels - 1}; the run has reached {top}")
            : top;
    }

    private Tensor Sample(GenerationDraw draw, int from, int top, Tensor? below, IReadOnlyList<(int Height, int Width)> sizes) =>
        Run(
            from, top, below, n => draw.Normal((uint)n, new Shape(n == 0 ? 1 : _pictures[n].Shape[1], sizes[n].Height, sizes[n].Width)),
            sizes);

    /// <summary>The levels' sizes for a picture of another size: each side is scaled by the same factor at every level.</summary>
    private IReadOnlyList<(int Height, int Width)> SizesFor(Size2d? size, int top)
    {
        if (size is not { } asked)
        {
            return _pyramid.Sizes;
        }

        var (height, width) = _pyramid.Sizes[top];
        return [.. _pyramid.Sizes.Select(s => (Of(s.Height, (double)asked.Height / height), Of(s.Width, (double)asked.Width / width)))];

        static int Of(int side, double factor) => Math.Max((int)Math.Round(side * factor, MidpointRounding.AwayFromZero), 1);
    }

    /// <summary>A picture resized to the level below and enlarged again, as input of a level.</summary>
    private Tensor Injected(Picture picture, int level)
    {
        var (height, width) = _pyramid.Sizes[^1];
        var fitted = picture.ToChannels(_pictures[0].Shape[1], "--inject").Resize(width, height).ToTensor(Device);
        return Enlarged(ByteResize.To(fitted, _pyramid.Sizes[level - 1], _pyramid.ScaleOf(level - 1)), level);
    }

    private Tensor Blended(Tensor made, int level, Picture mask, int grow)
    {
        var (height, width) = _pyramid.Sizes[level];
        var values = EditMask.Of(mask.ToChannels(1, "--mask").Resize(width, height), grow);
        return _pictures[level].Lerp(made, Tensor.From(values, new Shape(1, 1, height, width), Device));
    }

    /// <summary>Applies the finest level repeatedly, each time to its previous output, slightly enlarged.</summary>
    private Tensor SuperResolved(GenerationDraw draw)
    {
        var finest = _pyramid.Levels - 1;
        var times = _pyramid.Ratio < 1 ? Math.Max((int)Math.Round(Math.Log(Enlargement) / -Math.Log(_pyramid.Ratio)), 1) : 1;
        var scale = Math.Pow(Enlargement, 1.0 / times);
        var picture = _pictures[finest];
        for (var i = 1; i <= times; i++)
        {
            var (height, width) = (SideAt(i, _pyramid.Sizes[finest].Height), SideAt(i, _pyramid.Sizes[finest].Width));
            var noise = draw.Normal((uint)i, new Shape(i == 1 ? 1 : picture.Shape[1], height, width));
            picture = Make(finest, noise, ByteResize.To(picture, (height, width), scale));
        }

        return picture;

        int SideAt(int time, int side) => (int)Math.Round(side * Math.Pow(scale, time));
    }

    private IEnumerable<Tensor> Frames(GenerationRequest request, int top)
    {
        var from = request.FromScale ?? Math.Min(MovedFrom, top);
        var walks = new NoiseWalk?[top + 1];
        for (var n = from; n <= top; n++)
        {
            var level = n;
            var shape = n == 0 ? _fixedNoise.Shape : ShapeOf(n);
            walks[n] = new NoiseWalk(n == 0 ? _fixedNoise.ToArray() : new float[shape.Count], shape, Moved);

            float[] Moved(int frame)
            {
                using var drawn =
                    Tensor.Normal(new RandomKey(request.Seed, RandomStream.Generation, (uint)frame, (uint)level), shape, Device);
                return drawn.ToArray();
            }
        }

        for (var frame = 0; frame < request.Count; frame++)
        {
            yield return Computed(() => Run(0, top, null, n => walks[n]?.Next(Device) ?? (n == 0 ? _fixedNoise : null), _pyramid.Sizes));
        }
    }
}

using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// SinGAN (Shaham et al. 2019): a generator and a patch discriminator for each size of one picture, trained from coarse to fine,
/// each on the output of the frozen levels below. A stage is a level. A step has several discriminator updates, then several generator
/// updates. Losses, of the last update of each: D_real, D_fake, or D_GAN under rpgan, D_gp, D_R1, D_R2 of penalties, G_GAN, G_rec
/// (weighted).
/// </summary>
internal sealed partial class SinGanModel : GanModel<SinGanOptions>
{
    /// <summary>Random stream of the palette's first colours.</summary>
    private const uint PaletteStream = 0x9A1E77E;

    private readonly GanLoss _loss;
    private readonly Pyramid _pyramid;
    private readonly SinGanNetwork[] _generators;
    private readonly SinGanNetwork[] _discriminators;

    /// <summary>By level: the picture, [1, 3, H, W].</summary>
    private readonly Tensor[] _pictures;

    /// <summary>
    /// By level: the output of the levels below for <see cref="_fixedNoise"/>, enlarged to the level, [1, 3, H, W]; zeros at the coarsest.
    /// </summary>
    private readonly Tensor[] _reconstructions;

    /// <summary>By level: standard deviation of its noise, [1, 1, 1, 1].</summary>
    private readonly Tensor[] _amplitudes;

    /// <summary>The colours of the input of <see cref="SinGanOptions.PaintScale"/>, [5, 3]; null if it is 0.</summary>
    private readonly Tensor? _palette;

    /// <summary>The noise that reconstructs the picture: [1, 1, H, W] at the coarsest level, none at the others.</summary>
    private readonly Tensor _fixedNoise;

    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private int _level;

    public SinGanModel(Family family, SinGanOptions options, Device device)
        : base(family, options, device)
    {
        (_loss, _pyramid) = (new GanLoss(options.GanMode), options.Pyramid);
        int[] levels = [.. Enumerable.Range(0, _pyramid.Levels)];
        _generators = Array.ConvertAll(levels, n => Network<SinGanNetwork>(SinGanFamily.GeneratorOf(n)));
        _discriminators = Array.ConvertAll(levels, n => Network<SinGanNetwork>(SinGanFamily.DiscriminatorOf(n)));

        Array.ForEach(_generators, g => g.Trainable = true);

        // Parameters get gradients only in their own level's stage and have their own moments, as with a new optimiser for each level.
        _adamG = AddAdam("optG", levels.Select(SinGanFamily.GeneratorOf));
        _adamD = AddAdam("optD", levels.Select(SinGanFamily.DiscriminatorOf));
        _pictures = Array.ConvertAll(levels, n => AddState($"picture_{n}", ShapeOf(n), 0));
        _reconstructions = Array.ConvertAll(levels, n => AddState($"reconstruction_{n}", ShapeOf(n), 0));
        _amplitudes = Array.ConvertAll(levels, n => AddState($"amplitude_{n}", new Shape(1, 1, 1, 1), n == 0 ? 1 : 0));
        _palette = options.PaintScale > 0 ? AddState("palette", new Shape(Palette.Colours, 3), 0) : null;
        _fixedNoise = AddState("z_star", ShapeOf(0).With(1, 1), 0);
    }

    /// <summary>The level that a step trains; the last one continues after its nominal end.</summary>
    public override int StageAt(long step) => (int)Math.Min(step / Options.Niter, _pyramid.Levels - 1);

    public override float RateFactorAt(long step) => step - ((long)StageAt(step) * Options.Niter) < 4L * Options.Niter / 5 ? 1 : 0.1f;

    protected override void BeginStage(int stage, Batch batch)
    {
        using var scope = Device.Step();
        using var noGrad = GradMode.NoGrad();
        if (stage == 0)
        {
            _fixedNoise.CopyFrom(Normal("z_star", _fixedNoise.Shape));
            TakePicture(batch[SinGanFamily.Field]);
            return;
        }

        var below = stage - 1;
        if (Options.WidthOf(stage) == Options.WidthOf(below))
        {
            Copy(_generators[below], _generators[stage]);
            Copy(_discriminators[below], _discriminators[stage]);
        }

        _generators[below].Eval();
        if (stage == Options.PaintScale)
        {
            _palette!.CopyFrom(Palette.Of(_pictures[below], new RandomKey(Options.Seed, PaletteStream, 0, 0)));
        }

        var reconstruction = Enlarged(Reconstruct(below), stage);
        _reconstructions[stage].CopyFrom(reconstruction);
        _amplitudes[stage].CopyFrom(
            reconstruction.MseLoss(_pictures[stage]).Sqrt().Affine(Options.NoiseAmp, 0).Reshape(_amplitudes[stage].Shape));
    }

    protected override string? ObstacleToSamples() => $"{Family.Info.Name} learns from one picture, in which there is nothing to share";

    protected override void Prepare(Batch batch, long step) => _level = StageAt(step);

    protected override void Update(string phase, Batch batch)
    {
        var n = _level;
        SetModes(n);
        var z = NoiseOf(n, $"z_{n}");
        Tensor? previous = null;
        for (var i = 0; i < Options.Dsteps; i++)
        {
            var turn = i;
            previous = Below(n, level => NoiseOf(level, $"previous_{turn}_{level}"));
            var fake = Constant(() => Make(n, z, previous));
            TrainDiscriminator(n, fake, turn);
        }

        for (var i = 0; i < Options.Gsteps; i++)
        {
            TrainGenerator(n, z, previous, isLast: i == Options.Gsteps - 1);
        }
    }

    private void TrainDiscriminator(int n, Tensor fake, int turn)
    {
        var (discriminator, real, adversarial) = (_discriminators[n], _pictures[n], (IAdversarialOptions)Options);
        discriminator.Trainable = true;
        var (ofReal, ofFake) = (discriminator.Forward(real), discriminator.Forward(fake));
        List<(string Name, Tensor Value)> losses = _loss.IsRelative
            ? [("D_GAN", _loss.Relative(ofReal, ofFake))]
            : [("D_real", _loss.Of(ofReal, real: true)), ("D_fake", _loss.Of(ofFake, real: false))];
        losses.AddRange(adversarial.Penalties.Select(name => ($"D_{name}", name == "gp"
            ? GradientPenalty.OfPixels(discriminator.Forward, real, fake, Uniform($"mix_{turn}", new Shape(1, 1, 1, 1)), Options.LambdaGrad)
            : adversarial.Penalty(name, discriminator.Forward, real, fake, Mix))));
        _adamD.Minimize(losses.Select(loss => loss.Value).Aggregate((sum, next) => sum + next));
        if (turn == Options.Dsteps - 1)
        {
            losses.ForEach(loss => Report(loss.Name, loss.Value));
        }
    }

    /// <summary>
    /// Noise and input from the level below are those of the step's last discriminator update; the fake is computed again by the updated
    /// generator.
    /// </summary>
    private void TrainGenerator(int n, Tensor z, Tensor? previous, bool isLast)
    {
        var discriminator = _discriminators[n];
        discriminator.Trainable = false;
        var lossGan = _loss.OfGenerator(discriminator.Forward(Make(n, z, previous)), () => discriminator.Forward(_pictures[n]));
        var lossRec = Reconstruct(n).MseLoss(_pictures[n]) * Options.Alpha;
        _adamG.Minimize(lossGan + lossRec);
        if (isLast)
        {
            Report("G_GAN", lossGan);
            Report("G_rec", lossRec);
        }
    }

    /// <summary>
    /// A level's picture [N, 3, H, W]: the output of the level below plus the generator's residual for that output with noise. Not clipped.
    /// </summary>
    /// <param name="n">the level</param>
    /// <param name="z">noise [N, 1 or 3, H, W]; null for none</param>
    /// <param name="previous">the output of the level below, enlarged, [N, 3, H, W]; null at the coarsest level</param>
    private Tensor Make(int n, Tensor? z, Tensor? previous)
    {
        var noise = z?.Multiply(_amplitudes[n]);
        if (noise is not null && noise.Shape[1] == 1)
        {
            noise = noise.Expand(noise.Shape.With(1, _pictures[n].Shape[1]));
        }

        var added = _generators[n].Forward(noise is null ? previous! : previous is null ? noise : previous + noise);
        return previous is null ? added : added + previous;
    }

    /// <summary>The level's picture for the fixed noise.</summary>
    private Tensor Reconstruct(int n) => n == 0 ? Make(0, _fixedNoise, null) : Make(n, null, _reconstructions[n]);

    /// <summary>The output of the levels below for noise, upsampled to a level; null for the coarsest.</summary>
    private Tensor? Below(int n, Func<int, Tensor> noise)
    {
        using var noGrad = GradMode.NoGrad();
        return n == 0 ? null : Enlarged(Run(0, n - 1, null, noise, _pyramid.Sizes), n);
    }

    /// <summary>Runs several levels on pictures [N, 3, H, W].</summary>
    /// <param name="first">the first level</param>
    /// <param name="last">the level whose picture is returned</param>
    /// <param name="previous">input of the first level, enlarged to it; null for the coarsest</param>
    /// <param name="noise">of each level; null for none</param>
    /// <param name="sizes">of each level's picture</param>
    private Tensor Run(int first, int last, Tensor? previous, Func<int, Tensor?> noise, IReadOnlyList<(int Height, int Width)> sizes)
    {
        for (var n = first; ; n++)
        {
            var made = Make(n, noise(n), previous);
            if (n == last)
            {
                return made;
            }

            previous = Enlarged(made, n + 1, sizes);
        }
    }

    /// <summary>Enlarges a picture of the level below to a level: its input, in few colours where paintings are injected.</summary>
    private Tensor Enlarged(Tensor made, int level, IReadOnlyList<(int Height, int Width)>? sizes = null)
    {
        var enlarged = ByteResize.To(made, (sizes ?? _pyramid.Sizes)[level], 1 / _pyramid.Ratio);
        return level == Options.PaintScale ? Palette.Nearest(enlarged, _palette!) : enlarged;
    }

    /// <summary>Noise of a level: one plane at the coarsest, one per colour at the others.</summary>
    private Tensor NoiseOf(int level, string draw) => Normal(draw, level == 0 ? ShapeOf(0).With(1, 1) : ShapeOf(level));

    private Shape ShapeOf(int level) => new(1, 3, _pyramid.Sizes[level].Height, _pyramid.Sizes[level].Width);

    /// <summary>Frozen levels use running statistics, the level in training those of the batch.</summary>
    private void SetModes(int level)
    {
        for (var n = 0; n < level; n++)
        {
            _generators[n].Eval();
        }

        _generators[level].Train();
        _discriminators[level].Train();
    }

    private void TakePicture(Tensor picture)
    {
        var finest = ByteResize.To(picture, _pyramid.Sizes[^1], _pyramid.Shrinking);
        for (var n = 0; n < _pyramid.Levels; n++)
        {
            _pictures[n].CopyFrom(ByteResize.To(finest, _pyramid.Sizes[n], _pyramid.ScaleOf(n)));
        }
    }

    private static void Copy(Module from, Module to)
    {
        foreach (var (source, target) in from.NamedTensors().Zip(to.NamedTensors()))
        {
            target.Value.CopyFrom(source.Value);
        }
    }
}

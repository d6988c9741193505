using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Unsb;

/// <summary>
/// CUT's antialiased ResNet with a latent code and the time in its residual blocks, and the bridge that it walks: from X_0, a picture of
/// the source domain, it predicts a picture of the target domain at each time, and the next X lies between the two, with noise. [N, in,
/// H, W] to [N, out, H, W] in (−1, 1); H and W must be multiples of 4 and at least 8. As in CUT, its first half is the encoder of the
/// contrastive loss, with the same indices of layers.
/// </summary>
internal sealed class UnsbGenerator : SteppedGenerator
{
    private const int LinearLayersOfCode = 4;

    private readonly Sequential _encoder;
    private readonly ModulatedBlock[] _blocks;
    private readonly Sequential _decoder;
    private readonly Sequential _mapping;
    private readonly TimeEmbedding? _time;
    private readonly double[] _times;
    private readonly float _tau;

    public UnsbGenerator(UnsbOptions o)
        : base(o.NumTimesteps)
    {
        CodeLength = 4 * o.Ngf;
        (_times, _tau) = (Times(o.NumTimesteps), o.Tau);
        _encoder = Add("model", new Sequential([.. ResNetGenerator.Encoder(o.InputNc, o.Ngf, scaling: ScalingKind.Antialias)]));
        _blocks =
        [
            .. Enumerable.Range(0, o.Blocks).Select(
                i => Add($"model_res.{i}", new ModulatedBlock(4 * o.Ngf, CodeLength, seesTime: !o.PublishedBlocks))),
        ];
        _decoder = Add("model_upsample", new Sequential([.. ResNetGenerator.Decoder(o.Ngf, scaling: ScalingKind.Antialias)]));
        _decoder.AppendAll(ResNetGenerator.Painting(o.Ngf, o.OutputNc));
        _mapping = Add("z_transform", new Sequential(new PixelNorm()));
        for (var i = 0; i < LinearLayersOfCode; i++)
        {
            _mapping.AppendAll(new Linear(CodeLength, CodeLength), new LeakyRelu());
        }

        _time = o.PublishedBlocks ? null : Add("time_embed", new TimeEmbedding(CodeLength));
    }

    /// <summary>Length of the latent code.</summary>
    public int CodeLength { get; }

    /// <summary>
    /// The times of X_0, X_1, …, X_T: 0, then from ½ to 1 by steps that are proportional to 1, ½, ⅓, …
    /// </summary>
    /// <param name="steps">T, at least 2</param>
    internal static double[] Times(int steps)
    {
        var sums = Enumerable.Range(0, steps).Select(i => Enumerable.Range(1, i).Sum(n => 1.0 / n)).ToArray();
        return [0, .. sums.Select(sum => 0.5 + (0.5 * sum / sums[^1]))];
    }

    /// <summary>The predicted picture of the target domain.</summary>
    /// <param name="x">X at the time, [N, C, H, W]</param>
    /// <param name="time">0 to T − 1</param>
    /// <param name="z">N(0, 1), [N, <see cref="CodeLength"/>]</param>
    public Tensor Forward(Tensor x, int time, Tensor z)
    {
        using var last = Features(x, time, z, [AntialiasedResNet.FirstBlock + _blocks.Length - 1])[0];
        return _decoder.Forward(last);
    }

    /// <summary>Features [N, C', H', W'] of some layers; those after the last of them are not computed.</summary>
    /// <param name="x">[N, C, H, W]</param>
    /// <param name="time">0 to T − 1</param>
    /// <param name="z">N(0, 1), [N, <see cref="CodeLength"/>]</param>
    /// <param name="layers">indices, ascending</param>
    public IReadOnlyList<Tensor> Features(Tensor x, int time, Tensor z, IReadOnlyList<int> layers)
    {
        var (code, embedded) = Conditions(time, z, x.Device);
        var (current, features) = (AntialiasedResNet.Divisible(x).Share(), new List<Tensor>(layers.Count));
        for (var i = 0; i <= layers[^1]; i++)
        {
            using var before = current;
            current = i < AntialiasedResNet.FirstBlock
                ? _encoder[i].Forward(before)
                : _blocks[i - AntialiasedResNet.FirstBlock].Forward(before, code, embedded);
            if (layers.Contains(i))
            {
                features.Add(current.Share());
            }
        }

        current.Dispose();
        code.Dispose();
        embedded?.Dispose();
        return features;
    }

    /// <summary>X at a time, reached from X_0 in as many steps.</summary>
    /// <param name="start">X_0, [N, C, H, W]</param>
    /// <param name="time">0 to T − 1</param>
    /// <param name="normal">draws N(0, 1) of a name and a shape</param>
    public Tensor Walk(Tensor start, int time, Func<string, Shape, Tensor> normal)
    {
        var x = start.Share();
        for (var t = 0; t < time; t++)
        {
            using var before = x;
            using var z = normal($"z_{t}", CodeOf(x));
            using var made = Forward(before, t, z);
            var (share, deviation) = Step(t + 1);
            using var between = before.Lerp(made, share);
            using var noise = normal($"noise_{t + 1}", x.Shape);
            using var scaled = noise.Affine(deviation, 0);
            x = between.Add(scaled);
        }

        return x;
    }

    public override Tensor Translate(Tensor x, TranslationSteps steps)
    {
        var draw = 0;
        using var last = Walk(x, steps.Count - 1, Normal);
        using var z = Normal("z", CodeOf(x));
        return Forward(last, steps.Count - 1, z);

        Tensor Normal(string name, Shape shape) => steps.Noise(draw++, shape, x.Device);
    }

    /// <summary>A translation in one step, with the latent code of seed 1 as a constant.</summary>
    public override string Export(GraphWriter graph, string x)
    {
        if (Steps > 1)
        {
            throw graph.HasNoCounterpart(this, $"that draws noise between its {Steps} steps (--steps 1 has none)");
        }

        using var noGrad = GradMode.NoGrad();
        var device = _mapping.Parameters.First().Value.Device;
        using var z = new TranslationSteps(1).Noise(0, new Shape(1, CodeLength), device);
        var (code, time) = Conditions(0, z, device);
        x = _encoder.Export(graph, x);
        for (var i = 0; i < _blocks.Length; i++)
        {
            x = _blocks[i].Export(graph, x, $"style_{i}", code, time);
        }

        return _decoder.Export(graph, x);
    }

    /// <summary>The shape of latent codes for pictures.</summary>
    public Shape CodeOf(Tensor x) => new(x.Shape[0], CodeLength);

    /// <summary>The step from the time before: the prediction's share in the next X, and the deviation of the noise.</summary>
    private (float Share, float Deviation) Step(int time)
    {
        var step = _times[time] - _times[time - 1];
        var share = step / (_times[^1] - _times[time - 1]);
        return ((float)share, (float)Math.Sqrt(step * (1 - share) * _tau));
    }

    private (Tensor Code, Tensor? Time) Conditions(int time, Tensor z, Device device) =>
        (_mapping.Forward(z), _time?.Forward(time, device));
}

using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Bridge;

/// <summary>
/// pix2pix's U-Net with instance norms that the time scales and shifts. It predicts the end of a bridge from a point on it, and translates
/// [N, C, H, W] to [N, C, H, W] in (−1, 1) by steps along the bridge; H and W must be multiples of 2^downs.
/// </summary>
internal sealed class BridgeGenerator : SteppedGenerator
{
    private const int WidestFactor = 8;

    /// <summary>Half-waves of the sines and cosines of time, over the length of the bridge.</summary>
    private static readonly int[] s_frequencies = [1, 2, 4, 8];

    private readonly float _sigma;
    private readonly bool _seesInput;
    private readonly int _downs;
    private readonly Sequential _time;
    private readonly Block _outermost;

    public BridgeGenerator(BridgeOptions o)
        : base(o.TranslationSteps)
    {
        (_sigma, _seesInput, _downs) = (o.Sigma, o.SeeInput, o.NumDowns);
        _time = Add("time", new Sequential(new Linear(2 * s_frequencies.Length, o.TimeEmbedding), new SiLU()));
        Block? inner = null;
        for (var level = o.NumDowns; level >= 1; level--)
        {
            inner = new Block(
                level == 1 ? o.InputNc * (o.SeeInput ? 2 : 1) : Width(level - 1), Width(level), level == 1 ? o.OutputNc : Width(level - 1),
                o.TimeEmbedding, isOutermost: level == 1, inner);
        }

        _outermost = Add("model", inner!);

        int Width(int level) => o.Ngf * Math.Min(1 << (level - 1), WidestFactor);
    }

    /// <summary>The end of the bridges through points z, [N, C, H, W] in (−1, 1).</summary>
    /// <param name="z">points on the bridges, [N, C, H, W]</param>
    /// <param name="a">their beginnings, the inputs</param>
    /// <param name="t">the points' times from 0 to 1, [N, 1]</param>
    public Tensor Predict(Tensor z, Tensor a, Tensor t)
    {
        var multiple = 1 << _downs;
        if (z.Shape.Rank != 4 || z.Shape[2] % multiple != 0 || z.Shape[3] % multiple != 0)
        {
            throw new ShapeException(
                $"bridge: {_downs} downsamplings need [N, C, H, W] with sides that are multiples of {multiple}, not {z.Shape}");
        }

        // A cosine is a sine a quarter of a period later.
        using var angles = TensorOps.Concat(1, [.. Angles().Select(f => t.Affine(f.Scale, f.Shift))]);
        using var waves = angles.Sin();
        using var time = _time.Forward(waves);
        using var seen = _seesInput ? TensorOps.Concat(1, z, a) : z.Share();
        return _outermost.Forward(seen, time);
    }

    /// <summary>
    /// Steps of equal length from the input at time 0: predicts the end of the bridge, and draws the point of the next time on the bridge
    /// from here to that end. The last step arrives there.
    /// </summary>
    public override Tensor Translate(Tensor x, TranslationSteps steps)
    {
        var z = x.Share();
        for (var i = 0; ; i++)
        {
            using var at = z;
            using var time = Tensor.Full(new Shape(x.Shape[0], 1), (float)i / steps.Count, x.Device);
            var end = Predict(at, x, time);
            if (i == steps.Count - 1)
            {
                return end;
            }

            using var predicted = end;
            z = Next(at, end, i, steps, _sigma);
        }
    }

    /// <summary>
    /// The point after a step from t to s, on the Brownian bridge from the present point to the predicted end: its mean is
    /// (s − t)/(1 − t) of the way, its standard deviation σ·√((s − t)(1 − s)/(1 − t)).
    /// </summary>
    /// <param name="z">the present point</param>
    /// <param name="end">the predicted end</param>
    /// <param name="step">index of the step, from 0</param>
    /// <param name="steps">all steps, and their noise</param>
    /// <param name="sigma">σ; 0 for the mean</param>
    internal static Tensor Next(Tensor z, Tensor end, int step, TranslationSteps steps, float sigma)
    {
        var share = ShareOfRest(step, steps.Count);
        var mean = z.Lerp(end, share);
        if (sigma == 0)
        {
            return mean;
        }

        using var center = mean;
        using var noise = steps.Noise(step, z.Shape, z.Device);
        using var scaled = noise.Affine(sigma * MathF.Sqrt(share * (1 - ((step + 1f) / steps.Count))), 0);
        return center.Add(scaled);
    }

    public override string Export(GraphWriter graph, string x)
    {
        if (_sigma > 0 && Steps > 1)
        {
            throw graph.HasNoCounterpart(this, $"that draws noise between its {Steps} steps (--steps 1 has none, nor has --sigma 0)");
        }

        var z = x;
        for (var i = 0; ; i++)
        {
            var t = (float)i / Steps;
            float[] waves = [.. Angles().Select(f => MathF.Sin((t * f.Scale) + f.Shift))];
            var time = _time.Export(
                graph, graph.Constant($"time_{i}_of_{Steps}", name => NamedArray.From(name, [1, waves.Length], waves)));
            var seen = _seesInput ? graph.Node("Concat", [z, x], OnnxAttribute.Integer("axis", 1)) : z;
            var end = _outermost.Export(graph, seen, time);
            if (i == Steps - 1)
            {
                return end;
            }

            var part = graph.Node("Mul", [graph.Node("Sub", [end, z]), graph.Scalar(ShareOfRest(i, Steps))]);
            z = graph.Node("Add", [z, part]);
        }
    }

    /// <summary>(s − t)/(1 − t) of a step from t to s.</summary>
    private static float ShareOfRest(int step, int steps) => 1f / (steps - step);

    private static IEnumerable<(float Scale, float Shift)> Angles() =>
        s_frequencies.SelectMany(k => ((float, float)[])[(MathF.PI * k, 0), (MathF.PI * k, MathF.PI / 2)]);

    /// <summary>Downsampling, the next inner level, upsampling; all but the outermost concatenate their input (skip connection).</summary>
    private sealed class Block : Module
    {
        private readonly Sequential _down;
        private readonly TimedNorm? _downNorm;
        private readonly Block? _inner;
        private readonly Sequential _up;
        private readonly TimedNorm? _upNorm;

        public Block(int input, int inside, int output, int embedding, bool isOutermost, Block? inner)
        {
            _inner = inner;
            var down = new Conv2d(input, inside, 4, 2, 1, bias: isOutermost || inner is null);
            _down = Add("down", isOutermost ? new Sequential(down) : new Sequential(new LeakyReLU(), down));
            if (inner is not null)
            {
                _downNorm = isOutermost ? null : Add("down_norm", new TimedNorm(inside, embedding));
                Add("submodule", inner);
            }

            var up = new ConvTranspose2d(inner is null ? inside : 2 * inside, output, 4, 2, 1, bias: isOutermost);
            _up = Add("up", isOutermost ? new Sequential(new ReLU(), up, new Tanh()) : new Sequential(new ReLU(), up));
            _upNorm = isOutermost ? null : Add("up_norm", new TimedNorm(output, embedding));
        }

        public Tensor Forward(Tensor x, Tensor time)
        {
            using var down = _down.Forward(x);
            using var normed = _downNorm is null ? down.Share() : _downNorm.Forward(down, time);
            using var within = _inner is null ? normed.Share() : _inner.Forward(normed, time);
            if (_upNorm is null)
            {
                return _up.Forward(within);
            }

            using var up = _up.Forward(within);
            using var upNormed = _upNorm.Forward(up, time);
            return TensorOps.Concat(1, upNormed, x);
        }

        public string Export(GraphWriter graph, string x, string time)
        {
            var down = _down.Export(graph, x);
            down = _downNorm?.Export(graph, down, time) ?? down;
            var up = _up.Export(graph, _inner is null ? down : _inner.Export(graph, down, time));
            return _upNorm is null ? up
                : graph.Node("Concat", [_upNorm.Export(graph, up, time), x], OnnxAttribute.Integer("axis", 1));
        }
    }

    /// <summary>norm(x)·(1 + γ) + β for each channel, with γ and β linear in the embedded time.</summary>
    private sealed class TimedNorm : Module
    {
        private readonly ModulatedNorm _norm;
        private readonly Linear _gamma;
        private readonly Linear _beta;

        public TimedNorm(int channels, int embedding)
        {
            _norm = Add("norm", new ModulatedNorm(new InstanceNorm2d(channels)));
            _gamma = Add("gamma", new Linear(embedding, channels));
            _beta = Add("beta", new Linear(embedding, channels));
        }

        public Tensor Forward(Tensor x, Tensor time)
        {
            using var gamma = Planes(_gamma);
            using var beta = Planes(_beta);
            return _norm.Forward(x, gamma, beta);

            Tensor Planes(Linear layer)
            {
                using var numbers = layer.Forward(time);
                return numbers.Reshape(x.Shape[0], x.Shape[1], 1, 1);
            }
        }

        public string Export(GraphWriter graph, string x, string time)
        {
            return _norm.Export(graph, [x, Planes(_gamma), Planes(_beta)])[0];

            string Planes(Linear layer) =>
                graph.Node("Unsqueeze", [layer.Export(graph, time), graph.Integers("planes_axes", 2, 3)]);
        }
    }
}

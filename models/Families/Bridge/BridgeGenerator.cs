using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Bridge;

/// <summary>
/// A U-Net whose norms the time scales and shifts. It predicts the end of a bridge from a point on it, and translates
/// [N, C, H, W] to [N, C, H, W] in (−1, 1) by steps along the bridge; H and W must be multiples of 2^downs.
/// </summary>
internal sealed class BridgeGenerator : SteppedGenerator
{
    /// <summary>Half-waves of the sines and cosines of time, over the length of the bridge.</summary>
    private static readonly int[] s_frequencies = [1, 2, 4, 8];

    private readonly float _sigma;
    private readonly bool _seesInput;
    private readonly Sequential _time;
    private readonly VectorUNet _unet;

    public BridgeGenerator(BridgeOptions o)
        : base(o.TranslationSteps)
    {
        (_sigma, _seesInput) = (o.Sigma, o.SeeInput);
        _time = Add("time", new Sequential(new Linear(2 * s_frequencies.Length, o.TimeEmbedding), new Silu()));
        _unet = Add("unet", new VectorUNet(
            o.InputNc * (o.SeeInput ? 2 : 1), o.OutputNc, o.NumDowns, o.Ngf, o.TimeEmbedding, VectorPlace.Norms));
    }

    /// <summary>The end of the bridges through points z, [N, C, H, W] in (−1, 1).</summary>
    /// <param name="z">points on the bridges, [N, C, H, W]</param>
    /// <param name="a">their beginnings, the inputs</param>
    /// <param name="t">the points' times from 0 to 1, [N, 1]</param>
    public Tensor Predict(Tensor z, Tensor a, Tensor t)
    {
        // A cosine is a sine a quarter of a period later.
        using var angles = TensorOps.Concat(1, [.. Angles().Select(f => t.Affine(f.Scale, f.Shift))]);
        using var waves = angles.Sin();
        using var time = _time.Forward(waves);
        using var seen = _seesInput ? TensorOps.Concat(1, z, a) : z.Share();
        return _unet.Forward(seen, time);
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
            var end = _unet.Export(graph, [seen, time])[0];
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
}

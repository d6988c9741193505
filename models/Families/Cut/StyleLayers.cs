using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>
/// StyleGAN2's layers (Karras et al. 2020) as SinCUT uses them, without styles. Keys are the reference's.
/// </summary>
internal static class StyleLayers
{
    /// <summary>Factor after a leaky ReLU, which keeps the scale of its input.</summary>
    public static readonly float Gain = MathF.Sqrt(2);

    private static readonly float[] s_binomial = [1, 3, 3, 1];

    /// <summary>A square convolution with bias and activation; with <paramref name="halves"/>, a blur before it and stride 2.</summary>
    public static Sequential Convolution(int inputs, int outputs, int kernel, bool halves = false, bool activates = true)
    {
        var layers = new Sequential();
        if (halves)
        {
            // Padding so that blur and convolution together give exactly half the side.
            var around = (s_binomial.Length - 2) + (kernel - 1);
            var (before, after) = ((around + 1) / 2, around / 2);
            layers.Append(new Blur(s_binomial, edge: PadMode.Constant, padding: (before, after, before, after)));
        }

        layers.Append(new EqualizedRate(new Conv2d(inputs, outputs, kernel, halves ? 2 : 1, halves ? 0 : kernel / 2, bias: false)));
        return activates ? layers.Append(new BiasedActivation(outputs)) : layers;
    }

    /// <summary>The blur after a transposed convolution of stride 2; the factor 4 makes up for the zeros in between.</summary>
    public static Tensor Smoothed(Tensor x)
    {
        using var blurred = x.Blur(s_binomial, edge: PadMode.Constant, padding: 1);
        return blurred.Affine(4, 0);
    }

    /// <summary>The blur as graph nodes.</summary>
    public static string Smoothed(GraphWriter graph, string x) =>
        graph.Node("Mul", [new Blur(s_binomial, edge: PadMode.Constant, padding: 1).Export(graph, x), graph.Scalar(4)]);
}

/// <summary>√2 · leaky ReLU (x + bias); key <c>bias</c> [C].</summary>
internal sealed class BiasedActivation : Layer
{
    private const float Slope = 0.2f;

    private readonly ModuleTensor _bias;

    public BiasedActivation(int channels) => _bias = AddParameter("bias", new Shape(channels), InitialValue.Zero);

    public override Tensor Forward(Tensor x)
    {
        using var bias = _bias.Value.Reshape(x.Shape.Rank == 4 ? new Shape(1, _bias.Shape[0], 1, 1) : new Shape(1, _bias.Shape[0]));
        using var sum = x + bias;
        using var active = sum.LeakyRelu(Slope);
        return active.Affine(StyleLayers.Gain, 0);
    }

    /// <summary>For maps only: the discriminator, which has vectors, is never exported.</summary>
    public override string Export(GraphWriter graph, string x)
    {
        var bias = graph.Node("Unsqueeze", [graph.Tensor(_bias), graph.Integers("axes_1_2", 1, 2)]);
        var active = graph.Node("LeakyRelu", [graph.Node("Add", [x, bias])], OnnxAttribute.Float("alpha", Slope));
        return graph.Node("Mul", [active, graph.Scalar(StyleLayers.Gain)]);
    }
}

/// <summary>
/// (f(x) + s(x)) / √2: f is two 3×3 convolutions, and s a 1×1 convolution if channels or sides change, else the identity.
/// </summary>
internal sealed class StyleBlock : Layer
{
    private readonly Sequential _first;
    private readonly Sequential _second;
    private readonly Sequential? _skip;

    /// <param name="inputs">channels of the input</param>
    /// <param name="outputs">channels of the output</param>
    /// <param name="halves">whether sides are halved</param>
    public StyleBlock(int inputs, int outputs, bool halves)
    {
        _first = Add("conv1", StyleLayers.Convolution(inputs, inputs, 3));
        _second = Add("conv2", StyleLayers.Convolution(inputs, outputs, 3, halves));
        _skip = halves || inputs != outputs ? Add("skip", StyleLayers.Convolution(inputs, outputs, 1, halves, activates: false)) : null;
    }

    public override Tensor Forward(Tensor x)
    {
        using var first = _first.Forward(x);
        using var second = _second.Forward(first);
        using var skip = _skip?.Forward(x) ?? x.Share();
        using var sum = second + skip;
        return sum.Affine(1 / StyleLayers.Gain, 0);
    }

    public override string Export(GraphWriter graph, string x)
    {
        var sum = graph.Node("Add", [_second.Export(graph, _first.Export(graph, x)), _skip?.Export(graph, x) ?? x]);
        return graph.Node("Mul", [sum, graph.Scalar(1 / StyleLayers.Gain)]);
    }
}

/// <summary>
/// Upsampling by 2: a transposed convolution whose weights have length 1 for each output (StyleGAN2's demodulation with all styles 1), a
/// blur, noise of learned strength, activation. Keys <c>conv.weight</c> [1, out, in, 3, 3], <c>noise.weight</c> [1],
/// <c>activate.bias</c> [out].
/// </summary>
internal sealed class StyleUpsample : Layer
{
    private const float Epsilon = 1e-8f;
    private const int Kernel = 3;

    private readonly ModuleTensor _weight;
    private readonly ModuleTensor _strength;
    private readonly BiasedActivation _activation;
    private readonly int _inputs;
    private readonly int _outputs;

    /// <param name="inputs">channels of the input</param>
    /// <param name="outputs">channels of the output</param>
    public StyleUpsample(int inputs, int outputs)
    {
        (_inputs, _outputs) = (inputs, outputs);
        _weight = Add("conv", new Weight(new Shape(1, outputs, inputs, Kernel, Kernel), InitialValue.Drawn)).Value;
        _strength = Add("noise", new Weight(new Shape(1), InitialValue.Zero)).Value;
        _activation = Add("activate", new BiasedActivation(outputs));
    }

    /// <summary>Draws noise of a shape in training; null for none, as in evaluation.</summary>
    public Func<Shape, Tensor>? Noise { get; set; }

    public override Tensor Forward(Tensor x)
    {
        using var weight = Demodulated();
        using var wide = x.ConvTranspose2d(weight, stride: 2);
        using var smooth = StyleLayers.Smoothed(wide);
        if (!Training || Noise is null)
        {
            return _activation.Forward(smooth);
        }

        using var noise = Noise(new Shape(smooth.Shape[0], 1, smooth.Shape[2], smooth.Shape[3]));
        using var strength = _strength.Value.Reshape(new Shape(1, 1, 1, 1));
        using var part = noise * strength;
        using var noisy = smooth + part;
        return _activation.Forward(noisy);
    }

    /// <summary>As in evaluation, without noise.</summary>
    public override string Export(GraphWriter graph, string x)
    {
        using var noGrad = GradMode.NoGrad();
        using var weight = Demodulated();
        var values = weight.ToArray();
        var kernel =
            graph.Constant($"{graph.NameOf(this)}.demodulated", name => NamedArray.From(name, [_inputs, _outputs, Kernel, Kernel], values));
        var wide = graph.Node(
            "ConvTranspose", [x, kernel], OnnxAttribute.Integers("kernel_shape", Kernel, Kernel), OnnxAttribute.Integers("strides", 2, 2));
        return _activation.Export(graph, StyleLayers.Smoothed(graph, wide));
    }

    /// <summary>The weight [in, out, 3, 3], of length 1 for each output.</summary>
    private Tensor Demodulated()
    {
        using var own = _weight.Value.Reshape(_outputs, _inputs, Kernel, Kernel);
        using var scaled = own.Affine(1 / MathF.Sqrt(_inputs * Kernel * Kernel), 0);
        using var squares = scaled.Square();
        using var sums = squares.Sum([1, 2, 3], keepDims: true);
        using var positive = sums.Affine(1, Epsilon);
        using var lengths = positive.Sqrt();
        using var units = scaled / lengths;
        return units.Permute(1, 0, 2, 3);
    }

    /// <summary>A module with a single parameter <c>weight</c>, for the keys.</summary>
    private sealed class Weight : Module
    {
        public Weight(Shape shape, InitialValue initial) => Value = AddParameter("weight", shape, initial);

        public ModuleTensor Value { get; }
    }
}

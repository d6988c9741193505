using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>Where a vector enters a <see cref="VectorUNet"/>.</summary>
internal enum VectorPlace
{
    /// <summary>As planes beside the input.</summary>
    Input,

    /// <summary>As planes beside the input of each downsampling convolution.</summary>
    Downs,

    /// <summary>In the norms, whose outputs it scales and shifts.</summary>
    Norms,
}

/// <summary>
/// pix2pix's U-Net with instance norm, conditioned on a vector: [N, in, H, W] and [N, numbers] to [N, out, H, W] in (−1, 1). State-dict
/// keys are those of BicycleGAN's program for codes at all levels.
/// </summary>
internal sealed class VectorUNet : Module
{
    private const int WidestFactor = 8;
    private const int FirstLevelWithDropout = 5;

    private readonly Block _outermost;
    private readonly int _downs;

    public VectorUNet(
        int inputChannels, int outputChannels, int downs, int ngf, int numbers, VectorPlace place, bool dropout = false)
    {
        _downs = downs;
        Block? inner = null;
        for (var level = downs; level >= 1; level--)
        {
            inner = new Block(
                level == 1 ? inputChannels : Width(level - 1),
                Width(level),
                level == 1 ? outputChannels : Width(level - 1),
                planes: place == VectorPlace.Downs || (place == VectorPlace.Input && level == 1) ? numbers : 0,
                scales: place == VectorPlace.Norms ? numbers : 0,
                isOutermost: level == 1,
                drops: dropout && level >= FirstLevelWithDropout && level < downs,
                inner);
        }

        _outermost = Add("model", inner!);

        int Width(int level) => ngf * Math.Min(1 << (level - 1), WidestFactor);
    }

    /// <param name="x">[N, in, H, W]</param>
    /// <param name="vector">[N, numbers]</param>
    public Tensor Forward(Tensor x, Tensor vector)
    {
        var multiple = 1 << _downs;
        return x.Shape.Rank == 4 && x.Shape[2] % multiple == 0 && x.Shape[3] % multiple == 0
            ? _outermost.Forward(x, vector)
            : throw new ShapeException(
                $"unet: {_downs} downsamplings need [N, C, H, W] with sides that are multiples of {multiple}, not {x.Shape}");
    }

    public override IReadOnlyList<string> Export(GraphWriter graph, IReadOnlyList<string> inputs) =>
        [_outermost.Export(graph, inputs[0], inputs[1])];

    /// <summary>Downsampling, the next inner level, upsampling; all but the outermost concatenate their input (skip connection).</summary>
    private sealed class Block : Module
    {
        private readonly bool _takesPlanes;
        private readonly Sequential _down;
        private readonly VectorNorm? _downNorm;
        private readonly Block? _inner;
        private readonly Sequential _up;
        private readonly VectorNorm? _upNorm;
        private readonly Dropout? _dropout;

        public Block(int input, int inside, int output, int planes, int scales, bool isOutermost, bool drops, Block? inner)
        {
            // A bias in front of a norm has no effect; BicycleGAN's program has it.
            var biased = scales == 0 || isOutermost;
            (_takesPlanes, _inner) = (planes > 0, inner);
            var down = new Conv2d(input + planes, inside, 4, 2, 1, biased || inner is null);
            _down = Add("down", isOutermost ? new Sequential(down) : new Sequential(new LeakyRelu(), down));
            if (inner is not null)
            {
                _downNorm = isOutermost ? null : Add("down_norm", new VectorNorm(inside, scales));
                Add("submodule", inner);
            }

            var up = new ConvTranspose2d(inner is null ? inside : 2 * inside, output, 4, 2, 1, bias: biased);
            _up = Add("up", isOutermost ? new Sequential(new Relu(), up, new Tanh()) : new Sequential(new Relu(), up));
            _upNorm = isOutermost ? null : Add("up_norm", new VectorNorm(output, scales));
            _dropout = drops ? Add("dropout", new Dropout()) : null;
        }

        public Tensor Forward(Tensor x, Tensor vector)
        {
            using var read = _takesPlanes ? x.WithPlanes(vector) : x.Share();
            using var down = _down.Forward(read);
            using var normed = _downNorm?.Forward(down, vector) ?? down.Share();
            using var within = _inner?.Forward(normed, vector) ?? normed.Share();
            if (_upNorm is null)
            {
                return _up.Forward(within);
            }

            using var up = _up.Forward(within);
            using var upNormed = _upNorm.Forward(up, vector);
            using var dropped = _dropout?.Forward(upNormed) ?? upNormed.Share();
            return TensorOps.Concat(1, dropped, x);
        }

        public string Export(GraphWriter graph, string x, string vector)
        {
            var down = _down.Export(graph, _takesPlanes ? graph.WithPlanes(x, vector) : x);
            down = _downNorm?.Export(graph, down, vector) ?? down;
            var up = _up.Export(graph, _inner?.Export(graph, down, vector) ?? down);
            return _upNorm is null ? up
                : graph.Node("Concat", [_upNorm.Export(graph, up, vector), x], OnnxAttribute.Integer("axis", 1));
        }
    }

    /// <summary>An instance norm; with numbers, norm(x)·(1 + γ) + β for each channel, γ and β linear in the vector.</summary>
    private sealed class VectorNorm : Module
    {
        private readonly InstanceNorm2d _plain;
        private readonly (ModulatedNorm Norm, Linear Gamma, Linear Beta)? _scaled;

        public VectorNorm(int channels, int numbers)
        {
            _plain = new InstanceNorm2d(channels);
            _scaled = numbers > 0
                ? (Add("norm", new ModulatedNorm(_plain)), Add("gamma", new Linear(numbers, channels)),
                    Add("beta", new Linear(numbers, channels)))
                : null;
            _ = _scaled is null ? Add("norm", _plain) : null;
        }

        public Tensor Forward(Tensor x, Tensor vector)
        {
            if (_scaled is not { } by)
            {
                return _plain.Forward(x);
            }

            using var gamma = Planes(by.Gamma);
            using var beta = Planes(by.Beta);
            return by.Norm.Forward(x, gamma, beta);

            Tensor Planes(Linear layer)
            {
                using var numbers = layer.Forward(vector);
                return numbers.Reshape(x.Shape[0], x.Shape[1], 1, 1);
            }
        }

        public string Export(GraphWriter graph, string x, string vector)
        {
            return _scaled is { } by ? by.Norm.Export(graph, [x, Planes(by.Gamma), Planes(by.Beta)])[0] : _plain.Export(graph, x);

            string Planes(Linear layer) =>
                graph.Node("Unsqueeze", [layer.Export(graph, vector), graph.Integers("planes_axes", 2, 3)]);
        }
    }
}

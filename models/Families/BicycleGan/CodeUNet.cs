using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.BicycleGan;

/// <summary>
/// BicycleGAN's generator: pix2pix's U-Net with instance norm, and a latent code concatenated to the input of each downsampling convolution
/// (or of the first). [N, in, H, W] and [N, nz] to [N, out, H, W] in (−1, 1). State-dict keys are the reference's for codes at all levels.
/// </summary>
internal sealed class CodeUNet : Module
{
    private const int WidestFactor = 8;
    private const int FirstLevelWithDropout = 5;

    private readonly Block _outermost;
    private readonly int _downs;

    public CodeUNet(BicycleGanOptions o)
    {
        _downs = o.NumDowns;
        Block? inner = null;
        for (var level = o.NumDowns; level >= 1; level--)
        {
            inner = new Block(
                level == 1 ? o.InputNc : Width(level - 1),
                Width(level),
                level == 1 ? o.OutputNc : Width(level - 1),
                o.WhereAdd == CodePlace.All || level == 1 ? o.Nz : 0,
                isOutermost: level == 1,
                drops: o.Dropout && level >= FirstLevelWithDropout && level < o.NumDowns,
                inner);
        }

        _outermost = Add("model", inner!);

        int Width(int level) => o.Ngf * Math.Min(1 << (level - 1), WidestFactor);
    }

    /// <param name="x">[N, in, H, W]</param>
    /// <param name="code">[N, nz]</param>
    public Tensor Forward(Tensor x, Tensor code)
    {
        var multiple = 1 << _downs;
        return x.Shape.Rank == 4 && x.Shape[2] % multiple == 0 && x.Shape[3] % multiple == 0
            ? _outermost.Forward(x, code)
            : throw new ShapeException(
                $"unet: {_downs} downsamplings need [N, C, H, W] with sides that are multiples of {multiple}, not {x.Shape}");
    }

    public override IReadOnlyList<string> Export(GraphWriter graph, IReadOnlyList<string> inputs) =>
        [_outermost.Export(graph, inputs[0], inputs[1])];

    /// <summary>Downsampling, the next inner level, upsampling; all but the outermost concatenate their input (skip connection).</summary>
    private sealed class Block : Module
    {
        private readonly Sequential _down;
        private readonly Block? _inner;
        private readonly Sequential _up;
        private readonly bool _takesCode;
        private readonly bool _isOutermost;

        public Block(int input, int inside, int output, int code, bool isOutermost, bool drops, Block? inner)
        {
            (_takesCode, _isOutermost, _inner) = (code > 0, isOutermost, inner);
            var down = new Conv2d(input + code, inside, 4, 2, 1);
            _down = Add("down", isOutermost ? new Sequential(down) : new Sequential(new LeakyReLU(), down));
            if (inner is not null)
            {
                _ = isOutermost ? _down : _down.Append(new InstanceNorm2d(inside));
                Add("submodule", inner);
            }

            _up = Add("up", new Sequential(new ReLU(), new ConvTranspose2d(inner is null ? inside : 2 * inside, output, 4, 2, 1)));
            _up.Append(isOutermost ? new Tanh() : new InstanceNorm2d(output));
            if (drops)
            {
                _up.Append(new Dropout());
            }
        }

        public Tensor Forward(Tensor x, Tensor code)
        {
            using var read = _takesCode ? x.WithPlanes(code) : x.Share();
            using var down = _down.Forward(read);
            using var within = _inner is null ? down.Share() : _inner.Forward(down, code);
            if (_isOutermost)
            {
                return _up.Forward(within);
            }

            using var up = _up.Forward(within);
            return TensorOps.Concat(1, up, x);
        }

        public string Export(GraphWriter graph, string x, string code)
        {
            var down = _down.Export(graph, _takesCode ? graph.WithPlanes(x, code) : x);
            var up = _up.Export(graph, _inner is null ? down : _inner.Export(graph, down, code));
            return _isOutermost ? up : graph.Node("Concat", [up, x], Tensors.Formats.Onnx.OnnxAttribute.Integer("axis", 1));
        }
    }
}

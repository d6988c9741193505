using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Spade;

/// <summary>
/// SPADE's generator (Park et al. 2019, appendix A): residual blocks with SPADE norms and nearest-neighbour upsampling. It starts from the
/// downsampled labels, or from a style code. Label planes [N, S, H, W] to pictures [N, out, H, W], in [−1, 1].
/// </summary>
internal sealed class SpadeGenerator : Layer
{
    private readonly Layer _start;
    private readonly List<(SpadeBlock Block, bool Doubles)> _blocks = [];
    private readonly Conv2d _image;
    private readonly int _doublings;
    private readonly int _channels;
    private readonly (int ZDim, int Side)? _style;

    public SpadeGenerator(SpadeOptions o)
    {
        var (planes, width, norm, layers) = (o.InputPlanes, o.Ngf, o.Norm, o.NumUpsamplingLayers);
        (_doublings, _channels) = (o.Doublings, 16 * width);
        _style = o.UseVae ? (o.ZDim, o.CropSize >> o.Doublings) : null;
        _start = Add<Layer>(
            "fc", _style is var (z, side) ? new Linear(z, _channels * side * side) : new Conv2d(planes, _channels, 3, padding: 1));
        Block("head_0", 16, 16, doubles: false);
        Block("G_middle_0", 16, 16, doubles: layers != UpsamplingLayers.Few);
        Block("G_middle_1", 16, 16, doubles: layers >= UpsamplingLayers.More);
        Block("up_0", 16, 8, doubles: true);
        Block("up_1", 8, 4, doubles: true);
        Block("up_2", 4, 2, doubles: true);
        Block("up_3", 2, 1, doubles: true);
        var last = width;
        if (layers == UpsamplingLayers.Most)
        {
            last = width / 2;
            _blocks.Add((Add("up_4", new SpadeBlock(width, last, norm, planes, o.Nhidden)), true));
        }

        _image = Add("conv_img", new Conv2d(last, o.OutputNc, 3, padding: 1));

        void Block(string name, int inputs, int outputs, bool doubles) =>
            _blocks.Add((Add(name, new SpadeBlock(inputs * width, outputs * width, norm, planes, o.Nhidden)), doubles));
    }

    /// <summary>Pictures of label planes; with styles, for the code 0, the mean of their prior.</summary>
    public override Tensor Forward(Tensor x)
    {
        using var style = _style is var (z, _) ? Tensor.Zeros(new Shape(x.Shape[0], z), x.Device) : null;
        return Forward(x, style);
    }

    /// <param name="planes">[N, S, H, W]; sides must be multiples of 2^doublings, and with styles those of training</param>
    /// <param name="style">[N, z] if the generator starts from styles; else null</param>
    public Tensor Forward(Tensor planes, Tensor? style)
    {
        var (height, width) = (planes.Shape[2] >> _doublings, planes.Shape[3] >> _doublings);
        if (height << _doublings != planes.Shape[2] || width << _doublings != planes.Shape[3])
        {
            throw new ShapeException($"spade: both sides of labels {planes.Shape} must be multiples of {1 << _doublings}");
        }

        if (_style is var (_, side) && (height, width) != (side, side))
        {
            throw new ShapeException($"spade: with styles, labels have {side << _doublings}x{side << _doublings} pixels, not " +
                $"{planes.Shape[3]}x{planes.Shape[2]}");
        }

        using var labels = new LabelPyramid(planes);
        var x = Start(labels, style, height, width);
        foreach (var (block, doubles) in _blocks)
        {
            using var before = x;
            using var input = doubles ? before.Upsample(2) : before.Share();
            x = block.Forward(input, labels);
        }

        using var features = x;
        using var active = features.LeakyRelu();
        using var picture = _image.Forward(active);
        return picture.Tanh();
    }

    public override string Export(GraphWriter graph, string x)
    {
        if (_style is not null)
        {
            throw graph.HasNoCounterpart(this, "that starts from styles");
        }

        var halvings = _doublings;
        var y = _start.Export(graph, LabelsAt(halvings));
        var upsample = new Upsample(2);
        foreach (var (block, doubles) in _blocks)
        {
            if (doubles)
            {
                halvings--;
                y = upsample.Export(graph, y);
            }

            y = block.Export(graph, y, LabelsAt(halvings));
        }

        return graph.Node("Tanh", [_image.Export(graph, new LeakyRelu().Export(graph, y))]);

        string LabelsAt(int times) => times == 0 ? x : graph.Node(
            "Resize", [x, "", graph.Floats($"shrink_{times}", 1, 1, 1f / (1 << times), 1f / (1 << times))],
            OnnxAttribute.Text("mode", "nearest"), OnnxAttribute.Text("coordinate_transformation_mode", "asymmetric"),
            OnnxAttribute.Text("nearest_mode", "floor"));
    }

    private Tensor Start(LabelPyramid labels, Tensor? style, int height, int width)
    {
        if (_style is null)
        {
            return _start.Forward(labels.At(height, width));
        }

        using var flat =
            _start.Forward(style ?? throw new ArgumentNullException(nameof(style), "the generator starts from a style's code"));
        return flat.Reshape(flat.Shape[0], _channels, height, width);
    }
}

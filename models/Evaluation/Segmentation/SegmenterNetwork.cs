namespace IlgpuGan.Models.Evaluation.Segmentation;

/// <summary>
/// A small U-Net for segmentation: three levels down, three up, and a skip connection at each. [N, 3, H, W] of any size to logits
/// [N, classes, H, W]. Its receptive field is about 70×70 pixels.
/// </summary>
internal sealed class SegmenterNetwork : Layer
{
    private static readonly int[] s_widths = [16, 32, 64, 96];

    private readonly Sequential _stem;
    private readonly Sequential[] _down;
    private readonly Sequential[] _up;
    private readonly Conv2d _head;

    public SegmenterNetwork(int classes, int inputChannels = 3)
    {
        _stem = Add("stem", Layer(inputChannels, s_widths[0]));
        _down = [.. Enumerable.Range(1, s_widths.Length - 1)
            .Select(i => Add($"down{i}", Layer(s_widths[i - 1], s_widths[i], stride: 2).Append(Layer(s_widths[i], s_widths[i]))))];
        _up =
            [.. Enumerable.Range(1, s_widths.Length - 1).Select(i => Add($"up{i}", Layer(s_widths[i] + s_widths[i - 1], s_widths[i - 1])))];
        _head = Add("head", new Conv2d(s_widths[0], classes, 1));
    }

    public override Tensor Forward(Tensor x)
    {
        var scales = new List<Tensor> { _stem.Forward(x) };
        foreach (var down in _down)
        {
            scales.Add(down.Forward(scales[^1]));
        }

        var y = scales[^1];
        for (var i = _up.Length; i >= 1; i--)
        {
            var skip = scales[i - 1];
            using var doubled = y.Upsample(2);
            using var rows = doubled.Slice(2, 0, skip.Shape[2]); // An odd side was rounded up when it was halved.
            using var fitted = rows.Slice(3, 0, skip.Shape[3]);
            using var joined = TensorOps.Concat(1, skip, fitted);
            y = _up[i - 1].Forward(joined);
        }

        return _head.Forward(y);
    }

    private static Sequential Layer(int input, int output, int stride = 1) =>
        new(new Conv2d(input, output, 3, stride, 1, bias: false), new BatchNorm2d(output), new LeakyRelu());
}

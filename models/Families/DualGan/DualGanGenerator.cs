using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.DualGan;

/// <summary>
/// DualGAN's generator: a U-Net with 3×3 kernels, 5×5 at both ends. [N, in, H, W] to [N, out, H, W] in (−1, 1); sides must be multiples of
/// 2^downs. The innermost level has no norm, since a norm over one pixel outputs only its bias.
/// </summary>
internal sealed class DualGanGenerator : Layer
{
    private const int LevelsWithDropout = 3;

    private readonly Sequential _downs;
    private readonly Sequential _ups;

    /// <param name="inputChannels">channels of the input</param>
    /// <param name="outputChannels">channels of the output</param>
    /// <param name="width">channels after the first convolution; they double up to eightfold</param>
    /// <param name="downs">downsamplings</param>
    /// <param name="dropout">drop half of the values of the three innermost levels on the way up</param>
    public DualGanGenerator(int inputChannels, int outputChannels, int width, int downs, bool dropout)
    {
        _downs = Add("down", new Sequential(DualGanLayers.Down(inputChannels, width, 5)));
        for (var level = 2; level <= downs; level++)
        {
            var stage = new Sequential(new LeakyRelu(), DualGanLayers.Down(Width(level - 1), Width(level), 3));
            _downs.Append(level < downs ? stage.Append(DualGanLayers.Norm(Width(level))) : stage);
        }

        _ups = Add("up", new Sequential());
        for (var level = downs; level > 1; level--)
        {
            var stage =
                new Sequential(new Relu(), DualGanLayers.Up(Read(level), Width(level - 1), 3), DualGanLayers.Norm(Width(level - 1)));
            _ups.Append(dropout && downs - level < LevelsWithDropout ? stage.Append(new Dropout()) : stage);
        }

        _ups.Append(new Sequential(new Relu(), DualGanLayers.Up(Read(1), outputChannels, 5), new Tanh()));

        int Width(int level) => DualGanLayers.Width(width, level);
        int Read(int level) => level == downs ? Width(level) : 2 * Width(level);
    }

    public override Tensor Forward(Tensor x) =>
        Run(x, (layer, t) => layer.Forward(t), (made, skipped) => TensorOps.Concat(1, made, skipped));

    public override string Export(GraphWriter graph, string x) => Run(
        x, (layer, name) =>
            layer.Export(graph, name), (made, skipped) => graph.Node("Concat", [made, skipped], OnnxAttribute.Integer("axis", 1)));

    /// <summary>The way down, then the way up with skip connections.</summary>
    private T Run<T>(T x, Func<Layer, T, T> forward, Func<T, T, T> join)
    {
        var skips = new Stack<T>();
        for (var i = 0; i < _downs.Count; i++)
        {
            x = forward(_downs[i], x);
            skips.Push(x);
        }

        skips.Pop();
        for (var i = 0; i < _ups.Count; i++)
        {
            x = forward(_ups[i], x);
            x = skips.TryPop(out var skipped) ? join(x, skipped) : x;
        }

        return x;
    }
}

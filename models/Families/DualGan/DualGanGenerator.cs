using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.DualGan;

/// <summary>
/// DualGAN's generator: a U-Net of kernels of 3, and 5 at both ends. [N, in, H, W] to [N, out, H, W] in (−1, 1); sides must be multiples of
/// 2^downs. The innermost level has no norm, which over one pixel would leave nothing but its bias.
/// </summary>
internal sealed class DualGanGenerator : Layer
{
    private const int LevelsWithDropout = 3;

    private readonly Sequential _downs;
    private readonly Sequential _ups;

    /// <param name="inputChannels">channels read</param>
    /// <param name="outputChannels">channels made</param>
    /// <param name="width">channels after the first convolution; they double up to eightfold</param>
    /// <param name="downs">downsamplings</param>
    /// <param name="dropout">drop half of the values of the three innermost levels on the way up</param>
    public DualGanGenerator(int inputChannels, int outputChannels, int width, int downs, bool dropout)
    {
        _downs = Add("down", new Sequential(DualGanLayers.Down(inputChannels, width, 5)));
        for (var level = 2; level <= downs; level++)
        {
            var stage = new Sequential(new LeakyReLU(), DualGanLayers.Down(Width(level - 1), Width(level), 3));
            _downs.Append(level < downs ? stage.Append(DualGanLayers.Norm(Width(level))) : stage);
        }

        _ups = Add("up", new Sequential());
        for (var level = downs; level > 1; level--)
        {
            var stage =
                new Sequential(new ReLU(), DualGanLayers.Up(Read(level), Width(level - 1), 3), DualGanLayers.Norm(Width(level - 1)));
            _ups.Append(dropout && downs - level < LevelsWithDropout ? stage.Append(new Dropout()) : stage);
        }

        _ups.Append(new Sequential(new ReLU(), DualGanLayers.Up(Read(1), outputChannels, 5), new Tanh()));

        int Width(int level) => DualGanLayers.Width(width, level);
        int Read(int level) => level == downs ? Width(level) : 2 * Width(level);
    }

    public override Tensor Forward(Tensor x) =>
        Run(x, (layer, t) => layer.Forward(t), (made, skipped) => TensorOps.Concat(1, made, skipped));

    public override string Export(GraphWriter graph, string x) => Run(
        x, (layer, name) =>
            layer.Export(graph, name), (made, skipped) => graph.Node("Concat", [made, skipped], OnnxAttribute.Integer("axis", 1)));

    /// <summary>Down, and up again beside what each level left on the way.</summary>
    private T Run<T>(T x, Func<Layer, T, T> forward, Func<T, T, T> join)
    {
        var left = new Stack<T>();
        for (var i = 0; i < _downs.Count; i++)
        {
            x = forward(_downs[i], x);
            left.Push(x);
        }

        left.Pop();
        for (var i = 0; i < _ups.Count; i++)
        {
            x = forward(_ups[i], x);
            x = left.TryPop(out var skipped) ? join(x, skipped) : x;
        }

        return x;
    }
}

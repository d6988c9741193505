using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>A generator from vectors [N, numbers] to pictures [N, C, H, W], with a reshape before or after its layers.</summary>
internal sealed class VectorToPicture : Layer
{
    private readonly Sequential _layers;
    private readonly Reshape? _reshapeInput;
    private readonly Reshape? _reshapeOutput;

    /// <param name="name">name of the layers in state-dict keys, as in published programs</param>
    /// <param name="layers">the layers with weights</param>
    /// <param name="before">reshapes the input; null if the layers take a vector</param>
    /// <param name="after">reshapes the output; null if the layers return a picture</param>
    public VectorToPicture(string name, Sequential layers, Reshape? before = null, Reshape? after = null) =>
        (_layers, _reshapeInput, _reshapeOutput) = (Add(name, layers), before, after);

    public override Tensor Forward(Tensor x)
    {
        using var shaped = _reshapeInput is null ? x.Share() : _reshapeInput.Forward(x);
        var output = _layers.Forward(shaped);
        return _reshapeOutput?.Forward(output) ?? output;
    }

    public override string Export(GraphWriter graph, string x)
    {
        var output = _layers.Export(graph, _reshapeInput?.Export(graph, x) ?? x);
        return _reshapeOutput?.Export(graph, output) ?? output;
    }
}

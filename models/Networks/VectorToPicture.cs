using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>[N, numbers] to pictures [N, C, H, W] through layers that work on other shapes.</summary>
internal sealed class VectorToPicture : Layer
{
    private readonly Sequential _layers;
    private readonly Reshape? _before;
    private readonly Reshape? _behind;

    /// <param name="name">of the layers in state-dict keys, as published programs have it</param>
    /// <param name="layers">what has weights</param>
    /// <param name="before">shapes what goes in; null where it may stay a vector</param>
    /// <param name="behind">shapes what comes out; null where that is a picture</param>
    public VectorToPicture(string name, Sequential layers, Reshape? before = null, Reshape? behind = null) =>
        (_layers, _before, _behind) = (Add(name, layers), before, behind);

    public override Tensor Forward(Tensor x)
    {
        using var shaped = _before is null ? x.Share() : _before.Forward(x);
        var made = _layers.Forward(shaped);
        return _behind is null ? made : _behind.Consume(made);
    }

    public override string Export(GraphWriter graph, string x)
    {
        var made = _layers.Export(graph, _before?.Export(graph, x) ?? x);
        return _behind?.Export(graph, made) ?? made;
    }
}

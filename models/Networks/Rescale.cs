using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>scale·x + shift: converts pictures between [−1, 1] and the value range of another program's network.</summary>
/// <param name="scale">factor</param>
/// <param name="shift">added after scaling</param>
internal sealed class Rescale(float scale, float shift) : Layer
{
    public override Tensor Forward(Tensor x) => x.Affine(scale, shift);

    public override string Export(GraphWriter graph, string x) =>
        graph.Node("Add", [graph.Node("Mul", [x, graph.Scalar(scale)]), graph.Scalar(shift)]);
}

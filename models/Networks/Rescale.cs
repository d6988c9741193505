using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>scale·x + shift: takes pictures from [−1, 1] to the numbers that a network of another program works with, and back.</summary>
/// <param name="scale">what each number is multiplied by</param>
/// <param name="shift">what is added to that</param>
internal sealed class Rescale(float scale, float shift) : Layer
{
    public override Tensor Forward(Tensor x) => x.Affine(scale, shift);

    public override string Export(GraphWriter graph, string x) =>
        graph.Node("Add", [graph.Node("Mul", [x, graph.Scalar(scale)]), graph.Scalar(shift)]);
}

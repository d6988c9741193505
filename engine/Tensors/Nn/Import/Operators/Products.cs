using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Matrix products.</summary>
internal static class Products
{
    public static void Add(OperatorList list)
    {
        list.Floats("MatMul", MatMul);
        list.Floats("Gemm", Gemm);
    }

    /// <summary>A vector on the left counts as a row, one on the right as a column; that dimension is dropped from the result.</summary>
    private static Tensor MatMul(NodeCall call)
    {
        var (a, b) = (call.Tensor(0), call.Tensor(1));
        ShapeException.ThrowIf(a.Shape.Rank == 0 || b.Shape.Rank == 0, $"it multiplies {a.Shape} by {b.Shape}, but a scalar is no matrix");

        using var left = a.Shape.Rank == 1 ? a.Unsqueeze(0) : a.Share();
        using var right = b.Shape.Rank == 1 ? b.Unsqueeze(1) : b.Share();
        using var product = left.MatMul(right);
        using var rows = b.Shape.Rank == 1 ? product.Squeeze(-1) : product.Share();
        return a.Shape.Rank == 1 ? rows.Squeeze(b.Shape.Rank == 1 ? -1 : -2) : rows.Share();
    }

    /// <summary>α·A·B + β·C; <c>transA</c> and <c>transB</c> transpose A and B first.</summary>
    private static Tensor Gemm(NodeCall call)
    {
        var (a, b, node) = (call.Tensor(0), call.Tensor(1), call.Node);
        ShapeException.ThrowIf(a.Shape.Rank != 2 || b.Shape.Rank != 2, $"it multiplies {a.Shape} by {b.Shape}, but both must be matrices");

        var (alpha, beta) = (node.Float("alpha", 1), node.Float("beta", 1));
        using var product = a.MatMul(b, node.Integer("transA", 0) != 0, node.Integer("transB", 0) != 0);
        using var scaled = alpha == 1 ? product.Share() : product.Affine(alpha, 0);
        if (!call.Has(2) || beta == 0)
        {
            return scaled.Share();
        }

        using var added = beta == 1 ? call.Tensor(2).Share() : call.Tensor(2).Affine(beta, 0);
        return Shape.Broadcast("Gemm", scaled.Shape, added.Shape) == scaled.Shape
            ? scaled.Add(added)
            : throw NodeCall.Refused($"its input C {added.Shape} does not broadcast to {scaled.Shape}");
    }
}

using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>c = a·b of matrices or of batches of them, each taken transposed or not; closed under differentiation.</summary>
internal sealed class MatMulOp(bool transposeA, bool transposeB) : Op
{
    private MatMulGeometry _g;

    public override string Name => "matmul";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        var (a, b) = (inputs[0].Shape, inputs[1].Shape);
        if (a.Rank != b.Rank || a.Rank is not (2 or 3) || (a.Rank == 3 && a[0] != b[0]))
        {
            throw new ShapeException($"matmul: {a} and {b} must both be matrices, or batches of as many matrices");
        }

        var (m, k) = transposeA ? (a[-1], a[-2]) : (a[-2], a[-1]);
        var (k2, n) = transposeB ? (b[-1], b[-2]) : (b[-2], b[-1]);
        if (k != k2)
        {
            throw new ShapeException($"matmul: inner extents {k} and {k2} differ: {a}{(transposeA ? "ᵀ" : "")} · {b}{(transposeB ? "ᵀ" : "")}");
        }

        _g = new MatMulGeometry(a.Rank == 3 ? a[0] : 1, m, n, k, transposeA, transposeB);
        return a.Rank == 3 ? new Shape(a[0], m, n) : new Shape(m, n);
    }

    public override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) =>
        base.Cost(inputs, output) with { Flops = 2 * output.Count * _g.K };

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.MatMul(inputs[0].Span, inputs[1].Span, output.Span, _g);

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        new[] { needs[1] ? inputs[0] : null, needs[0] ? inputs[1] : null };

    // With A = a or aᵀ and B = b or bᵀ: dA = dC·Bᵀ and dB = Aᵀ·dC, each transposed once more where the input was.
    public override Tensor?[] Gradient(Tensor dc, SavedTensors saved, GradientNeeds needs) =>
    [
        !needs[0] ? null : transposeA ? Run(new MatMulOp(transposeB, true), saved[1], dc) : Run(new MatMulOp(false, !transposeB), dc, saved[1]),
        !needs[1] ? null : transposeB ? Run(new MatMulOp(true, transposeA), dc, saved[0]) : Run(new MatMulOp(!transposeA, false), saved[0], dc),
    ];
}

public static partial class TensorOps
{
    /// <summary>a [M, K] · b [K, N], or batches [B, M, K] · [B, K, N]; either may be stored transposed.</summary>
    public static Tensor MatMul(this Tensor a, Tensor b, bool transposeA = false, bool transposeB = false) =>
        Op.Run(new MatMulOp(transposeA, transposeB), a, b);

    /// <summary>x [rows, in] · weight [out, in]ᵀ + bias [out]: [rows, out].</summary>
    public static Tensor Linear(this Tensor x, Tensor weight, Tensor? bias = null)
    {
        if (x.Shape.Rank != 2 || weight.Shape.Rank != 2 || x.Shape[1] != weight.Shape[1])
        {
            throw new ShapeException($"linear: input {x.Shape} must be [rows, in] for a weight [out, in] {weight.Shape}");
        }

        if (bias is null)
        {
            return x.MatMul(weight, transposeB: true);
        }

        if (bias.Shape != new Shape(weight.Shape[0]))
        {
            throw new ShapeException($"linear: bias {bias.Shape} but weight {weight.Shape} makes {weight.Shape[0]} features");
        }

        using var product = x.MatMul(weight, transposeB: true);
        return product.Add(bias);
    }
}

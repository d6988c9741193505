using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>c = a·b of matrices or batches of matrices, each optionally transposed; closed under differentiation.</summary>
internal sealed class MatMulOp(bool transposeA, bool transposeB) : Op
{
    public override string Name => "matmul";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        var g = Geometry(inputs);
        return inputs[0].Shape.Rank == 3 ? new Shape(g.Batch, g.M, g.N) : new Shape(g.M, g.N);
    }

    internal override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) =>
        base.Cost(inputs, output) with { Flops = 2 * output.Count * Geometry(inputs).K };

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        // Sums of nothing are 0.
        kernels.Run(inputs[0].Count == 0
            ? new FillCall(output.Span, 0)
            : new MatMulCall(inputs[0].Span, inputs[1].Span, output.Span, Geometry(inputs)));
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        new[] { needs[1] ? inputs[0] : null, needs[0] ? inputs[1] : null };

    // With A = a or aᵀ and B = b or bᵀ: dA = dC·Bᵀ and dB = Aᵀ·dC, each transposed again if its input was.
    public override Tensor?[] Gradient(Tensor dc, SavedTensors saved, GradientNeeds needs) =>
    [
        !needs[0] ? null : transposeA ? Run(new MatMulOp(transposeB, true), saved[1], dc) : Run(
            new MatMulOp(false, !transposeB), dc, saved[1]),
        !needs[1] ? null : transposeB ? Run(new MatMulOp(true, transposeA), dc, saved[0]) : Run(
            new MatMulOp(!transposeA, false), saved[0], dc),
    ];

    private MatMulGeometry Geometry(ReadOnlySpan<Tensor> inputs)
    {
        var (a, b) = (inputs[0].Shape, inputs[1].Shape);
        if (a.Rank != b.Rank || a.Rank is not (2 or 3) || (a.Rank == 3 && a[0] != b[0]))
        {
            throw new ShapeException($"matmul: {a} and {b} must both be matrices, or batches of as many matrices");
        }

        var (m, k) = transposeA ? (a[-1], a[-2]) : (a[-2], a[-1]);
        var (k2, n) = transposeB ? (b[-1], b[-2]) : (b[-2], b[-1]);
        return k == k2 ? new MatMulGeometry(a.Rank == 3 ? a[0] : 1, m, n, k, transposeA, transposeB)
            : throw new ShapeException(
                $"matmul: inner extents {k} and {k2} differ: {a}{(transposeA ? "ᵀ" : "")} · {b}{(transposeB ? "ᵀ" : "")}");
    }
}

public static partial class TensorOps
{
    /// <summary>a […, M, K] · b […, K, N]; either may be stored transposed. Leading dimensions are batches, and broadcast.</summary>
    public static Tensor MatMul(this Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        Given.Both(a, b);
        var (x, y) = (a.Shape, b.Shape);
        ShapeException.ThrowIf(x.Rank < 2 || y.Rank < 2, $"matmul: {x} and {y} must be matrices [M, K] and [K, N], or batches of matrices");

        if (x.Rank == y.Rank && (x.Rank == 2 || (x.Rank == 3 && x[0] == y[0])))
        {
            return Op.Run(new MatMulOp(transposeA, transposeB), a, b);
        }

        if (y.Rank == 2 && !transposeA)
        {
            // One matrix b for the whole batch: a is treated as one tall matrix.
            using var rows = a.Reshape(RowsOf("matmul", x), x[-1]);
            using var products = Op.Run(new MatMulOp(false, transposeB), rows, b);
            return products.Reshape(x.With(-1, products.Shape[1]));
        }

        var batch = BatchOf(x, y);
        using var left = Batched(a, batch);
        using var right = Batched(b, batch);
        using var product = Op.Run(new MatMulOp(transposeA, transposeB), left, right);
        return product.Reshape(new Shape([.. batch, product.Shape[1], product.Shape[2]]));
    }

    /// <summary>The broadcast batch dimensions of two batches of matrices.</summary>
    private static int[] BatchOf(Shape a, Shape b)
    {
        var (x, y) = (new Shape(a.ToArray()[..^2]), new Shape(b.ToArray()[..^2]));
        try
        {
            return Shape.Broadcast("matmul", x, y).ToArray();
        }
        catch (ShapeException)
        {
            throw new ShapeException($"matmul: batches {x} of {a} and {y} of {b} do not broadcast");
        }
    }

    /// <summary>x […, R, C] broadcast to a batch, as [B, R, C].</summary>
    private static Tensor Batched(Tensor x, int[] batch)
    {
        using var repeated = x.Expand([.. batch, x.Shape[-2], x.Shape[-1]]);
        return repeated.Reshape(Extents.Of("matmul", new Shape(batch).Count, x.Shape), x.Shape[-2], x.Shape[-1]);
    }

    /// <summary>The number of vectors along the last dimension.</summary>
    private static int RowsOf(string op, Shape x)
    {
        var rows = 1L;
        for (var i = 0; i < x.Rank - 1; i++)
        {
            rows *= x[i];
        }

        return Extents.Of(op, rows, x);
    }

    /// <summary>x […, in] · weight [out, in]ᵀ + bias [out]: […, out].</summary>
    public static Tensor Linear(this Tensor x, Tensor weight, Tensor? bias = null)
    {
        Given.Both(x, weight);
        if (x.Shape.Rank == 0 || weight.Shape.Rank != 2 || x.Shape[-1] != weight.Shape[1])
        {
            throw new ShapeException($"linear: input {x.Shape} must be […, in] for a weight [out, in] {weight.Shape}");
        }

        if (x.Shape.Rank != 2)
        {
            using var rows = x.Reshape(RowsOf("linear", x.Shape), x.Shape[-1]);
            using var results = rows.Linear(weight, bias);
            return results.Reshape(x.Shape.With(-1, weight.Shape[0]));
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

using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices;

/// <summary>y[i] = f(x[i]). See <see cref="UnaryFunction"/> for p and q.</summary>
public sealed record UnaryCall : OneToOneCall<UnaryCall>
{
    /// <exception cref="ShapeException">the arrays are of different lengths</exception>
    public UnaryCall(UnaryFunction f, float p, float q, DeviceSpan x, DeviceSpan y)
        : base(x, y)
    {
        ShapeException.ThrowIf(
            x.Length != y.Length, $"UnaryCall {f}: x has {x.Length} elements, but y has {y.Length}; both must have equally many");
        (F, P, Q) = (f, p, q);
    }

    public UnaryFunction F { get; init; }

    public float P { get; init; }

    public float Q { get; init; }

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Y, X)];
}

/// <summary>
/// dx[i] = dy[i] * f', computed from saved, which is x or f(x): see <see cref="UnaryRow.Reads"/>.
/// </summary>
internal sealed record UnaryGradientCall(UnaryFunction F, float P, float Q, DeviceSpan Saved, DeviceSpan Dy, DeviceSpan Dx)
    : KernelCall<UnaryGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [Saved, Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Dx, Dy), (Dx, Saved)];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Saved = map(Saved), Dy = map(Dy), Dx = map(Dx) };
}

/// <summary>y[i] = f(x[i]), of a user's function.</summary>
internal sealed record MapCall(MappedFunction F, DeviceSpan X, DeviceSpan Y) : OneToOneCall<MapCall>(X, Y)
{
    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Y, X)];
}

/// <summary>y = f(a, b), both broadcast to y's shape by NumPy's rule.</summary>
public sealed record BinaryCall : KernelCall<BinaryCall>
{
    /// <exception cref="ShapeException">an array has not its shape's elements, or a shape does not broadcast to y's</exception>
    public BinaryCall(BinaryFunction f, DeviceSpan a, Shape aShape, DeviceSpan b, Shape bShape, DeviceSpan y, Shape yShape)
    {
        Check(f, "a", a, aShape, yShape);
        Check(f, "b", b, bShape, yShape);
        Check(f, "y", y, yShape, yShape);
        (F, A, AShape, B, BShape, Y, YShape) = (f, a, aShape, b, bShape, y, yShape);
    }

    public BinaryFunction F { get; init; }

    public DeviceSpan A { get; init; }

    public Shape AShape { get; init; }

    public DeviceSpan B { get; init; }

    public Shape BShape { get; init; }

    public DeviceSpan Y { get; init; }

    public Shape YShape { get; init; }

    public override IReadOnlyList<DeviceSpan> Reads => [A, B];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    /// <summary>Whether nothing is broadcast. A method, since a record prints its properties.</summary>
    internal bool IsOfOneShape() => AShape == YShape && BShape == YShape;

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => (AShape == YShape, BShape == YShape) switch
    {
        (true, true) => [(Y, A), (Y, B)],
        (true, false) => [(Y, A)],
        (false, true) => [(Y, B)],
        _ => [],
    };

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { A = map(A), B = map(B), Y = map(Y) };

    private static void Check(BinaryFunction f, string name, DeviceSpan array, Shape shape, Shape yShape)
    {
        ShapeException.ThrowIf(
            array.Length != shape.Count,
            $"BinaryCall {f}: {name} has {array.Length} elements, but its shape {shape} has {shape.Count}; give each array its own shape");
        ShapeException.ThrowIf(
            !shape.BroadcastsTo(yShape), $"BinaryCall {f}: {name} {shape} does not broadcast to y {yShape}; y must have the common shape");
    }
}

/// <summary>y[i] += scale * x[i].</summary>
internal sealed record AddScaledCall(float Scale, DeviceSpan X, DeviceSpan Y) : OneToOneCall<AddScaledCall>(X, Y)
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Y];
}

/// <summary>y = x repeated along the dimensions that xShape lacks or has with extent 1.</summary>
internal sealed record ExpandCall(DeviceSpan X, Shape XShape, DeviceSpan Y, Shape YShape) : OneToOneCall<ExpandCall>(X, Y);

/// <summary>
/// Reduces x over the dimensions in which yShape, of the same rank, has extent 1. Sums are pairwise or compensated: relative error at most
/// 1e-6, that of a mean on a GPU only for numbers above their count × 1e-37. A mean is finite where its numbers are, however large their
/// sum.
/// </summary>
internal sealed record ReduceCall(Reduction F, DeviceSpan X, Shape XShape, DeviceSpan Y, Shape YShape) : OneToOneCall<ReduceCall>(X, Y);

/// <summary>y = x − log Σ exp x over each row of [rows, columns], stable.</summary>
internal sealed record LogSoftmaxCall(DeviceSpan X, DeviceSpan Y, int Rows, int Columns) : OneToOneCall<LogSoftmaxCall>(X, Y);

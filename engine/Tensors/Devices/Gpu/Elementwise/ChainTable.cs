namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>The links of a chain, rows of a <see cref="SlotTable"/>, for <see cref="ChainKernel"/>.</summary>
internal static class ChainTable
{
    // Columns of a row: the function, the addresses of one or two inputs and of the result, the number of elements, the function's two
    // parameters as bits, and the threads that share a sum.
    public const int Function = 0;
    public const int A = 1;
    public const int B = 2;
    public const int Y = 3;
    public const int Length = 4;
    public const int P = 5;
    public const int Q = 6;
    public const int Lanes = 7;
    public const int Columns = 8;

    /// <summary>The rows of a call; null if a chain can't compute it.</summary>
    /// <param name="lanesOf">threads that share the sum of an array; 0 where the sum takes more than one group</param>
    /// <param name="addressOf">address of an array</param>
    public static IEnumerable<long[]>? RowsOf(KernelCall call, Func<Shape, int> lanesOf, Func<DeviceSpan, long> addressOf) => call switch
    {
        FillCall c => [Row(addressOf, ChainFunction.Fill, null, null, c.Y, c.Value)],
        CopyCall c => [Row(addressOf, ChainFunction.Copy, c.X, null, c.Y)],
        AddScaledCall c => [Row(addressOf, ChainFunction.AddScaled, c.X, c.Y, c.Y, c.Scale)],
        CopyAllCall c => c.Slots.Select(slot =>
            Row(
                addressOf, slot.X is null ? ChainFunction.Fill : slot.Addend is null ? ChainFunction.Copy : ChainFunction.Add, slot.X,
                slot.Addend, slot.Y)),
        EmbedCall { G: { Outer: 1, YStep: 1 } g } c =>
        [
            Row(addressOf, ChainFunction.Fill, null, null, c.Y),
            Row(
                addressOf, ChainFunction.Copy, c.X, null,
                c.Y with { Offset = c.Y.Offset + ((long)g.YStart * g.Inner), Length = c.X.Length }),
        ],
        UnaryCall { F: var f } c when FunctionOf(f) is { } function => [Row(addressOf, function, c.X, null, c.Y, c.P, c.Q)],
        UnaryGradientCall { F: var f } c when GradientOf(f) is { } function => [Row(addressOf, function, c.Saved, c.Dy, c.Dx, c.P, c.Q)],
        BinaryCall { F: var f } c when FunctionOf(f) is { } function && c.AShape == c.YShape && c.BShape == c.YShape =>
            [Row(addressOf, function, c.A, c.B, c.Y)],
        ReduceCall { F: Reduction.Sum or Reduction.Mean } c when c.YShape.Count == 1 && lanesOf(c.XShape) is > 0 and var lanes =>
            [SumRow(addressOf, c, lanes)],
        _ => null,
    };

    private static ChainFunction? FunctionOf(UnaryFunction f) => f switch
    {
        UnaryFunction.Affine => ChainFunction.Affine,
        UnaryFunction.Softplus => ChainFunction.Softplus,
        UnaryFunction.Square => ChainFunction.Square,
        UnaryFunction.Sign => ChainFunction.Sign,
        UnaryFunction.Tanh => ChainFunction.Tanh,
        UnaryFunction.Relu => ChainFunction.Relu,
        UnaryFunction.LeakyRelu => ChainFunction.LeakyRelu,
        _ => null,
    };

    private static ChainFunction? GradientOf(UnaryFunction f) => f switch
    {
        UnaryFunction.Softplus => ChainFunction.SoftplusGradient,
        UnaryFunction.Square => ChainFunction.SquareGradient,
        UnaryFunction.Tanh => ChainFunction.TanhGradient,
        UnaryFunction.Relu => ChainFunction.ReluGradient,
        UnaryFunction.LeakyRelu => ChainFunction.LeakyReluGradient,
        _ => null,
    };

    private static ChainFunction? FunctionOf(BinaryFunction f) => f switch
    {
        BinaryFunction.Add => ChainFunction.Add,
        BinaryFunction.Subtract => ChainFunction.Subtract,
        BinaryFunction.Multiply => ChainFunction.Multiply,
        BinaryFunction.AbsoluteDifference => ChainFunction.AbsoluteDifference,
        _ => null,
    };

    private static long[] SumRow(Func<DeviceSpan, long> addressOf, ReduceCall call, int lanes)
    {
        var row = Row(addressOf, ChainFunction.Sum, call.X, null, call.Y, call.F == Reduction.Mean ? (float)(1.0 / call.XShape.Count) : 1);
        (row[Length], row[Lanes]) = (call.X.Length, lanes);
        return row;
    }

    private static long[] Row(
        Func<DeviceSpan, long> addressOf, ChainFunction function, DeviceSpan? a, DeviceSpan? b, DeviceSpan y, float p = 0, float q = 0) =>
    [
        (long)function, a is { } first ? addressOf(first) : 0, b is { } second ? addressOf(second) : 0, addressOf(y), y.Length,
        BitConverter.SingleToUInt32Bits(p), BitConverter.SingleToUInt32Bits(q), 0,
    ];
}

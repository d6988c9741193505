namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>The functions of one number: a row for each member of <see cref="UnaryFunction"/>, in its order.</summary>
internal static class UnaryTable
{
    private static readonly UnaryRow[] s_rows =
    [
        new Row<Affine>(UnaryFunction.Affine),
        new Row<Relu>(UnaryFunction.Relu),
        new Row<LeakyRelu>(UnaryFunction.LeakyRelu),
        new Row<Tanh>(UnaryFunction.Tanh),
        new Row<Sigmoid>(UnaryFunction.Sigmoid),
        new Row<Softplus>(UnaryFunction.Softplus),
        new Row<Exp>(UnaryFunction.Exp),
        new Row<Log>(UnaryFunction.Log),
        new Row<SquareRoot>(UnaryFunction.Sqrt),
        new Row<Absolute>(UnaryFunction.Abs),
        new Row<Square>(UnaryFunction.Square),
        new Row<Reciprocal>(UnaryFunction.Reciprocal),
        new Row<Power>(UnaryFunction.Power),
        new Row<Clamp>(UnaryFunction.Clamp),
        new Row<Sign>(UnaryFunction.Sign),
        new Row<Greater>(UnaryFunction.GreaterThan),
        new Row<Sin>(UnaryFunction.Sin),
        new Row<Cos>(UnaryFunction.Cos),
        new Row<Gelu>(UnaryFunction.Gelu),
        new Row<GeluTanh>(UnaryFunction.GeluTanh),
        new Row<Elu>(UnaryFunction.Elu),
        new Row<Hardtanh>(UnaryFunction.Hardtanh),
        new Row<DivideBy>(UnaryFunction.DivideBy),
        new Row<Floor>(UnaryFunction.Floor),
        new Row<Ceiling>(UnaryFunction.Ceiling),
        new Row<Round>(UnaryFunction.Round),
    ];

    /// <summary>All rows, in the order of the enumeration.</summary>
    public static IReadOnlyList<UnaryRow> Rows => s_rows;

    /// <exception cref="ArgumentOutOfRangeException">the table has no row for the number</exception>
    public static UnaryRow Of(UnaryFunction f) =>
        (uint)f < (uint)s_rows.Length ? s_rows[(int)f] : throw new ArgumentOutOfRangeException(nameof(f), f, message: null);

    private sealed class Row<TFunction>(UnaryFunction function) : UnaryRow(function)
        where TFunction : struct, IUnary
    {
        public override GradientReads Reads => TFunction.Reads;

        public override bool IsFlat => TFunction.IsFlat;

        public override void Apply(IUnaryLoops loops, float p, float q, DeviceSpan x, DeviceSpan y) => loops.Apply<TFunction>(p, q, x, y);

        public override void Gradient(IUnaryLoops loops, float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx) =>
            loops.Gradient<TFunction>(p, q, saved, dy, dx);

        public override Operand? Curvature(Operand s, float p, float q) => TFunction.Curvature(s, p, q);
    }
}

/// <summary>A function of one number, for code that selects it by <see cref="UnaryFunction"/> at run time.</summary>
internal abstract class UnaryRow(UnaryFunction function)
{
    public UnaryFunction Function { get; } = function;

    /// <inheritdoc cref="IUnary.Reads"/>
    public abstract GradientReads Reads { get; }

    /// <inheritdoc cref="IUnary.IsFlat"/>
    public abstract bool IsFlat { get; }

    /// <summary>y = f(x) on a device.</summary>
    public abstract void Apply(IUnaryLoops loops, float p, float q, DeviceSpan x, DeviceSpan y);

    /// <summary>dx = dy · f′ on a device.</summary>
    public abstract void Gradient(IUnaryLoops loops, float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx);

    /// <inheritdoc cref="IUnary.Curvature"/>
    public abstract Operand? Curvature(Operand s, float p, float q);
}

/// <summary>A device's loops over the elements of arrays, compiled for each function.</summary>
internal interface IUnaryLoops
{
    /// <summary>y = f(x); y may be x.</summary>
    void Apply<TFunction>(float p, float q, DeviceSpan x, DeviceSpan y)
        where TFunction : struct, IUnary;

    /// <summary>dx = dy · f′; dx may be dy or saved.</summary>
    void Gradient<TFunction>(float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx)
        where TFunction : struct, IUnary;
}

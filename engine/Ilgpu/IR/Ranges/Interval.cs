using System.Globalization;

namespace ILGPU.IR.Ranges;

/// <summary>What an integer is known to lie between, both ends included, as a signed number of its type.</summary>
/// <param name="Low">The least value.</param>
/// <param name="High">The greatest; not below <paramref name="Low"/>.</param>
public readonly record struct Interval(long Low, long High)
{
    public static readonly Interval Bool = new(0, 1);

    public static readonly Interval Int32 = new(int.MinValue, int.MaxValue);

    public static readonly Interval Int64 = new(long.MinValue, long.MaxValue);

    public static Interval Of(long value) => new(value, value);

    /// <summary>All values of a type that has intervals: Bool, Int32 or Int64.</summary>
    public static Interval All(IrType type) => type switch
    {
        IrType.Bool => Bool,
        IrType.Int32 => Int32,
        _ => Int64,
    };

    /// <summary>All values that memory of this type can hold, as a load yields them.</summary>
    public static Interval All(MemoryType type) => type switch
    {
        MemoryType.Int8 => new(sbyte.MinValue, sbyte.MaxValue),
        MemoryType.UInt8 => new(0, byte.MaxValue),
        MemoryType.Int16 => new(short.MinValue, short.MaxValue),
        MemoryType.UInt16 => new(0, ushort.MaxValue),
        MemoryType.Int32 => Int32,
        _ => Int64,
    };

    public static bool HasIntervals(IrType type) => type is IrType.Bool or IrType.Int32 or IrType.Int64;

    public bool IsConstant => Low == High;

    public bool IsNotNegative => Low >= 0;

    public bool Contains(long value) => Low <= value && value <= High;

    public bool IsWithin(Interval outer) => outer.Low <= Low && High <= outer.High;

    public bool FitsInt32 => IsWithin(Int32);

    /// <summary>The least interval that holds both.</summary>
    public Interval Union(Interval other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>What both allow. Where they exclude each other the code is unreachable, and this one stays.</summary>
    public Interval Intersect(Interval other)
    {
        var (low, high) = (Math.Max(Low, other.Low), Math.Min(High, other.High));
        return low <= high ? new(low, high) : this;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Low}, {High}]");
}

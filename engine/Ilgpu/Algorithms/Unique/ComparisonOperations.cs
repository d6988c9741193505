// Written by tools/type-tables: change it there.
namespace ILGPU.Algorithms.ComparisonOperations;

/// <summary>The order of <see cref="sbyte"/>.</summary>
public readonly struct ComparisonInt8 : IComparisonOperation<sbyte>
{
    public int Compare(sbyte first, sbyte second) =>
        first < second ? -1 : first > second ? 1 : 0;
}

/// <summary>The order of <see cref="short"/>.</summary>
public readonly struct ComparisonInt16 : IComparisonOperation<short>
{
    public int Compare(short first, short second) =>
        first < second ? -1 : first > second ? 1 : 0;
}

/// <summary>The order of <see cref="int"/>.</summary>
public readonly struct ComparisonInt32 : IComparisonOperation<int>
{
    public int Compare(int first, int second) =>
        first < second ? -1 : first > second ? 1 : 0;
}

/// <summary>The order of <see cref="long"/>.</summary>
public readonly struct ComparisonInt64 : IComparisonOperation<long>
{
    public int Compare(long first, long second) =>
        first < second ? -1 : first > second ? 1 : 0;
}

/// <summary>The order of <see cref="byte"/>.</summary>
public readonly struct ComparisonUInt8 : IComparisonOperation<byte>
{
    public int Compare(byte first, byte second) =>
        first < second ? -1 : first > second ? 1 : 0;
}

/// <summary>The order of <see cref="ushort"/>.</summary>
public readonly struct ComparisonUInt16 : IComparisonOperation<ushort>
{
    public int Compare(ushort first, ushort second) =>
        first < second ? -1 : first > second ? 1 : 0;
}

/// <summary>The order of <see cref="uint"/>.</summary>
public readonly struct ComparisonUInt32 : IComparisonOperation<uint>
{
    public int Compare(uint first, uint second) =>
        first < second ? -1 : first > second ? 1 : 0;
}

/// <summary>The order of <see cref="ulong"/>.</summary>
public readonly struct ComparisonUInt64 : IComparisonOperation<ulong>
{
    public int Compare(ulong first, ulong second) =>
        first < second ? -1 : first > second ? 1 : 0;
}

/// <summary>The order of <see cref="Half"/>, NaN first.</summary>
public readonly struct ComparisonHalf : IComparisonOperation<Half>
{
    public int Compare(Half first, Half second) =>
        default(ComparisonFloat).Compare(first, second);
}

/// <summary>The order of <see cref="float"/>, NaN first.</summary>
public readonly struct ComparisonFloat : IComparisonOperation<float>
{
    public int Compare(float first, float second) =>
        first < second ? -1 : first > second ? 1 : (XMath.IsNaN(second) ? 1 : 0) - (XMath.IsNaN(first) ? 1 : 0);
}

/// <summary>The order of <see cref="double"/>, NaN first.</summary>
public readonly struct ComparisonDouble : IComparisonOperation<double>
{
    public int Compare(double first, double second) =>
        first < second ? -1 : first > second ? 1 : (XMath.IsNaN(second) ? 1 : 0) - (XMath.IsNaN(first) ? 1 : 0);
}

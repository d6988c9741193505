// Written by tools/type-tables: change it there.
namespace ILGPU.Algorithms.HistogramOperations;

/// <summary>Counts in <see cref="int"/>.</summary>
public readonly struct HistogramIncrementInt32 : IIncrementOperation<int>
{
    public void Increment(ref int target, out bool incrementOverflow)
    {
        int before = Atomic.Add(ref target, 1);
        incrementOverflow = before == int.MaxValue;
    }
}

/// <summary>Counts in <see cref="long"/>.</summary>
public readonly struct HistogramIncrementInt64 : IIncrementOperation<long>
{
    public void Increment(ref long target, out bool incrementOverflow)
    {
        long before = Atomic.Add(ref target, 1);
        incrementOverflow = before == long.MaxValue;
    }
}

/// <summary>Counts in <see cref="uint"/>.</summary>
public readonly struct HistogramIncrementUInt32 : IIncrementOperation<uint>
{
    public void Increment(ref uint target, out bool incrementOverflow)
    {
        uint before = Atomic.Add(ref target, 1);
        incrementOverflow = before == uint.MaxValue;
    }
}

/// <summary>Counts in <see cref="ulong"/>.</summary>
public readonly struct HistogramIncrementUInt64 : IIncrementOperation<ulong>
{
    public void Increment(ref ulong target, out bool incrementOverflow)
    {
        ulong before = Atomic.Add(ref target, 1);
        incrementOverflow = before == ulong.MaxValue;
    }
}

/// <summary>Counts in <see cref="float"/>.</summary>
public readonly struct HistogramIncrementFloat : IIncrementOperation<float>
{
    public void Increment(ref float target, out bool incrementOverflow)
    {
        float before = Atomic.Add(ref target, 1);
        incrementOverflow = before == float.MaxValue;
    }
}

/// <summary>Counts in <see cref="double"/>.</summary>
public readonly struct HistogramIncrementDouble : IIncrementOperation<double>
{
    public void Increment(ref double target, out bool incrementOverflow)
    {
        double before = Atomic.Add(ref target, 1);
        incrementOverflow = before == double.MaxValue;
    }
}

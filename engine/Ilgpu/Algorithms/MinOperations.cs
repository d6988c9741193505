namespace ILGPU.Algorithms.ScanReduceOperations;

public readonly struct MinInt32 : IScanReduceOperation<int>
{
    public string CLCommand => "min";

    public int Identity => int.MaxValue;

    public int Apply(int first, int second) => IntrinsicMath.Min(first, second);

    public void AtomicApply(ref int target, int value) => Atomic.Min(ref target, value);
}

public readonly struct MinInt64 : IScanReduceOperation<long>
{
    public string CLCommand => "min";

    public long Identity => long.MaxValue;

    public long Apply(long first, long second) => IntrinsicMath.Min(first, second);

    public void AtomicApply(ref long target, long value) => Atomic.Min(ref target, value);
}

public readonly struct MinUInt32 : IScanReduceOperation<uint>
{
    public string CLCommand => "min";

    public uint Identity => uint.MaxValue;

    public uint Apply(uint first, uint second) => IntrinsicMath.Min(first, second);

    public void AtomicApply(ref uint target, uint value) => Atomic.Min(ref target, value);
}

public readonly struct MinUInt64 : IScanReduceOperation<ulong>
{
    public string CLCommand => "min";

    public ulong Identity => ulong.MaxValue;

    public ulong Apply(ulong first, ulong second) => IntrinsicMath.Min(first, second);

    public void AtomicApply(ref ulong target, ulong value) => Atomic.Min(ref target, value);
}

public readonly struct MinFloat : IScanReduceOperation<float>
{
    public string CLCommand => "min";

    public float Identity => float.PositiveInfinity;

    public float Apply(float first, float second) => IntrinsicMath.Min(first, second);

    public void AtomicApply(ref float target, float value) => Atomic.Min(ref target, value);
}

public readonly struct MinDouble : IScanReduceOperation<double>
{
    public string CLCommand => "min";

    public double Identity => double.PositiveInfinity;

    public double Apply(double first, double second) => IntrinsicMath.Min(first, second);

    public void AtomicApply(ref double target, double value) => Atomic.Min(ref target, value);
}

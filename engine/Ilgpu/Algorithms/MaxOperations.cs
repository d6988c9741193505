namespace ILGPU.Algorithms.ScanReduceOperations;

public readonly struct MaxInt32 : IScanReduceOperation<int>
{
    public string CLCommand => "max";

    public int Identity => int.MinValue;

    public int Apply(int first, int second) => IntrinsicMath.Max(first, second);

    public void AtomicApply(ref int target, int value) => Atomic.Max(ref target, value);
}

public readonly struct MaxInt64 : IScanReduceOperation<long>
{
    public string CLCommand => "max";

    public long Identity => long.MinValue;

    public long Apply(long first, long second) => IntrinsicMath.Max(first, second);

    public void AtomicApply(ref long target, long value) => Atomic.Max(ref target, value);
}

public readonly struct MaxUInt32 : IScanReduceOperation<uint>
{
    public string CLCommand => "max";

    public uint Identity => 0;

    public uint Apply(uint first, uint second) => IntrinsicMath.Max(first, second);

    public void AtomicApply(ref uint target, uint value) => Atomic.Max(ref target, value);
}

public readonly struct MaxUInt64 : IScanReduceOperation<ulong>
{
    public string CLCommand => "max";

    public ulong Identity => 0;

    public ulong Apply(ulong first, ulong second) => IntrinsicMath.Max(first, second);

    public void AtomicApply(ref ulong target, ulong value) => Atomic.Max(ref target, value);
}

public readonly struct MaxFloat : IScanReduceOperation<float>
{
    public string CLCommand => "max";

    public float Identity => float.NegativeInfinity;

    public float Apply(float first, float second) => IntrinsicMath.Max(first, second);

    public void AtomicApply(ref float target, float value) => Atomic.Max(ref target, value);
}

public readonly struct MaxDouble : IScanReduceOperation<double>
{
    public string CLCommand => "max";

    public double Identity => double.NegativeInfinity;

    public double Apply(double first, double second) => IntrinsicMath.Max(first, second);

    public void AtomicApply(ref double target, double value) => Atomic.Max(ref target, value);
}

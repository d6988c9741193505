using ILGPU.Algorithms.RadixSortOperations;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>The first half of a pass: where each group's elements of each digit go.</summary>
internal sealed class RadixSortCount<T, TStride, TRadixSortOperation>(Accelerator accelerator)
    where T : unmanaged
    where TStride : struct, IStride1D
    where TRadixSortOperation : struct, IRadixSortOperation<T>
{
    private readonly
        Action<AcceleratorStream, KernelConfig, ArrayView1D<T, TStride>, ArrayView<int>, long, RadixDigit, TRadixSortOperation> _count =
        accelerator.LoadKernel<ArrayView1D<T, TStride>, ArrayView<int>, long, RadixDigit, TRadixSortOperation>(RadixSortKernels.Count);

    private readonly Scan<int, Stride1D.Dense, Stride1D.Dense> _scan =
        accelerator.CreateScan<int, Stride1D.Dense, Stride1D.Dense, AddInt32>(ScanKind.Exclusive);

    public void Launch(AcceleratorStream stream, ArrayView1D<T, TStride> keys, RadixSortPlan plan, RadixDigit digit)
    {
        _count(stream, plan.Config, keys, plan.Counts, plan.Share, digit, default);
        _scan(stream, plan.Counts, plan.Counts, plan.ScanTemp);
    }
}

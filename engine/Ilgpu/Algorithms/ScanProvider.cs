using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>Scans the input into the output, which may be the same memory; the provider has the temporary memory.</summary>
public delegate void BufferedScan<T, TStrideIn, TStrideOut>(
    AcceleratorStream stream, ArrayView1D<T, TStrideIn> input, ArrayView1D<T, TStrideOut> output)
    where T : unmanaged
    where TStrideIn : struct, IStride1D
    where TStrideOut : struct, IStride1D;

/// <summary>Makes scans that share temporary memory; it must outlive them.</summary>
public sealed class ScanProvider : AcceleratorObject
{
    private readonly MemoryBuffer1D<int, Stride1D.Dense> _temp;

    internal ScanProvider(Accelerator accelerator, LongIndex1D tempStorageSize)
        : base(accelerator) => _temp = accelerator.Allocate1D<int>(tempStorageSize);

    /// <inheritdoc cref="ScanExtensions.CreateScan"/>
    public BufferedScan<T, TStrideIn, TStrideOut> CreateScan<T, TStrideIn, TStrideOut, TScanOperation>(ScanKind kind)
        where T : unmanaged
        where TStrideIn : struct, IStride1D
        where TStrideOut : struct, IStride1D
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        Scan<T, TStrideIn, TStrideOut> scan = Accelerator.CreateScan<T, TStrideIn, TStrideOut, TScanOperation>(kind);
        return (stream, input, output) => scan(stream, input, output, _temp.AsContiguous());
    }

    /// <inheritdoc/>
    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (disposing)
        {
            _temp.Dispose();
        }
    }
}

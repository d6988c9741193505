using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>Whether an element of a scan counts itself.</summary>
public enum ScanKind
{
    /// <summary>All elements up to and including this one.</summary>
    Inclusive,

    /// <summary>All elements before this one; the identity for the first.</summary>
    Exclusive,
}

/// <summary>Scans the input into the output, which may be the same memory.</summary>
/// <param name="stream">Where to.</param>
/// <param name="input">The elements.</param>
/// <param name="output">As many results.</param>
/// <param name="temp">Room as <see cref="ScanExtensions.ComputeScanTempStorageSize"/> says; its contents don't matter.</param>
public delegate void Scan<T, TStrideIn, TStrideOut>(
    AcceleratorStream stream, ArrayView1D<T, TStrideIn> input, ArrayView1D<T, TStrideOut> output, ArrayView<int> temp)
    where T : unmanaged
    where TStrideIn : struct, IStride1D
    where TStrideOut : struct, IStride1D;

/// <summary>
/// Prefix sums over a whole view, in two launches: every group first combines its part, then scans it, beginning with what all parts before
/// it come to. The order of combination depends on the device, so sums of floats can differ in their last bits between devices.
/// </summary>
public static class ScanExtensions
{
    /// <summary>The number of 32-bit integers that a scan needs as temporary memory.</summary>
    public static LongIndex1D ComputeScanTempStorageSize<T>(this Accelerator accelerator, LongIndex1D dataLength)
        where T : unmanaged
    {
        long bytes = (long)GroupShares.Of(accelerator, dataLength.X).Groups * Interop.SizeOf<T>();
        return (bytes + sizeof(int) - 1) / sizeof(int);
    }

    /// <summary>Loads the kernels of a scan.</summary>
    /// <exception cref="ArgumentOutOfRangeException">At launch: the output or the temporary memory is too short.</exception>
    public static Scan<T, TStrideIn, TStrideOut> CreateScan<T, TStrideIn, TStrideOut, TScanOperation>(
        this Accelerator accelerator, ScanKind kind)
        where T : unmanaged
        where TStrideIn : struct, IStride1D
        where TStrideOut : struct, IStride1D
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var combine = accelerator.LoadKernel<ArrayView1D<T, TStrideIn>, ArrayView<T>, long, TScanOperation>(Combine);
        var scan = kind == ScanKind.Inclusive
            ? accelerator.LoadKernel<ArrayView1D<T, TStrideIn>, ArrayView1D<T, TStrideOut>, ArrayView<T>, long, TScanOperation>(
                ScanInclusive)
            : accelerator.LoadKernel<ArrayView1D<T, TStrideIn>, ArrayView1D<T, TStrideOut>, ArrayView<T>, long, TScanOperation>(
                ScanExclusive);
        return (stream, input, output, temp) =>
        {
            long length = input.Extent.X;
            ArgumentOutOfRangeException.ThrowIfLessThan(output.Extent.X, length, nameof(output));
            if (length == 0)
            {
                return;
            }

            var shares = GroupShares.Of(accelerator, length);
            ArrayView<T> parts = temp.Cast<T>();
            ArgumentOutOfRangeException.ThrowIfLessThan(parts.Length, shares.Groups, nameof(temp));
            combine(stream, shares.Config, input, parts, shares.Share, default);
            scan(stream, shares.Config, input, output, parts, shares.Share, default);
        };
    }

    /// <summary>Makes scans that share temporary memory of their own; they may not run at the same time.</summary>
    /// <param name="accelerator">Where to scan.</param>
    /// <param name="dataLength">The most 32-bit integers that any of the scans needs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than one.</exception>
    public static ScanProvider CreateScanProvider(this Accelerator accelerator, LongIndex1D dataLength)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentOutOfRangeException.ThrowIfLessThan(dataLength.X, 1, nameof(dataLength));
        return new(accelerator, dataLength);
    }

    /// <summary>Makes scans of at most <paramref name="dataLength"/> elements of type <typeparamref name="T"/>.</summary>
    /// <inheritdoc cref="CreateScanProvider(Accelerator, LongIndex1D)"/>
    public static ScanProvider CreateScanProvider<T>(this Accelerator accelerator, LongIndex1D dataLength)
        where T : unmanaged =>
            accelerator.CreateScanProvider(accelerator.ComputeScanTempStorageSize<T>(dataLength));

    private static void Combine<T, TStride, TScanOperation>(
        ArrayView1D<T, TStride> input, ArrayView<T> parts, long share, TScanOperation operation)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        long start = Grid.IdxX * share;
        long end = Math.Min(start + share, input.Extent.X);
        T combined = operation.Identity;
        for (long i = start + Group.IdxX; i < end; i += Group.DimX)
        {
            combined = operation.Apply(combined, input[new LongIndex1D(i)]);
        }

        T part = GroupExtensions.Reduce<T, TScanOperation>(combined);
        if (Group.IsFirstThread)
        {
            parts[Grid.IdxX] = part;
        }
    }

    private static void ScanInclusive<T, TStrideIn, TStrideOut, TScanOperation>(
        ArrayView1D<T, TStrideIn> input, ArrayView1D<T, TStrideOut> output, ArrayView<T> parts, long share, TScanOperation operation)
        where T : unmanaged
        where TStrideIn : struct, IStride1D
        where TStrideOut : struct, IStride1D
        where TScanOperation : struct, IScanReduceOperation<T> => Scan(input, output, parts, share, operation, isInclusive: true);

    private static void ScanExclusive<T, TStrideIn, TStrideOut, TScanOperation>(
        ArrayView1D<T, TStrideIn> input, ArrayView1D<T, TStrideOut> output, ArrayView<T> parts, long share, TScanOperation operation)
        where T : unmanaged
        where TStrideIn : struct, IStride1D
        where TStrideOut : struct, IStride1D
        where TScanOperation : struct, IScanReduceOperation<T> => Scan(input, output, parts, share, operation, isInclusive: false);

    /// <param name="isInclusive">A constant of each kernel.</param>
    private static void Scan<T, TStrideIn, TStrideOut, TScanOperation>(
        ArrayView1D<T, TStrideIn> input, ArrayView1D<T, TStrideOut> output, ArrayView<T> parts, long share, TScanOperation operation,
        bool isInclusive)
        where T : unmanaged
        where TStrideIn : struct, IStride1D
        where TStrideOut : struct, IStride1D
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        T before = Before(parts, operation);
        long end = Math.Min((Grid.IdxX + 1) * share, input.Extent.X);
        for (long first = Grid.IdxX * share; first < end; first += Group.DimX)
        {
            long i = first + Group.IdxX;
            T value = i < end ? input[new LongIndex1D(i)] : operation.Identity;
            T scanned = isInclusive
                ? GroupExtensions.InclusiveScanWithBoundaries<T, TScanOperation>(value, out ScanBoundaries<T> boundaries)
                : GroupExtensions.ExclusiveScanWithBoundaries<T, TScanOperation>(value, out boundaries);
            if (i < end)
            {
                output[new LongIndex1D(i)] = operation.Apply(before, scanned);
            }

            before = isInclusive
                ? GroupExtensions.InclusiveScanNextIteration<T, TScanOperation>(before, boundaries.RightBoundary, value)
                : GroupExtensions.ExclusiveScanNextIteration<T, TScanOperation>(before, boundaries.RightBoundary, value);
        }
    }

    /// <summary>What the parts of all groups before this one come to.</summary>
    private static T Before<T, TScanOperation>(ArrayView<T> parts, TScanOperation operation)
        where T : unmanaged
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        T combined = operation.Identity;
        for (int part = Group.IdxX; part < Grid.IdxX; part += Group.DimX)
        {
            combined = operation.Apply(combined, parts[part]);
        }

        return GroupExtensions.AllReduce<T, TScanOperation>(combined);
    }
}

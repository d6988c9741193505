// Written by tools/type-tables: change it there.
using ILGPU.Algorithms.ComparisonOperations;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

public static partial class UniqueExtensions
{
    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<sbyte> input) =>
        accelerator.Unique<sbyte, ComparisonInt8>(stream, input);

    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<short> input) =>
        accelerator.Unique<short, ComparisonInt16>(stream, input);

    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<int> input) =>
        accelerator.Unique<int, ComparisonInt32>(stream, input);

    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<long> input) =>
        accelerator.Unique<long, ComparisonInt64>(stream, input);

    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<byte> input) =>
        accelerator.Unique<byte, ComparisonUInt8>(stream, input);

    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<ushort> input) =>
        accelerator.Unique<ushort, ComparisonUInt16>(stream, input);

    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<uint> input) =>
        accelerator.Unique<uint, ComparisonUInt32>(stream, input);

    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<ulong> input) =>
        accelerator.Unique<ulong, ComparisonUInt64>(stream, input);

    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<Half> input) =>
        accelerator.Unique<Half, ComparisonHalf>(stream, input);

    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<float> input) =>
        accelerator.Unique<float, ComparisonFloat>(stream, input);

    /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
    public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<double> input) =>
        accelerator.Unique<double, ComparisonDouble>(stream, input);
}

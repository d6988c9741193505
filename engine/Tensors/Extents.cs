namespace IlgpuGan.Tensors;

/// <summary>
/// Sizes that shape rules compute in 64 bits: each goes through here to become one of 32 bits, in which kernels count.
/// </summary>
internal static class Extents
{
    /// <summary>Strides up to which a geometry holds what was asked for.</summary>
    private const int MostKept = 1 << 16;

    /// <summary>A size in 32 bits.</summary>
    /// <exception cref="ShapeException">it does not fit; the message begins with the op</exception>
    public static int Of(string op, long size, Shape x) => size is >= int.MinValue and <= int.MaxValue
        ? (int)size
        : throw new ShapeException($"{op}: {x} would make a dimension of {size} elements; a dimension has at most {int.MaxValue}");

    /// <summary>
    /// The stride of a window that has so much room: where only one window fits, a stride that kernels might count beyond 32 bits with is
    /// replaced by a smaller one, which means the same.
    /// </summary>
    public static int Stride(int stride, long room) => stride > room && stride > MostKept ? MostKept : stride;
}

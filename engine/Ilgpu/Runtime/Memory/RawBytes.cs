namespace ILGPU.Runtime;

/// <summary>The bytes behind contiguous views.</summary>
internal static class RawBytes
{
    /// <summary>The bytes of a contiguous view or of a buffer.</summary>
    public static ArrayView<byte> Of<TView>(in TView view)
        where TView : IContiguousArrayView =>
        ArrayView<byte>.FromBytes(BufferCopy.BufferOf(view), view.IndexInBytes, view.LengthInBytes);

    public static void Set(AcceleratorStream stream, ArrayView<byte> bytes, byte value) =>
        BufferCopy.BufferOf(bytes).MemSet(stream, value, bytes.IndexInBytes, bytes.Length);
}

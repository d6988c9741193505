using ILGPU.Runtime;

namespace ILGPU
{
    public interface IArrayView;

    public interface IContiguousArrayView : IArrayView;

    public interface IContiguousArrayView<T> : IContiguousArrayView
        where T : unmanaged;

    public readonly struct ArrayView<T> : IContiguousArrayView<T>
        where T : unmanaged
    {
        public static readonly ArrayView<T> Empty;

        public ArrayView(MemoryBuffer source, long index, long length) => throw null!;

        public bool IsValid => throw null!;

        public long Length => throw null!;

        public int IntLength => throw null!;

        public long LengthInBytes => throw null!;

        public ref T this[int index] => throw null!;

        public ref T this[long index] => throw null!;

        public ref T this[Index1D index] => throw null!;

        public ref T this[LongIndex1D index] => throw null!;

        public ArrayView<T> SubView(long index) => throw null!;

        public ArrayView<T> SubView(int index, int subViewLength) => throw null!;

        public ArrayView<T> SubView(long index, long subViewLength) => throw null!;

        public ArrayView<TOther> Cast<TOther>()
            where TOther : unmanaged => throw null!;

        public static implicit operator ArrayView1D<T, Stride1D.Dense>(ArrayView<T> view) => throw null!;

        public static implicit operator ArrayView<T>(ArrayView1D<T, Stride1D.Dense> view) => throw null!;
    }
}

namespace ILGPU.Runtime
{
    public readonly struct ArrayView1D<T, TStride> : IArrayView
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        public ArrayView<T> BaseView => throw null!;
    }

    public abstract class MemoryBuffer : AcceleratorObject
    {
        private protected MemoryBuffer()
        {
        }

        public nint NativePtr => throw null!;

        public long Length => throw null!;

        public int ElementSize => throw null!;

        public long LengthInBytes => throw null!;
    }

    public class MemoryBuffer<TView> : MemoryBuffer
        where TView : struct, IArrayView
    {
        private protected MemoryBuffer()
        {
        }

        public TView View => throw null!;
    }

    public sealed class MemoryBuffer1D<T, TStride> : MemoryBuffer<ArrayView1D<T, TStride>>
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        private MemoryBuffer1D()
        {
        }
    }

    public static class ArrayViewExtensions
    {
        public static void CopyFromCPU<T, TView>(this TView view, AcceleratorStream stream, ref T cpuData, long length)
            where T : unmanaged
            where TView : IContiguousArrayView<T> => throw null!;

        public static void CopyToCPU<T, TView>(this TView view, AcceleratorStream stream, ref T cpuData, long length)
            where T : unmanaged
            where TView : IContiguousArrayView<T> => throw null!;

        public static void MemSetToZero<TView>(this TView view, AcceleratorStream stream)
            where TView : IContiguousArrayView => throw null!;
    }
}

using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>A three-dimensional view of device memory: a linear view, an extent and a stride.</summary>
public readonly struct ArrayView3D<T, TStride> : IArrayView<T, Index3D, LongIndex3D, TStride>
    where T : unmanaged
    where TStride : struct, IStride3D
{
    /// <summary>The size of an element in bytes.</summary>
    public static readonly int ElementSize = Unsafe.SizeOf<T>();

    /// <summary>The view of nothing.</summary>
    public static readonly ArrayView3D<T, TStride> Empty;

    public ArrayView3D(ArrayView<T> baseView, LongIndex3D extent, TStride stride)
    {
        BaseView = baseView;
        Extent = extent;
        Stride = stride;
    }

    public static ArrayView3D<T, TStride> GetEmpty(TStride stride) => new(ArrayView<T>.Empty, LongIndex3D.Zero, stride);

    /// <summary>All elements that the view spans, gaps included.</summary>
    public ArrayView<T> BaseView { get; }

    public LongIndex3D Extent { get; }

    public TStride Stride { get; }

    public Index3D IntExtent => Extent.ToIntIndex();

    public MemoryBuffer? Buffer => BaseView.Buffer;

    int IArrayView.ElementSize => ElementSize;

    /// <inheritdoc/>
    public bool IsValid => BaseView.IsValid;

    /// <inheritdoc/>
    public long Length => BaseView.Length;

    public int IntLength => BaseView.IntLength;

    public long LengthInBytes => BaseView.LengthInBytes;

    /// <exception cref="IndexOutOfRangeException">The index lies outside the extent.</exception>
    public ref T this[Index3D index] => ref BaseView[Stride.ComputeElementIndexChecked(index, Extent)];

    /// <inheritdoc cref="this[Index3D]"/>
    public ref T this[LongIndex3D index] => ref BaseView[Stride.ComputeElementIndexChecked(index, Extent)];

    /// <inheritdoc cref="this[Index3D]"/>
    public ref T this[int x, int y, int z] => ref this[new Index3D(x, y, z)];

    /// <inheritdoc cref="this[Index3D]"/>
    public ref T this[long x, long y, long z] => ref this[new LongIndex3D(x, y, z)];

    public int ComputeLinearIndex(Index3D index) => Stride.ComputeElementIndex(index);

    public long ComputeLinearIndex(LongIndex3D index) => Stride.ComputeElementIndex(index);

    /// <summary>The part of the view that starts at <paramref name="index"/> and has the given extent, with the same stride.</summary>
    public ArrayView3D<T, TStride> SubView(Index3D index, Index3D extent) => SubView(index.ToLongIndex(), extent.ToLongIndex());

    /// <inheritdoc cref="SubView(Index3D, Index3D)"/>
    public ArrayView3D<T, TStride> SubView(LongIndex3D index, LongIndex3D extent)
    {
        ViewBounds.Assert(index.InBoundsInclusive(Extent) && (index + extent).InBoundsInclusive(Extent));
        long length = Stride.ComputeBufferLength(extent);
        long start = length == 0 ? 0 : Stride.ComputeElementIndex(index);
        return new(BaseView.SubView(start, length), extent, Stride);
    }

    /// <summary>A view of the one element at <paramref name="index"/>.</summary>
    public VariableView<T> VariableView(Index3D index) => new(BaseView.SubView(Stride.ComputeElementIndexChecked(index, Extent), 1));

    /// <inheritdoc cref="VariableView(Index3D)"/>
    public VariableView<T> VariableView(LongIndex3D index) => new(BaseView.SubView(Stride.ComputeElementIndexChecked(index, Extent), 1));

    /// <summary>All elements that the view spans, gaps included, as a linear view.</summary>
    public ArrayView<T> AsContiguous() => BaseView;

    public ArrayView3D<T, Stride3D.General> AsGeneral() => AsGeneral(Stride.AsGeneral());

    public ArrayView3D<T, Stride3D.General> AsGeneral(Stride3D.General stride) => new(BaseView, Extent, stride);

    public ArrayView1D<T, Stride1D.General> To1DView() => new(BaseView, Extent.Size, Stride.To1DStride());

    public ArrayView3D<T, Stride3D.DenseXY> AsDenseXY() => new(BaseView, Extent, new Stride3D.DenseXY(Stride.YStride, Stride.ZStride));

    public ArrayView3D<T, Stride3D.DenseZY> AsDenseZY() => new(BaseView, Extent, new Stride3D.DenseZY(Stride.XStride, Stride.YStride));

    /// <summary>The elements in linear order under a one-dimensional stride.</summary>
    public ArrayView1D<T, TOtherStride> As1DView<TOtherStride>(TOtherStride stride)
        where TOtherStride : struct, IStride1D =>
        new(BaseView, Extent.Size, stride);

    public override string ToString() => $"ArrayView3D<{typeof(T).Name}>{Extent}";
}

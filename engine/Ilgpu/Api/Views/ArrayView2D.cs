using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>A two-dimensional view of device memory: a linear view, an extent and a stride.</summary>
public readonly struct ArrayView2D<T, TStride> : IArrayView<T, Index2D, LongIndex2D, TStride>
    where T : unmanaged
    where TStride : struct, IStride2D
{
    /// <summary>The size of an element in bytes.</summary>
    public static readonly int ElementSize = Unsafe.SizeOf<T>();

    /// <summary>The view of nothing.</summary>
    public static readonly ArrayView2D<T, TStride> Empty;

    public ArrayView2D(ArrayView<T> baseView, LongIndex2D extent, TStride stride)
    {
        BaseView = baseView;
        Extent = extent;
        Stride = stride;
    }

    public static ArrayView2D<T, TStride> GetEmpty(TStride stride) => new(ArrayView<T>.Empty, LongIndex2D.Zero, stride);

    /// <summary>All elements that the view spans, gaps included.</summary>
    public ArrayView<T> BaseView { get; }

    public LongIndex2D Extent { get; }

    public TStride Stride { get; }

    public Index2D IntExtent => Extent.ToIntIndex();

    public MemoryBuffer? Buffer => BaseView.Buffer;

    int IArrayView.ElementSize => ElementSize;

    /// <inheritdoc/>
    public bool IsValid => BaseView.IsValid;

    /// <inheritdoc/>
    public long Length => BaseView.Length;

    public int IntLength => BaseView.IntLength;

    public long LengthInBytes => BaseView.LengthInBytes;

    /// <exception cref="IndexOutOfRangeException">The index lies outside the extent.</exception>
    public ref T this[Index2D index] => ref BaseView[Stride.ComputeElementIndexChecked(index, Extent)];

    /// <inheritdoc cref="this[Index2D]"/>
    public ref T this[LongIndex2D index] => ref BaseView[Stride.ComputeElementIndexChecked(index, Extent)];

    /// <inheritdoc cref="this[Index2D]"/>
    public ref T this[int x, int y] => ref this[new Index2D(x, y)];

    /// <inheritdoc cref="this[Index2D]"/>
    public ref T this[long x, long y] => ref this[new LongIndex2D(x, y)];

    public int ComputeLinearIndex(Index2D index) => Stride.ComputeElementIndex(index);

    public long ComputeLinearIndex(LongIndex2D index) => Stride.ComputeElementIndex(index);

    /// <summary>The part of the view that starts at <paramref name="index"/> and has the given extent, with the same stride.</summary>
    public ArrayView2D<T, TStride> SubView(Index2D index, Index2D extent) => SubView(index.ToLongIndex(), extent.ToLongIndex());

    /// <inheritdoc cref="SubView(Index2D, Index2D)"/>
    public ArrayView2D<T, TStride> SubView(LongIndex2D index, LongIndex2D extent)
    {
        ViewBounds.Assert(index.InBoundsInclusive(Extent) && (index + extent).InBoundsInclusive(Extent));
        long length = Stride.ComputeBufferLength(extent);
        long start = length == 0 ? 0 : Stride.ComputeElementIndex(index);
        return new(BaseView.SubView(start, length), extent, Stride);
    }

    /// <summary>A view of the one element at <paramref name="index"/>.</summary>
    public VariableView<T> VariableView(Index2D index) => new(BaseView.SubView(Stride.ComputeElementIndexChecked(index, Extent), 1));

    /// <inheritdoc cref="VariableView(Index2D)"/>
    public VariableView<T> VariableView(LongIndex2D index) => new(BaseView.SubView(Stride.ComputeElementIndexChecked(index, Extent), 1));

    /// <summary>All elements that the view spans, gaps included, as a linear view.</summary>
    public ArrayView<T> AsContiguous() => BaseView;

    public ArrayView2D<T, Stride2D.General> AsGeneral() => AsGeneral(Stride.AsGeneral());

    public ArrayView2D<T, Stride2D.General> AsGeneral(Stride2D.General stride) => new(BaseView, Extent, stride);

    public ArrayView1D<T, Stride1D.General> To1DView() => new(BaseView, Extent.Size, Stride.To1DStride());

    public ArrayView2D<T, Stride2D.DenseX> AsDenseX() => new(BaseView, Extent, new Stride2D.DenseX(Stride.YStride));

    public ArrayView2D<T, Stride2D.DenseY> AsDenseY() => new(BaseView, Extent, new Stride2D.DenseY(Stride.XStride));

    /// <summary>The elements in linear order under a one-dimensional stride.</summary>
    public ArrayView1D<T, TOtherStride> As1DView<TOtherStride>(TOtherStride stride)
        where TOtherStride : struct, IStride1D =>
        new(BaseView, Extent.Size, stride);

    public ArrayView3D<T, TOtherStride> As3DView<TOtherStride>(LongIndex3D extent, TOtherStride stride)
        where TOtherStride : struct, IStride3D =>
        new(BaseView, extent, stride);

    public override string ToString() => $"ArrayView2D<{typeof(T).Name}>{Extent}";
}

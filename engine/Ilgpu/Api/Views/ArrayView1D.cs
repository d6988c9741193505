using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>A one-dimensional view of device memory: a linear view, an extent and a stride.</summary>
public readonly struct ArrayView1D<T, TStride> : IArrayView<T, Index1D, LongIndex1D, TStride>
    where T : unmanaged
    where TStride : struct, IStride1D
{
    /// <summary>The size of an element in bytes.</summary>
    public static readonly int ElementSize = Unsafe.SizeOf<T>();

    /// <summary>The view of nothing.</summary>
    public static readonly ArrayView1D<T, TStride> Empty;

    public ArrayView1D(ArrayView<T> baseView, LongIndex1D extent, TStride stride)
    {
        BaseView = baseView;
        Extent = extent;
        Stride = stride;
    }

    public static ArrayView1D<T, TStride> GetEmpty(TStride stride) => new(ArrayView<T>.Empty, LongIndex1D.Zero, stride);

    /// <summary>All elements that the view spans, gaps included.</summary>
    public ArrayView<T> BaseView { get; }

    public LongIndex1D Extent { get; }

    public TStride Stride { get; }

    public Index1D IntExtent => Extent.ToIntIndex();

    public MemoryBuffer? Buffer => BaseView.Buffer;

    int IArrayView.ElementSize => ElementSize;

    /// <inheritdoc/>
    public bool IsValid => BaseView.IsValid;

    /// <inheritdoc/>
    public long Length => BaseView.Length;

    public int IntLength => BaseView.IntLength;

    public long LengthInBytes => BaseView.LengthInBytes;

    /// <exception cref="IndexOutOfRangeException">The index lies outside the extent.</exception>
    public ref T this[Index1D index] => ref BaseView[Stride.ComputeElementIndexChecked(index, Extent)];

    /// <inheritdoc cref="this[Index1D]"/>
    public ref T this[LongIndex1D index] => ref BaseView[Stride.ComputeElementIndexChecked(index, Extent)];

    public int ComputeLinearIndex(Index1D index) => Stride.ComputeElementIndex(index);

    public long ComputeLinearIndex(LongIndex1D index) => Stride.ComputeElementIndex(index);

    /// <summary>The part of the view that starts at <paramref name="index"/> and has the given extent, with the same stride.</summary>
    public ArrayView1D<T, TStride> SubView(Index1D index, Index1D extent) => SubView(index.ToLongIndex(), extent.ToLongIndex());

    /// <inheritdoc cref="SubView(Index1D, Index1D)"/>
    public ArrayView1D<T, TStride> SubView(LongIndex1D index, LongIndex1D extent)
    {
        ViewBounds.Assert(index.InBoundsInclusive(Extent) && (index + extent).InBoundsInclusive(Extent));
        long length = Stride.ComputeBufferLength(extent);
        long start = length == 0 ? 0 : Stride.ComputeElementIndex(index);
        return new(BaseView.SubView(start, length), extent, Stride);
    }

    /// <summary>A view of the one element at <paramref name="index"/>.</summary>
    public VariableView<T> VariableView(Index1D index) => new(BaseView.SubView(Stride.ComputeElementIndexChecked(index, Extent), 1));

    /// <inheritdoc cref="VariableView(Index1D)"/>
    public VariableView<T> VariableView(LongIndex1D index) => new(BaseView.SubView(Stride.ComputeElementIndexChecked(index, Extent), 1));

    /// <summary>All elements that the view spans, gaps included, as a linear view.</summary>
    public ArrayView<T> AsContiguous() => BaseView;

    public ArrayView1D<T, Stride1D.General> AsGeneral() => AsGeneral(Stride.AsGeneral());

    public ArrayView1D<T, Stride1D.General> AsGeneral(Stride1D.General stride) => new(BaseView, Extent, stride);

    public ArrayView1D<T, Stride1D.General> To1DView() => new(BaseView, Extent, Stride.To1DStride());

    /// <summary>The same elements, gap-free.</summary>
    public ArrayView1D<T, Stride1D.Dense> AsDense() => new(BaseView, Extent, default);

    /// <summary>The spanned elements under another extent and stride.</summary>
    public ArrayView2D<T, TOtherStride> As2DView<TOtherStride>(LongIndex2D extent, TOtherStride stride)
        where TOtherStride : struct, IStride2D =>
        new(BaseView, extent, stride);

    public ArrayView2D<T, Stride2D.DenseX> As2DDenseXView(LongIndex2D extent) => As2DView(extent, Stride2D.DenseX.FromExtent(extent));

    public ArrayView2D<T, Stride2D.DenseY> As2DDenseYView(LongIndex2D extent) => As2DView(extent, Stride2D.DenseY.FromExtent(extent));

    /// <summary>The spanned elements under another extent and stride.</summary>
    public ArrayView3D<T, TOtherStride> As3DView<TOtherStride>(LongIndex3D extent, TOtherStride stride)
        where TOtherStride : struct, IStride3D =>
        new(BaseView, extent, stride);

    public ArrayView3D<T, Stride3D.DenseXY> As3DDenseXYView(LongIndex3D extent) => As3DView(extent, Stride3D.DenseXY.FromExtent(extent));

    public ArrayView3D<T, Stride3D.DenseZY> As3DDenseZYView(LongIndex3D extent) => As3DView(extent, Stride3D.DenseZY.FromExtent(extent));

    public override string ToString() => $"ArrayView1D<{typeof(T).Name}>{Extent}";
}

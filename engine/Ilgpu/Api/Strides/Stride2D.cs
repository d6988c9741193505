namespace ILGPU;

/// <summary>The strides of two-dimensional views and buffers.</summary>
public static class Stride2D
{
    /// <summary>The length in elements of the leading (contiguous) dimension of a buffer of the given extent, padding included.</summary>
    public delegate long GetLeadingDimensionSize(LongIndex2D extent);

    /// <summary>Builds the stride of a buffer of the given extent whose leading dimension takes the given number of elements.</summary>
    public delegate TStride BuildStride<TStride>(LongIndex2D extent, int leadingDimension)
        where TStride : struct, IStride2D;

    /// <summary>Rows along X are contiguous: element index = x + y · <see cref="YStride"/>.</summary>
    public readonly struct DenseX : IStride2D
    {
        public DenseX(int yStride) => YStride = yStride;

        /// <summary>The gap-free stride of <paramref name="extent"/>.</summary>
        public static DenseX FromExtent(Index2D extent) => new(extent.X);

        /// <inheritdoc cref="FromExtent(Index2D)"/>
        public static DenseX FromExtent(LongIndex2D extent) => new(checked((int)(extent.X)));

        public int XStride => 1;

        public int YStride { get; }

        public Index2D StrideExtent => new(XStride, YStride);

        public int ComputeElementIndex(Index2D index) => index.X + index.Y * YStride;

        public long ComputeElementIndex(LongIndex2D index) => index.X + index.Y * YStride;

        public int ComputeElementIndexChecked(Index2D index, LongIndex2D extent)
        {
            ViewBounds.Assert(index.ToLongIndex().InBounds(extent));
            return ComputeElementIndex(index);
        }

        public long ComputeElementIndexChecked(LongIndex2D index, LongIndex2D extent)
        {
            ViewBounds.Assert(index.InBounds(extent));
            return ComputeElementIndex(index);
        }

        public Index2D ReconstructFromElementIndex(int elementIndex) => new(elementIndex % YStride, elementIndex / YStride);

        public LongIndex2D ReconstructFromElementIndex(long elementIndex) => new(elementIndex % YStride, elementIndex / YStride);

        public int ComputeBufferLength(Index2D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index2D.One) + 1;

        public long ComputeBufferLength(LongIndex2D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex2D.One) + 1;

        public Stride1D.General To1DStride() => new(Math.Min(XStride, YStride));

        public Stride2D.General AsGeneral() => new(StrideExtent);
    }

    /// <summary>Columns along Y are contiguous (the layout of a C# <c>T[,]</c>): element index = x · <see cref="XStride"/> + y.</summary>
    public readonly struct DenseY : IStride2D
    {
        public DenseY(int xStride) => XStride = xStride;

        /// <summary>The gap-free stride of <paramref name="extent"/>.</summary>
        public static DenseY FromExtent(Index2D extent) => new(extent.Y);

        /// <inheritdoc cref="FromExtent(Index2D)"/>
        public static DenseY FromExtent(LongIndex2D extent) => new(checked((int)(extent.Y)));

        public int XStride { get; }

        public int YStride => 1;

        public Index2D StrideExtent => new(XStride, YStride);

        public int ComputeElementIndex(Index2D index) => index.X * XStride + index.Y;

        public long ComputeElementIndex(LongIndex2D index) => index.X * XStride + index.Y;

        public int ComputeElementIndexChecked(Index2D index, LongIndex2D extent)
        {
            ViewBounds.Assert(index.ToLongIndex().InBounds(extent));
            return ComputeElementIndex(index);
        }

        public long ComputeElementIndexChecked(LongIndex2D index, LongIndex2D extent)
        {
            ViewBounds.Assert(index.InBounds(extent));
            return ComputeElementIndex(index);
        }

        public Index2D ReconstructFromElementIndex(int elementIndex) => new(elementIndex / XStride, elementIndex % XStride);

        public LongIndex2D ReconstructFromElementIndex(long elementIndex) => new(elementIndex / XStride, elementIndex % XStride);

        public int ComputeBufferLength(Index2D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index2D.One) + 1;

        public long ComputeBufferLength(LongIndex2D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex2D.One) + 1;

        public Stride1D.General To1DStride() => new(Math.Min(XStride, YStride));

        public Stride2D.General AsGeneral() => new(StrideExtent);
    }

    /// <summary>Both strides are given: element index = x · XStride + y · YStride.</summary>
    public readonly struct General : IStride2D
    {
        public General(Index2D stride)
        {
            XStride = stride.X;
            YStride = stride.Y;
        }

        public int XStride { get; }

        public int YStride { get; }

        public Index2D StrideExtent => new(XStride, YStride);

        public int ComputeElementIndex(Index2D index) => index.X * XStride + index.Y * YStride;

        public long ComputeElementIndex(LongIndex2D index) => index.X * XStride + index.Y * YStride;

        public int ComputeElementIndexChecked(Index2D index, LongIndex2D extent)
        {
            ViewBounds.Assert(index.ToLongIndex().InBounds(extent));
            return ComputeElementIndex(index);
        }

        public long ComputeElementIndexChecked(LongIndex2D index, LongIndex2D extent)
        {
            ViewBounds.Assert(index.InBounds(extent));
            return ComputeElementIndex(index);
        }

        public Index2D ReconstructFromElementIndex(int elementIndex) => XStride <= YStride
            ? new(elementIndex % YStride / XStride, elementIndex / YStride)
            : new(elementIndex / XStride, elementIndex % XStride / YStride);

        public LongIndex2D ReconstructFromElementIndex(long elementIndex) => XStride <= YStride
            ? new(elementIndex % YStride / XStride, elementIndex / YStride)
            : new(elementIndex / XStride, elementIndex % XStride / YStride);

        public int ComputeBufferLength(Index2D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index2D.One) + 1;

        public long ComputeBufferLength(LongIndex2D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex2D.One) + 1;

        public Stride1D.General To1DStride() => new(Math.Min(XStride, YStride));

        public Stride2D.General AsGeneral() => this;
    }

    /// <summary>Every index means the same element.</summary>
    public readonly struct Infinite : IStride2D
    {
        public int XStride => 0;

        public int YStride => 0;

        public Index2D StrideExtent => new(XStride, YStride);

        public int ComputeElementIndex(Index2D index) => 0;

        public long ComputeElementIndex(LongIndex2D index) => 0;

        public int ComputeElementIndexChecked(Index2D index, LongIndex2D extent) => ComputeElementIndex(index);

        public long ComputeElementIndexChecked(LongIndex2D index, LongIndex2D extent) => ComputeElementIndex(index);

        public Index2D ReconstructFromElementIndex(int elementIndex) => Index2D.Zero;

        public LongIndex2D ReconstructFromElementIndex(long elementIndex) => LongIndex2D.Zero;

        public int ComputeBufferLength(Index2D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index2D.One) + 1;

        public long ComputeBufferLength(LongIndex2D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex2D.One) + 1;

        public Stride1D.General To1DStride() => new(Math.Min(XStride, YStride));

        public Stride2D.General AsGeneral() => new(StrideExtent);
    }
}

namespace ILGPU;

/// <summary>The strides of one-dimensional views and buffers.</summary>
public static class Stride1D
{
    /// <summary>Neighbours lie side by side.</summary>
    public readonly struct Dense : IStride1D
    {
        public int XStride => 1;

        public Index1D StrideExtent => new(XStride);

        public int ComputeElementIndex(Index1D index) => index.X;

        public long ComputeElementIndex(LongIndex1D index) => index.X;

        public int ComputeElementIndexChecked(Index1D index, LongIndex1D extent)
        {
            ViewBounds.Assert(index.ToLongIndex().InBounds(extent));
            return ComputeElementIndex(index);
        }

        public long ComputeElementIndexChecked(LongIndex1D index, LongIndex1D extent)
        {
            ViewBounds.Assert(index.InBounds(extent));
            return ComputeElementIndex(index);
        }

        public Index1D ReconstructFromElementIndex(int elementIndex) => elementIndex;

        public LongIndex1D ReconstructFromElementIndex(long elementIndex) => elementIndex;

        public int ComputeBufferLength(Index1D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index1D.One) + 1;

        public long ComputeBufferLength(LongIndex1D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex1D.One) + 1;

        public Stride1D.General To1DStride() => new(XStride);

        public Stride1D.General AsGeneral() => new(StrideExtent);
    }

    /// <summary>Neighbours lie <see cref="XStride"/> elements apart.</summary>
    public readonly struct General : IStride1D
    {
        public General(Index1D stride) => XStride = stride.X;

        public int XStride { get; }

        public Index1D StrideExtent => new(XStride);

        public int ComputeElementIndex(Index1D index) => index.X * XStride;

        public long ComputeElementIndex(LongIndex1D index) => index.X * XStride;

        public int ComputeElementIndexChecked(Index1D index, LongIndex1D extent)
        {
            ViewBounds.Assert(index.ToLongIndex().InBounds(extent));
            return ComputeElementIndex(index);
        }

        public long ComputeElementIndexChecked(LongIndex1D index, LongIndex1D extent)
        {
            ViewBounds.Assert(index.InBounds(extent));
            return ComputeElementIndex(index);
        }

        public Index1D ReconstructFromElementIndex(int elementIndex) => elementIndex / XStride;

        public LongIndex1D ReconstructFromElementIndex(long elementIndex) => elementIndex / XStride;

        public int ComputeBufferLength(Index1D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index1D.One) + 1;

        public long ComputeBufferLength(LongIndex1D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex1D.One) + 1;

        public Stride1D.General To1DStride() => new(XStride);

        public Stride1D.General AsGeneral() => this;
    }

    /// <summary>Every index means the same element.</summary>
    public readonly struct Infinite : IStride1D
    {
        public int XStride => 0;

        public Index1D StrideExtent => new(XStride);

        public int ComputeElementIndex(Index1D index) => 0;

        public long ComputeElementIndex(LongIndex1D index) => 0;

        public int ComputeElementIndexChecked(Index1D index, LongIndex1D extent) => ComputeElementIndex(index);

        public long ComputeElementIndexChecked(LongIndex1D index, LongIndex1D extent) => ComputeElementIndex(index);

        public Index1D ReconstructFromElementIndex(int elementIndex) => 0;

        public LongIndex1D ReconstructFromElementIndex(long elementIndex) => 0;

        public int ComputeBufferLength(Index1D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index1D.One) + 1;

        public long ComputeBufferLength(LongIndex1D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex1D.One) + 1;

        public Stride1D.General To1DStride() => new(XStride);

        public Stride1D.General AsGeneral() => new(StrideExtent);
    }
}

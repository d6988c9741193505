namespace ILGPU;

/// <summary>The strides of three-dimensional views and buffers.</summary>
public static class Stride3D
{
    /// <summary>The length in elements of the leading (contiguous) dimension of a buffer of the given extent, padding included.</summary>
    public delegate long GetLeadingDimensionSize(LongIndex3D extent);

    /// <summary>Builds the stride of a buffer of the given extent whose leading dimension takes the given number of elements.</summary>
    public delegate TStride BuildStride<TStride>(LongIndex3D extent, int leadingDimension)
        where TStride : struct, IStride3D;

    /// <summary>X is contiguous, then Y, then Z: element index = x + y · <see cref="YStride"/> + z · <see cref="ZStride"/>.</summary>
    public readonly struct DenseXY : IStride3D
    {
        public DenseXY(int yStride, int zStride)
        {
            YStride = yStride;
            ZStride = zStride;
        }

        /// <summary>The gap-free stride of <paramref name="extent"/>.</summary>
        public static DenseXY FromExtent(Index3D extent) => new(extent.X, extent.X * extent.Y);

        /// <inheritdoc cref="FromExtent(Index3D)"/>
        public static DenseXY FromExtent(LongIndex3D extent) => new(checked((int)(extent.X)), checked((int)(extent.X * extent.Y)));

        public int XStride => 1;

        public int YStride { get; }

        public int ZStride { get; }

        public Index3D StrideExtent => new(XStride, YStride, ZStride);

        public int ComputeElementIndex(Index3D index) => index.X + index.Y * YStride + index.Z * ZStride;

        public long ComputeElementIndex(LongIndex3D index) => index.X + index.Y * YStride + index.Z * ZStride;

        public int ComputeElementIndexChecked(Index3D index, LongIndex3D extent)
        {
            ViewBounds.Assert(index.ToLongIndex().InBounds(extent));
            return ComputeElementIndex(index);
        }

        public long ComputeElementIndexChecked(LongIndex3D index, LongIndex3D extent)
        {
            ViewBounds.Assert(index.InBounds(extent));
            return ComputeElementIndex(index);
        }

        public Index3D ReconstructFromElementIndex(int elementIndex) =>
            new(elementIndex % ZStride % YStride, elementIndex % ZStride / YStride, elementIndex / ZStride);

        public LongIndex3D ReconstructFromElementIndex(long elementIndex) =>
            new(elementIndex % ZStride % YStride, elementIndex % ZStride / YStride, elementIndex / ZStride);

        public int ComputeBufferLength(Index3D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index3D.One) + 1;

        public long ComputeBufferLength(LongIndex3D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex3D.One) + 1;

        public Stride1D.General To1DStride() => new(Math.Min(XStride, Math.Min(YStride, ZStride)));

        public Stride3D.General AsGeneral() => new(StrideExtent);
    }

    /// <summary>
    /// Z is contiguous, then Y, then X (the layout of a C# <c>T[,,]</c>): element index = x · <see cref="XStride"/> + y ·
    /// <see cref="YStride"/> + z.
    /// </summary>
    public readonly struct DenseZY : IStride3D
    {
        public DenseZY(int xStride, int yStride)
        {
            XStride = xStride;
            YStride = yStride;
        }

        /// <summary>The gap-free stride of <paramref name="extent"/>.</summary>
        public static DenseZY FromExtent(Index3D extent) => new(extent.Z * extent.Y, extent.Z);

        /// <inheritdoc cref="FromExtent(Index3D)"/>
        public static DenseZY FromExtent(LongIndex3D extent) => new(checked((int)(extent.Z * extent.Y)), checked((int)(extent.Z)));

        public int XStride { get; }

        public int YStride { get; }

        public int ZStride => 1;

        public Index3D StrideExtent => new(XStride, YStride, ZStride);

        public int ComputeElementIndex(Index3D index) => index.X * XStride + index.Y * YStride + index.Z;

        public long ComputeElementIndex(LongIndex3D index) => index.X * XStride + index.Y * YStride + index.Z;

        public int ComputeElementIndexChecked(Index3D index, LongIndex3D extent)
        {
            ViewBounds.Assert(index.ToLongIndex().InBounds(extent));
            return ComputeElementIndex(index);
        }

        public long ComputeElementIndexChecked(LongIndex3D index, LongIndex3D extent)
        {
            ViewBounds.Assert(index.InBounds(extent));
            return ComputeElementIndex(index);
        }

        public Index3D ReconstructFromElementIndex(int elementIndex) =>
            new(elementIndex / XStride, elementIndex % XStride / YStride, elementIndex % XStride % YStride);

        public LongIndex3D ReconstructFromElementIndex(long elementIndex) =>
            new(elementIndex / XStride, elementIndex % XStride / YStride, elementIndex % XStride % YStride);

        public int ComputeBufferLength(Index3D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index3D.One) + 1;

        public long ComputeBufferLength(LongIndex3D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex3D.One) + 1;

        public Stride1D.General To1DStride() => new(Math.Min(XStride, Math.Min(YStride, ZStride)));

        public Stride3D.General AsGeneral() => new(StrideExtent);
    }

    /// <summary>All strides are given: element index = x · XStride + y · YStride + z · ZStride.</summary>
    public readonly struct General : IStride3D
    {
        public General(Index3D stride)
        {
            XStride = stride.X;
            YStride = stride.Y;
            ZStride = stride.Z;
        }

        public int XStride { get; }

        public int YStride { get; }

        public int ZStride { get; }

        public Index3D StrideExtent => new(XStride, YStride, ZStride);

        public int ComputeElementIndex(Index3D index) => index.X * XStride + index.Y * YStride + index.Z * ZStride;

        public long ComputeElementIndex(LongIndex3D index) => index.X * XStride + index.Y * YStride + index.Z * ZStride;

        public int ComputeElementIndexChecked(Index3D index, LongIndex3D extent)
        {
            ViewBounds.Assert(index.ToLongIndex().InBounds(extent));
            return ComputeElementIndex(index);
        }

        public long ComputeElementIndexChecked(LongIndex3D index, LongIndex3D extent)
        {
            ViewBounds.Assert(index.InBounds(extent));
            return ComputeElementIndex(index);
        }

        public Index3D ReconstructFromElementIndex(int elementIndex) => XStride <= ZStride
            ? new(elementIndex % ZStride % YStride / XStride, elementIndex % ZStride / YStride, elementIndex / ZStride)
            : new(elementIndex / XStride, elementIndex % XStride / YStride, elementIndex % XStride % YStride / ZStride);

        public LongIndex3D ReconstructFromElementIndex(long elementIndex) => XStride <= ZStride
            ? new(elementIndex % ZStride % YStride / XStride, elementIndex % ZStride / YStride, elementIndex / ZStride)
            : new(elementIndex / XStride, elementIndex % XStride / YStride, elementIndex % XStride % YStride / ZStride);

        public int ComputeBufferLength(Index3D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index3D.One) + 1;

        public long ComputeBufferLength(LongIndex3D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex3D.One) + 1;

        public Stride1D.General To1DStride() => new(Math.Min(XStride, Math.Min(YStride, ZStride)));

        public Stride3D.General AsGeneral() => this;
    }

    /// <summary>Every index means the same element.</summary>
    public readonly struct Infinite : IStride3D
    {
        public int XStride => 0;

        public int YStride => 0;

        public int ZStride => 0;

        public Index3D StrideExtent => new(XStride, YStride, ZStride);

        public int ComputeElementIndex(Index3D index) => 0;

        public long ComputeElementIndex(LongIndex3D index) => 0;

        public int ComputeElementIndexChecked(Index3D index, LongIndex3D extent) => ComputeElementIndex(index);

        public long ComputeElementIndexChecked(LongIndex3D index, LongIndex3D extent) => ComputeElementIndex(index);

        public Index3D ReconstructFromElementIndex(int elementIndex) => Index3D.Zero;

        public LongIndex3D ReconstructFromElementIndex(long elementIndex) => LongIndex3D.Zero;

        public int ComputeBufferLength(Index3D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - Index3D.One) + 1;

        public long ComputeBufferLength(LongIndex3D extent) => extent.Size == 0 ? 0 : ComputeElementIndex(extent - LongIndex3D.One) + 1;

        public Stride1D.General To1DStride() => new(Math.Min(XStride, Math.Min(YStride, ZStride)));

        public Stride3D.General AsGeneral() => new(StrideExtent);
    }
}

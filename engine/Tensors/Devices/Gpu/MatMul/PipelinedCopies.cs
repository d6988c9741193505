using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// A thread's copies of each stage of <see cref="PipelinedKernel"/>: a chunk of one or two rows of the left factor, and four depths of one
/// or two columns of the right factor. A warp copies 16 columns at two depths, whose places are neighbours. Rows beyond the last one repeat
/// it, and depths beyond the end repeat the row's first number, where the right factor is zero. All places are the thread's own plus
/// constants.
/// </summary>
internal struct PipelinedCopies<TTile>
    where TTile : struct, ITensorTile
{
    /// <summary>The left factor from this thread's first row on, and the distance to its second one.</summary>
    private ArrayView<float> _row;

    private int _second;

    /// <summary>This thread's chunk of the first stage.</summary>
    private ArrayView<Chunk> _left;

    /// <summary>This thread's number of the first stage at each of four depths.</summary>
    private ArrayView<float> _right0, _right1, _right2, _right3;

    /// <summary>
    /// The columns' offsets in the image, which may be negative (nothing is read there). Add the depth's offset first: ILGPU zero-extends
    /// an index.
    /// </summary>
    private int _place, _otherPlace;

    private SmallTapMask _mask, _otherMask;

    /// <summary>The first of the thread's depths within a stage, of each factor: not kept in registers, of which there are few.</summary>
    private static int LeftDepth => Group.IdxX % Pipeline.Chunks * Pipeline.Share;

    private static int RightDepth => Group.IdxX % TensorLayout.WarpSize / 16 * Pipeline.Share;

    /// <summary>The rows that all threads copy at a time.</summary>
    private static int RowsAtOnce => TTile.Threads / Pipeline.Chunks;

    private static bool HasTwoRows => TTile.Rows > RowsAtOnce;

    /// <summary>The columns that all threads copy at a time.</summary>
    private static int ColumnsAtOnce => TTile.Threads / 2;

    private static bool HasTwoColumns => TTile.Columns > ColumnsAtOnce;

    public static PipelinedCopies<TTile> Start(in Product product, in GroupPlace place, ArrayView<Chunk> left, ArrayView<Chunk> right)
    {
        PipelinedCopies<TTile> copies = default;
        int row = Group.IdxX / Pipeline.Chunks, chunk = Group.IdxX % Pipeline.Chunks;
        int first = IntrinsicMath.Min(place.FirstRow + row, product.Rows - 1);
        copies._row = VectorChunk.From(product.Left.Data, product.Left.Origin + (first * product.Left.RowStride));
        if (HasTwoRows)
        {
            int second = IntrinsicMath.Min(place.FirstRow + row + RowsAtOnce, product.Rows - 1);
            copies._second = (second - first) * product.Left.RowStride;
        }

        copies._left = left.SubView(Pipeline.LeftPlace(row, chunk), 1);

        int lane = Group.IdxX % TensorLayout.WarpSize, inTile = (Group.IdxX / TensorLayout.WarpSize * 16) + (lane % 16);
        ArrayView<float> numbers = right.Cast<float>();
        copies._right0 = numbers.SubView((2 * Pipeline.PairPlace<TTile>(0, inTile)) + (lane / 16), 1);
        copies._right1 = numbers.SubView((2 * Pipeline.PairPlace<TTile>(1, inTile)) + (lane / 16), 1);
        copies._right2 = numbers.SubView((2 * Pipeline.PairPlace<TTile>(2, inTile)) + (lane / 16), 1);
        copies._right3 = numbers.SubView((2 * Pipeline.PairPlace<TTile>(3, inTile)) + (lane / 16), 1);
        RightColumn own = Column(product, place.FirstColumn + inTile);
        copies._place = PlaceOf(product, own);
        copies._mask = SmallTapMask.Of(product, own);
        if (HasTwoColumns)
        {
            own = Column(product, place.FirstColumn + inTile + ColumnsAtOnce);
            copies._otherPlace = PlaceOf(product, own);
            copies._otherMask = SmallTapMask.Of(product, own);
        }

        return copies;
    }

    /// <summary>Starts the copies of a stage.</summary>
    /// <param name="entries">entries of a turn's depths</param>
    public readonly void Copy(in Product product, ArrayView<DepthEntry> entries, int stage)
    {
        int distance = entries.SubView(LeftDepth, 1)[stage * Pipeline.Depth].LeftDistance;
        int target = stage * Pipeline.LeftSize<TTile>();
        ArrayView<Float4> row = _row.Cast<Float4>();
        CudaAsyncCopy.StartFour(ref _left[target], ref row[distance >> 2]);
        if (HasTwoRows)
        {
            CudaAsyncCopy.StartFour(ref _left[target + (RowsAtOnce * Pipeline.Chunks)], ref row[(distance + _second) >> 2]);
        }

        ArrayView<DepthEntry> own = entries.SubView(RightDepth, 1);
        int depth = stage * Pipeline.Depth;
        target = stage * Pipeline.RightSize<TTile>();
        Copy(product, own[depth], _right0, target);
        Copy(product, own[depth + 1], _right1, target);
        Copy(product, own[depth + 2], _right2, target);
        Copy(product, own[depth + 3], _right3, target);
        CudaAsyncCopy.Commit();
    }

    private readonly void Copy(in Product product, DepthEntry entry, ArrayView<float> right, int target)
    {
        CudaAsyncCopy.Start(
            ref right[target], ref product.Right.Image[_place + entry.Distance], _mask.Has(product, entry) ? sizeof(float) : 0);
        if (HasTwoColumns)
        {
            CudaAsyncCopy.Start(
                ref right[target + (2 * ColumnsAtOnce)], ref product.Right.Image[_otherPlace + entry.Distance],
                _otherMask.Has(product, entry) ? sizeof(float) : 0);
        }
    }

    private static RightColumn Column(in Product product, int column) =>
        product.Right.Column(product.ColumnRadix.Of(column), column < product.Columns);

    private static int PlaceOf(in Product product, RightColumn column) => column.Plane + (column.Y * product.Right.Width) + column.X;
}

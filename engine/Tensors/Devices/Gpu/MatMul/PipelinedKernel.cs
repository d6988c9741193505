using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 7: tensor cores in TF32, fed by asynchronous copies. Shared memory holds four stages of eight depths; while one is multiplied the
/// next three are on their way, and no number waits in a register. Factors are float32 there and rounded when fragments are read.
/// </summary>
internal static class PipelinedKernel
{
    /// <summary>Two stages: one entry of the depth table serves all rows and columns.</summary>
    private const int TileDepth = 2 * PipelineLayout.Depth;

    public static void PipelinedProduct<TTile>(Product product)
        where TTile : struct, ITensorTile
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        ArrayView<Chunk> left = SharedMemory.Allocate<Chunk>(PipelineLayout.Stages * PipelineLayout.LeftSize<TTile>()),
            right = SharedMemory.Allocate<Chunk>(PipelineLayout.Stages * PipelineLayout.RightSize<TTile>() / 4);
        ArrayView<DepthEntry> entries = SharedMemory.Allocate<DepthEntry>(2 * TileDepth);
        GroupPlace place = GroupPlace.Enter(ref product, TTile.Rows, TTile.Columns);
        product.EnterPacked(product.Splits.Quotient(Grid.IdxZ));
        if (place.FirstColumn >= product.Columns)
        {
            return;
        }

        DepthTable<SmallTapMask> table = DepthTable<SmallTapMask>.Start(TileDepth, Group.IdxX, place.Begin, place.End);
        table.Write(product, entries);
        PipelinedCopies<TTile> copies = PipelinedCopies<TTile>.Start(product, place, left, right);
        Group.Barrier();
        copies.Copy(product, table.Current(entries), half: 0, stage: 0);
        copies.Copy(product, table.Current(entries), half: 1, stage: 1);
        table.Write(product, entries);
        Group.Barrier();
        copies.Copy(product, table.Current(entries), half: 0, stage: 2);
        Four<Four<AccumulatorFragment>> sums = default;
        int stage = 0;
        for (int depth = place.Begin; depth < place.End; depth += TileDepth)
        {
            // After the barrier all threads see this stage's numbers, and none reads those of the stage before any more.
            CudaAsyncCopy.WaitForAllButTwo();
            Group.Barrier();
            copies.Copy(product, table.Current(entries), half: 1, 3 - stage);
            table.Write(product, entries);
            sums = TensorResults<TTile>.MultiplyAddStage(sums, left, right, stage);
            CudaAsyncCopy.WaitForAllButTwo();
            Group.Barrier();
            copies.Copy(product, table.Current(entries), half: 0, stage);
            sums = TensorResults<TTile>.MultiplyAddStage(sums, left, right, stage + 1);
            stage = 2 - stage;
        }

        CudaAsyncCopy.WaitForAll();
        if (Arrivals.AreCounted(product.Arrivals))
        {
            TensorResults<TTile>.StorePart(product, sums);
            if (!LastGroup.IsLast(product))
            {
                return;
            }

            sums = TensorResults<TTile>.SumParts(product);
        }

        TensorResults<TTile>.StoreInFours(product, place, sums);
    }
}

/// <summary>
/// The layout of the pipeline's stages in shared memory, without bank conflicts. Of the left factor a row has two chunks of four depths,
/// which change places every four rows, for <c>ldmatrix</c>. Of the right factor neighbouring columns are neighbours, as they arrive; a
/// depth's columns are permuted in eights, so that four depths of eight columns lie in 32 different banks.
/// </summary>
internal static class PipelineLayout
{
    /// <summary>Stages in shared memory: one is read while three are written.</summary>
    public const int Stages = 4;

    /// <summary>Depths of a stage: what one instruction multiplies.</summary>
    public const int Depth = 8;

    /// <summary>Chunks of a row of the left factor.</summary>
    public const int Chunks = 2;

    /// <summary>Chunks of a stage of the left factor.</summary>
    public static int LeftSize<TTile>()
        where TTile : struct, ITensorTile => TTile.Rows * Chunks;

    /// <summary>Numbers of a stage of the right factor.</summary>
    public static int RightSize<TTile>()
        where TTile : struct, ITensorTile => TTile.Columns * Depth;

    /// <summary>The place of a chunk within a stage.</summary>
    public static int LeftPlace(int row, int chunk) => (row * Chunks) + (chunk ^ ((row >> 2) & 1));

    /// <summary>The place of a number within its depth.</summary>
    public static int Column(int column, int depth) => column ^ ((depth & 3) * 8);
}

/// <summary>
/// A thread's copies of each stage: a chunk of one row of the left factor, and four depths of one column of the right factor. Rows beyond
/// the last one repeat it, and depths beyond the end repeat the row's first number, where the right factor is zero.
/// </summary>
internal struct PipelinedCopies<TTile>
    where TTile : struct, ITensorTile
{
    private const int Share = 4;

    /// <summary>The left factor from this thread's row on.</summary>
    private ArrayView<float> _row;

    /// <summary>This thread's part of the first stage of each factor.</summary>
    private ArrayView<Chunk> _left;

    private ArrayView<float> _right;

    /// <summary>The place of the thread's column in its depth.</summary>
    private int _column;

    /// <summary>
    /// The column's offset in the image, which may be negative (nothing is read there). Add the depth's offset first: ILGPU zero-extends
    /// an index.
    /// </summary>
    private int _place;

    private SmallTapMask _mask;

    /// <summary>The first of the thread's depths within a stage, of each factor.</summary>
    private int _leftDepth, _rightDepth;

    public static PipelinedCopies<TTile> Start(in Product product, in GroupPlace place, ArrayView<Chunk> left, ArrayView<Chunk> right)
    {
        PipelinedCopies<TTile> copies = default;
        int row = Group.IdxX / PipelineLayout.Chunks, chunk = Group.IdxX % PipelineLayout.Chunks;
        int first = IntrinsicMath.Min(place.FirstRow + row, product.Rows - 1);
        copies._row = VectorChunk.From(product.Left.Data, product.Left.Origin + (first * product.Left.RowStride));
        copies._left = left.SubView(PipelineLayout.LeftPlace(row, chunk), 1);
        copies._leftDepth = chunk * Share;

        copies._column = Group.IdxX % TTile.Columns;
        copies._rightDepth = Group.IdxX / TTile.Columns * Share;
        copies._right = right.Cast<float>().SubView(copies._rightDepth * TTile.Columns, 1);
        int column = place.FirstColumn + copies._column;
        RightColumn own = product.Right.Column(product.ColumnRadix.Of(column), column < product.Columns);
        copies._place = own.Plane + (own.Y * product.Right.Width) + own.X;
        copies._mask = SmallTapMask.Of(product, own);
        return copies;
    }

    /// <summary>Starts the copies of a stage.</summary>
    /// <param name="entries">entries of two stages' depths</param>
    /// <param name="half">0 for the first of the two, 1 for the second</param>
    /// <param name="stage">where it goes</param>
    public readonly void Copy(in Product product, ArrayView<DepthEntry> entries, int half, int stage)
    {
        int first = half * PipelineLayout.Depth;
        CudaAsyncCopy.StartFour(
            ref _left[stage * PipelineLayout.LeftSize<TTile>()],
            ref _row.Cast<Float4>()[entries[first + _leftDepth].LeftDistance >> 2]);
        int target = stage * PipelineLayout.RightSize<TTile>();
        first += _rightDepth;
        Copy(product, entries[first], target + PipelineLayout.Column(_column, 0));
        Copy(product, entries[first + 1], target + TTile.Columns + PipelineLayout.Column(_column, 1));
        Copy(product, entries[first + 2], target + (2 * TTile.Columns) + PipelineLayout.Column(_column, 2));
        Copy(product, entries[first + 3], target + (3 * TTile.Columns) + PipelineLayout.Column(_column, 3));
        CudaAsyncCopy.Commit();
    }

    private readonly void Copy(in Product product, DepthEntry entry, int target) => CudaAsyncCopy.Start(
        ref _right[target], ref product.Right.Image[_place + entry.Distance], _mask.Has(product, entry) ? sizeof(float) : 0);
}

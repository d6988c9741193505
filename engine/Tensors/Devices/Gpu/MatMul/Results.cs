using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The results of one thread: <c>OwnRows x OwnColumns</c> sums in registers.</summary>
internal static class Results<TTile, TRow, TSums>
    where TTile : struct, ITile
    where TRow : unmanaged, IFloatVector<TRow>
    where TSums : struct, IRegisterArray<TSums, TRow>
{
    /// <summary>sums + left · right over the depth of one tile: the inner loop of every rung from register-blocked on.</summary>
    public static TSums Accumulate(TSums sums, ArrayView<float> left, ArrayView<float> right)
    {
        Depths depths = default;
        depths.Left = From(left, TileLayout<TTile>.Row(Group.IdxX / TileLayout<TTile>.ThreadColumns, 0));
        depths.Right = From(right, TileLayout<TTile>.Column(Group.IdxX % TileLayout<TTile>.ThreadColumns, 0));
        depths.Sums = sums;

        // Unrolled by hand, since ILGPU unrolls no loop: one depth at a time takes twice as long with OpenCL on processors, and sixteen
        // make ILGPU's compilation four times as long.
        for (int depth = 0; depth < TTile.Depth; depth += 4)
        {
            depths.Add(depth);
            depths.Add(depth + 1);
            depths.Add(depth + 2);
            depths.Add(depth + 3);
        }

        return depths.Sums;
    }

    /// <summary>
    /// Writes the sums of a part of the depth to memory. In the last group of a tile they are then replaced by the sums of all parts, added
    /// in order.
    /// </summary>
    /// <returns>whether this group is the last and must store the results</returns>
    public static bool Join(in Product product, ref TSums sums)
    {
        const int Own = 4; // LastGroup counts in units of four sums
        int threads = TileLayout<TTile>.Threads, own = TTile.OwnRows * TTile.OwnColumns;
        Parts parts = default;
        parts.Partial = product.Partial;
        parts.First = ((LastGroup.PlaceOfPart(product, threads, own) - Group.IdxX) * Own) + Group.IdxX;
        TSums.Each(sums, ref parts, 0);
        if (!LastGroup.IsLast(product))
        {
            return false;
        }

        sums = default;
        parts.First = ((LastGroup.PlaceOfTile(product, threads, own) - Group.IdxX) * Own) + Group.IdxX;
        for (int part = 0; part < product.Splits.Value; part++)
        {
            sums = TSums.Map(sums, ref parts, 0);
            parts.First += own * threads;
        }

        return true;
    }

    /// <summary>Writes the sums to the target.</summary>
    /// <param name="fours">
    /// the target as vectors where results can be written four columns at a time (<see cref="Product.HasVectorTarget"/>); otherwise empty
    /// </param>
    public static void Store(in Product product, in GroupPlace place, TSums sums, ArrayView<Float4> fours)
    {
        Rows rows = default;
        rows.Product = product;
        rows.FirstRow = place.FirstRow + TileLayout<TTile>.Row(Group.IdxX / TileLayout<TTile>.ThreadColumns, 0);
        rows.FirstColumn = place.FirstColumn;
        rows.Fours = fours;
        TSums.Each(sums, ref rows, 0);
        if (!PtxMethods.AreSupported)
        {
            // Workaround: without a statement here PoCL 6 writes the last row even if it does not exist.
            Group.Barrier();
        }
    }

    private static ArrayView<float> From(ArrayView<float> tile, int first) => tile.SubView(first, tile.IntLength - first);

    /// <summary>Adds one depth of a tile at a time.</summary>
    private struct Depths
    {
        /// <summary>The tiles from this thread's first row or column on, so that all offsets are constants.</summary>
        public ArrayView<float> Left, Right;

        public TSums Sums;

        public void Add(int depth)
        {
            OwnColumns columns = default;
            columns.Tile = Right;
            columns.First = depth * TileLayout<TTile>.RightStride;
            Step step = default;
            step.Tile = Left;
            step.First = depth * TileLayout<TTile>.LeftStride;
            step.Right = TRow.Make(ref columns, 0);
            Sums = TSums.Map(Sums, ref step, 0);
        }
    }

    /// <summary>This thread's columns of a tile of the right factor.</summary>
    private struct OwnColumns : ISource<float>
    {
        public ArrayView<float> Tile;

        public int First;

        public readonly float Get(int index) => Tile[First + TileLayout<TTile>.Column(0, index)];
    }

    /// <summary>Adds one depth's products to each row.</summary>
    private struct Step : IMap<TRow>
    {
        public ArrayView<float> Tile;

        public int First;

        public TRow Right;

        public readonly TRow Of(int index, TRow value) =>
            TRow.AddProduct(value, Tile[First + TileLayout<TTile>.Row(0, index)], Right);
    }

    /// <summary>The sums of a part in the layout [sum, thread], so that a warp's accesses are contiguous.</summary>
    private struct Parts : ITarget<TRow>, IMap<TRow>
    {
        public ArrayView<float> Partial;

        public int First;

        public readonly void Put(int index, TRow value)
        {
            PartOfRow row = Row(index);
            TRow.Each(value, ref row, 0);
        }

        public readonly TRow Of(int index, TRow value)
        {
            PartOfRow row = Row(index);
            return TRow.Map(value, ref row, 0);
        }

        private readonly PartOfRow Row(int index)
        {
            PartOfRow row = default;
            row.Partial = Partial;
            row.First = First + (index * TTile.OwnColumns * TileLayout<TTile>.Threads);
            return row;
        }
    }

    private struct PartOfRow : ITarget<float>, IMap<float>
    {
        public ArrayView<float> Partial;

        public int First;

        public readonly void Put(int index, float value) => Partial[First + (index * TileLayout<TTile>.Threads)] = value;

        public readonly float Of(int index, float value) => value + Partial[First + (index * TileLayout<TTile>.Threads)];
    }

    private struct Rows : ITarget<TRow>
    {
        /// <summary>Columns of a vector store; in some tiles a thread owns fewer.</summary>
        private const int FourColumns = 4;

        public Product Product;

        public int FirstRow, FirstColumn;

        /// <summary>The target as vectors; empty where single numbers are written.</summary>
        public ArrayView<Float4> Fours;

        public readonly void Put(int index, TRow value)
        {
            Row row = default;
            row.Number = FirstRow + TileLayout<TTile>.Row(0, index);
            if (row.Number >= Product.Rows)
            {
                return;
            }

            row.Product = Product;
            row.Bias = Product.BiasOf(row.Number);
            row.FirstColumn = FirstColumn;
            row.Fours = Fours;
            if (TTile.OwnColumns >= FourColumns && Fours.IntLength > 0)
            {
                TRow.EachFour(value, ref row, 0);
            }
            else
            {
                TRow.Each(value, ref row, 0);
            }
        }
    }

    private struct Row : ITarget<float>, ITarget<Float4>
    {
        public Product Product;

        public int Number, FirstColumn;

        public float Bias;

        public ArrayView<Float4> Fours;

        public readonly void Put(int index, float value)
        {
            int column = Column(index);
            if (column < Product.Columns)
            {
                Product.Target.Data[Product.Target.Offset(Number, Product.ColumnRadix.Of(column))] = value + Bias;
            }
        }

        public readonly void Put(int index, Float4 value)
        {
            int column = Column(index);
            if (column < Product.Columns)
            {
                // A multiple of four.
                int place = Product.Target.Offset(Number, Product.ColumnRadix.Of(column)) >> 2;
                Fours[place] = new() { X = value.X + Bias, Y = value.Y + Bias, Z = value.Z + Bias, W = value.W + Bias };
            }
        }

        private readonly int Column(int index) =>
            FirstColumn + TileLayout<TTile>.Column(Group.IdxX % TileLayout<TTile>.ThreadColumns, index);
    }
}

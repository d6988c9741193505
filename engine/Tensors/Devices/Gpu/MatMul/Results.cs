using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The results of one thread: <c>OwnRows x OwnColumns</c> sums that sit in registers.</summary>
internal static class Results<TTile>
    where TTile : struct, ITile
{
    /// <summary>
    /// As many zeros as a thread has results. Every index of them is a constant once loops are unrolled, so no memory is used.
    /// </summary>
    public static ArrayView<float> Zeros()
    {
        ArrayView<float> sums = LocalMemory.Allocate<float>(TTile.OwnRows * TTile.OwnColumns);
        for (int i = 0; i < TTile.OwnRows * TTile.OwnColumns; i++)
        {
            sums[i] = 0;
        }

        return sums;
    }

    /// <summary>sums += left · right over the depth of one tile: the inner loop of every rung from register-blocked on.</summary>
    public static void Accumulate(ArrayView<float> left, ArrayView<float> right, ArrayView<float> sums)
    {
        int threadRow = Group.IdxX / TileLayout<TTile>.ThreadColumns, threadColumn = Group.IdxX % TileLayout<TTile>.ThreadColumns;
        ArrayView<float> ownLeft = LocalMemory.Allocate<float>(TTile.OwnRows), ownRight = LocalMemory.Allocate<float>(TTile.OwnColumns);
        for (int q = 0; q < TTile.Depth; q++)
        {
            for (int i = 0; i < TTile.OwnRows; i++)
            {
                ownLeft[i] = left[(q * TileLayout<TTile>.LeftStride) + TileLayout<TTile>.Row(threadRow, i)];
            }

            for (int j = 0; j < TTile.OwnColumns; j++)
            {
                ownRight[j] = right[(q * TileLayout<TTile>.RightStride) + TileLayout<TTile>.Column(threadColumn, j)];
            }

            for (int i = 0; i < TTile.OwnRows; i++)
            {
                for (int j = 0; j < TTile.OwnColumns; j++)
                {
                    sums[(i * TTile.OwnColumns) + j] += ownLeft[i] * ownRight[j];
                }
            }
        }
    }

    /// <summary>
    /// Leaves the sums of a part of the depth in memory. In the last group of a tile's they become the sums of all parts.
    /// </summary>
    /// <returns>whether this group is the last, and has something to store</returns>
    public static bool Join(in Product product, ArrayView<float> sums)
    {
        int own = TTile.OwnRows * TTile.OwnColumns, threads = TileLayout<TTile>.Threads, last = product.Splits.Value - 1;
        ArrayView<Float4> parts = product.Partial.Cast<Float4>();
        int place = LastGroup.PlaceOfPart(product, threads, own);
        for (int i = 0; i < own; i += 4)
        {
            Float4 four = default;
            four.X = sums[i];
            four.Y = sums[i + 1];
            four.Z = sums[i + 2];
            four.W = sums[i + 3];
            parts[place + (i / 4 * threads)] = four;
        }

        if (!LastGroup.IsLast(product))
        {
            return false;
        }

        for (int i = 0; i < own; i++)
        {
            sums[i] = 0;
        }

        // The next four of a thread's sums are asked for when one of those under way has been added. Beyond the last part they are that
        // part's once more, which nobody adds: no load depends on a condition.
        int fours = own / 4, underWay = LastGroup.UnderWay(own), atOnce = Math.Max(fours, underWay);
        ArrayView<Float4> arriving = LocalMemory.Allocate<Float4>(underWay);
        place = LastGroup.PlaceOfTile(product, threads, own);
        for (int i = 0; i < underWay; i++)
        {
            arriving[i] = parts[place + (((Math.Min(i / fours, last) * fours) + (i % fours)) * threads)];
        }

        for (int part = 0; part <= last; part += atOnce / fours)
        {
            for (int i = 0; i < atOnce; i++)
            {
                int first = 4 * i % own, slot = i % underWay, next = i + underWay;
                bool exists = i < fours || part + (i / fours) <= last;
                sums[first] += exists ? arriving[slot].X : 0;
                sums[first + 1] += exists ? arriving[slot].Y : 0;
                sums[first + 2] += exists ? arriving[slot].Z : 0;
                sums[first + 3] += exists ? arriving[slot].W : 0;
                arriving[slot] = parts[place + (((Math.Min(part + (next / fours), last) * fours) + (next % fours)) * threads)];
            }
        }

        return true;
    }

    /// <summary>Writes the sums to the target.</summary>
    public static void Store(in Product product, in GroupPlace place, ArrayView<float> sums)
    {
        int firstRow = FirstRow(place);
        ArrayView<float> biases = Biases(product, firstRow);
        for (int j = 0; j < TTile.OwnColumns; j++)
        {
            int column = place.FirstColumn + TileLayout<TTile>.Column(Group.IdxX % TileLayout<TTile>.ThreadColumns, j);
            if (column >= product.Columns)
            {
                continue;
            }

            Digits digits = product.ColumnRadix.Of(column);
            for (int i = 0; i < TTile.OwnRows; i++)
            {
                int row = firstRow + TileLayout<TTile>.Row(0, i);
                if (row < product.Rows)
                {
                    product.Target.Data[product.Target.Offset(row, digits)] = sums[(i * TTile.OwnColumns) + j] + biases[i];
                }
            }
        }
    }

    /// <summary>This thread's first row; the others follow in the tile's order.</summary>
    public static int FirstRow(in GroupPlace place) =>
        place.FirstRow + TileLayout<TTile>.Row(Group.IdxX / TileLayout<TTile>.ThreadColumns, 0);

    /// <summary>What is added to each of a thread's rows.</summary>
    public static ArrayView<float> Biases(in Product product, int firstRow)
    {
        ArrayView<float> biases = LocalMemory.Allocate<float>(TTile.OwnRows);
        for (int i = 0; i < TTile.OwnRows; i++)
        {
            biases[i] = product.BiasOf(firstRow + TileLayout<TTile>.Row(0, i));
        }

        return biases;
    }
}

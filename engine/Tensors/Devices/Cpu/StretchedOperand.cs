using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// One operand of a nest of short rows as neighbouring numbers: what the nest reads is laid out a stretch of rows at a time, so that
/// vectors run across the rows' ends. An operand that lies so already is read where it is.
/// </summary>
internal readonly unsafe struct StretchedOperand
{
    /// <summary>Rows that are longer are worked on one by one.</summary>
    public const long LongestRow = 64;

    /// <summary>Room that an operand needs: a stretch, and what a last vector writes beyond it.</summary>
    public const long Floats = Longest + Lanes.Count;

    private const long Longest = 1024;

    private readonly float* _source;
    private readonly float* _memory;
    private readonly Kind _kind;

    private enum Kind
    {
        /// <summary>Element i of the nest is element i of the operand.</summary>
        Neighbours,

        /// <summary>All rows are the same one: it is laid out once.</summary>
        OneRow,

        /// <summary>Anything else.</summary>
        Gathered,
    }

    /// <param name="source">the operand's first element</param>
    /// <param name="rows">the nest</param>
    /// <param name="second">whether the operand is b</param>
    /// <param name="start">the element of the nest at which the first stretch begins</param>
    /// <param name="memory">room for <see cref="Floats"/> numbers</param>
    public StretchedOperand(float* source, in StridedRows rows, bool second, long start, float* memory)
    {
        _source = source;
        _memory = memory;
        _kind = KindOf(rows, second);
        if (_kind == Kind.OneRow)
        {
            Gather(rows, second, start, Length(rows));
        }
    }

    /// <summary>Elements of a stretch: whole rows.</summary>
    public static long Length(in StridedRows rows) => Longest / rows.RowLength * rows.RowLength;

    /// <summary>
    /// The operand's numbers for elements of the nest from a position on, which is a whole number of stretches from the start.
    /// </summary>
    public float* At(in StridedRows rows, bool second, long position, long count)
    {
        if (_kind == Kind.Neighbours)
        {
            return _source + position;
        }

        if (_kind == Kind.Gathered)
        {
            Gather(rows, second, position, count);
        }

        return _memory;
    }

    private static Kind KindOf(in StridedRows rows, bool second)
    {
        var (areNeighbours, isOneRow) = (true, Stride(rows, second, 0) == 1);
        long inside = 1;
        for (var i = 0; i < rows.Rank; i++)
        {
            areNeighbours &= Stride(rows, second, i) == inside;
            isOneRow &= i == 0 || Stride(rows, second, i) == 0;
            inside *= rows.Extent(i);
        }

        return areNeighbours ? Kind.Neighbours : isOneRow ? Kind.OneRow : Kind.Gathered;
    }

    private static long Stride(in StridedRows rows, bool second, int dimension) =>
        second ? rows.BStride(dimension) : rows.AStride(dimension);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(in StridedRows rows, bool second, long position, long count)
    {
        var places = stackalloc long[Shape.MaxRank + 1];
        var (row, column) = Math.DivRem(position, rows.RowLength);
        long offset = 0;
        for (var i = 1; i < rows.Rank; i++)
        {
            (row, places[i]) = Math.DivRem(row, rows.Extent(i));
            offset += places[i] * Stride(rows, second, i);
        }

        var repeats = Stride(rows, second, 0) == 0;
        for (long done = 0; done < count;)
        {
            var length = Math.Min(rows.RowLength - column, count - done);
            if (repeats)
            {
                Repeat(_source[offset], _memory + done, length);
            }
            else
            {
                Copy(_source + offset + column, _memory + done, length);
            }

            done += length;
            column = 0;
            for (var i = 1; i < rows.Rank; i++)
            {
                offset += Stride(rows, second, i);
                if (++places[i] < rows.Extent(i))
                {
                    break;
                }

                offset -= places[i] * Stride(rows, second, i);
                places[i] = 0;
            }
        }
    }

    /// <summary>Whole vectors: what is beyond the end is overwritten by the next row, or lies in the room behind the stretch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Repeat(float value, float* y, long length)
    {
        var values = Vector512.Create(value);
        for (long i = 0; i < length; i += Lanes.Count)
        {
            values.Store(y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* x, float* y, long length)
    {
        if (length >= Lanes.Count)
        {
            Runs.Copy(x, y, length);
            return;
        }

        for (long i = 0; i < length; i++)
        {
            y[i] = x[i];
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// One operand of a nest of short rows, made contiguous: its elements are copied in the order of the nest, a chunk of rows at a time, so
/// that vectors may span rows. An operand that is contiguous already is read in place.
/// </summary>
internal readonly unsafe struct ContiguousOperand
{
    /// <summary>Longer rows are computed one by one instead.</summary>
    public const long MaxRow = 64;

    /// <summary>Scratch memory of an operand: a chunk, and the overrun of the last vector.</summary>
    public const long Floats = MaxChunk + Lanes.Count;

    private const long MaxChunk = 1024;

    private readonly float* _source;
    private readonly float* _memory;
    private readonly Kind _kind;

    private enum Kind
    {
        /// <summary>Element i of the nest is element i of the operand.</summary>
        Contiguous,

        /// <summary>All rows are the same: a chunk of it is made once.</summary>
        OneRow,

        /// <summary>Anything else.</summary>
        Gathered,
    }

    /// <param name="source">the operand's first element</param>
    /// <param name="rows">the nest</param>
    /// <param name="second">whether the operand is b</param>
    /// <param name="start">the element of the nest at which the first chunk begins</param>
    /// <param name="memory"><see cref="Floats"/> floats of scratch memory</param>
    public ContiguousOperand(float* source, in StridedRows rows, bool second, long start, float* memory)
    {
        _source = source;
        _memory = memory;
        _kind = KindOf(rows, second);
        if (_kind == Kind.OneRow)
        {
            Gather(rows, second, start, Length(rows));
        }
    }

    /// <summary>Elements of a chunk: whole rows.</summary>
    public static long Length(in StridedRows rows) => MaxChunk / rows.RowLength * rows.RowLength;

    /// <summary>
    /// The operand's numbers for elements of the nest from a position on, which is a whole number of chunks from the start.
    /// </summary>
    public float* At(in StridedRows rows, bool second, long position, long count)
    {
        if (_kind == Kind.Contiguous)
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
        var (isContiguous, isOneRow) = (true, Stride(rows, second, 0) == 1);
        long inside = 1;
        for (var i = 0; i < rows.Rank; i++)
        {
            isContiguous &= Stride(rows, second, i) == inside;
            isOneRow &= i == 0 || Stride(rows, second, i) == 0;
            inside *= rows.Extent(i);
        }

        return isContiguous ? Kind.Contiguous : isOneRow ? Kind.OneRow : Kind.Gathered;
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

    /// <summary>
    /// Writes whole vectors: elements beyond the end are overwritten by the next row, or fall into the extra scratch memory.
    /// </summary>
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

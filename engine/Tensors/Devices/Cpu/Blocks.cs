namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Splits arrays among tasks by size alone, so that the order of every sum is the same for any number of threads.
/// </summary>
internal static class Blocks
{
    /// <summary>Elements per task: three arrays of this size fit in a core's L2 cache, and the work outweighs the hand-over.</summary>
    public const int Size = 32768;

    public static int Count(long elements) => checked((int)((elements + Size - 1) / Size));

    public static (long Start, long Count) Range(int block, long elements)
    {
        var start = (long)block * Size;
        return (start, Math.Min(Size, elements - start));
    }

    /// <summary>Number of tasks for rows of <paramref name="length"/> elements, where a task takes whole rows.</summary>
    public static int RowTasks(long rows, long length) => checked((int)((rows + PerTask(length) - 1) / PerTask(length)));

    /// <summary>The rows [First, End) of such a task.</summary>
    public static (long First, long End) Rows(int task, long rows, long length)
    {
        var first = task * PerTask(length);
        return (first, Math.Min(first + PerTask(length), rows));
    }

    private static long PerTask(long length) => Math.Max(Size / Math.Max(length, 1), 1);
}

/// <summary>Iterates over the pieces of rows of <paramref name="length"/> elements in the flat range start … start + count − 1.</summary>
internal struct RowPieces(long start, long count, long length)
{
    private readonly long _end = start + count;
    private long _next = start;

    public long Row { get; private set; }

    /// <summary>First element of the piece within the row.</summary>
    public long Column { get; private set; }

    /// <summary>Elements of the piece.</summary>
    public long Count { get; private set; }

    /// <summary>First element of the piece in the flat range.</summary>
    public readonly long Position => _next - Count;

    public bool MoveNext()
    {
        if (_next >= _end)
        {
            return false;
        }

        if (Count == 0)
        {
            (Row, Column) = Math.DivRem(_next, length);
        }
        else
        {
            (Row, Column) = (Row + 1, 0);
        }

        Count = Math.Min(length - Column, _end - _next);
        _next += Count;
        return true;
    }
}

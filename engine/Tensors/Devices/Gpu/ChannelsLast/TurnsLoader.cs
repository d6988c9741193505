using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// What a thread copies in each turn: a chunk of channels of four pixels and of four filters. The addresses of its pixels differ by
/// constants through all turns, so a turn is one address further, and a row of taps one jump.
/// </summary>
internal struct TurnsLoader
{
    /// <summary>The next turn's first pixel and filter.</summary>
    private long _image, _filters;

    /// <summary>From there to this thread's pixels, in bytes; up to 4 GB.</summary>
    private int _first, _second, _third, _fourth;

    /// <summary>Turns left in this row of taps, and in a whole one.</summary>
    private int _left, _rowTurns;

    /// <summary>From a row's last turn to the next row's first, less a turn; from a turn's filters to the next turn's.</summary>
    private int _jump, _filterStep;

    /// <summary>This thread's place in a stage.</summary>
    private int _place;

    /// <param name="turn">the first turn of the group's part of the depth</param>
    /// <param name="firstRow">the group's first pixel</param>
    /// <param name="firstColumn">its first filter</param>
    /// <param name="shared">the address of the first stage</param>
    public static TurnsLoader Start(in TurnsPass g, in TurnsPhase phase, int turn, int firstRow, int firstColumn, int shared)
    {
        int row = Group.IdxX / TurnsTile.Chunks, chunk = Group.IdxX % TurnsTile.Chunks;
        int tapRow = phase.RowTurns.Quotient(turn), inRow = turn - (tapRow * phase.RowTurns.Value);
        long origin = phase.Origin + ((long)tapRow * g.TapRow) + (inRow * TurnsTile.RowBytes) + (chunk * TurnsTile.ChunkBytes);
        long block = ((long)phase.Block + turn) * g.FilterRows;
        TurnsLoader loader = default;
        loader._image = DeviceAddress.Of(ref g.Image[0]) + origin;
        loader._filters = DeviceAddress.Of(ref g.Filters[0]) + ((block + firstColumn + row) * TurnsTile.RowBytes)
            + (chunk * TurnsTile.ChunkBytes);
        loader._first = Offset(g, firstRow + row);
        loader._second = Offset(g, firstRow + row + TurnsTile.RowsAtOnce);
        loader._third = Offset(g, firstRow + row + (2 * TurnsTile.RowsAtOnce));
        loader._fourth = Offset(g, firstRow + row + (3 * TurnsTile.RowsAtOnce));
        loader._rowTurns = phase.RowTurns.Value;
        loader._left = phase.RowTurns.Value - inRow;
        loader._jump = g.TapRow - (phase.RowTurns.Value * TurnsTile.RowBytes);
        loader._filterStep = g.FilterRows * TurnsTile.RowBytes;
        loader._place = shared + TurnsTile.Place(row, chunk);
        return loader;
    }

    /// <summary>Starts the next turn's copies.</summary>
    /// <param name="stage">where to, in bytes from the first stage</param>
    /// <param name="has">0 behind the last turn, where nothing is copied</param>
    public void Copy(int stage, int has)
    {
        const int Step = TurnsTile.RowsAtOnce * TurnsTile.RowBytes;
        int to = _place + stage;
        SharedAddress.CopyIf(to, _image + (uint)_first, has);
        SharedAddress.CopyIf(to + Step, _image + (uint)_second, has);
        SharedAddress.CopyIf(to + (2 * Step), _image + (uint)_third, has);
        SharedAddress.CopyIf(to + (3 * Step), _image + (uint)_fourth, has);
        SharedAddress.CopyIf(to + TurnsTile.LeftBytes, _filters, has);
        SharedAddress.CopyIf(to + TurnsTile.LeftBytes + Step, _filters + Step, has);
        SharedAddress.CopyIf(to + TurnsTile.LeftBytes + (2 * Step), _filters + (2 * Step), has);
        SharedAddress.CopyIf(to + TurnsTile.LeftBytes + (3 * Step), _filters + (3 * Step), has);
        _filters += _filterStep;
        _left--;
        int jump = _left == 0 ? _jump : 0;
        _left = _left == 0 ? _rowTurns : _left;
        _image += TurnsTile.RowBytes + jump;
    }

    /// <summary>Pixels beyond the last repeat it, and are not stored.</summary>
    private static int Offset(in TurnsPass g, int pixel)
    {
        int near = IntrinsicMath.Min(pixel, g.Pixels - 1), image = g.Plane.Quotient(near), inImage = near - (image * g.Plane.Value);
        int y = g.Row.Quotient(inImage), x = inImage - (y * g.Row.Value);
        return (image * g.ImageNext) + (y * g.ImageRow) + (x * g.ImageColumn);
    }
}

using System.Runtime.InteropServices;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>What one depth of a tile brings to the places of its elements in the image; the same for all columns.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DepthEntry
{
    /// <summary>Elements from a column's place to this depth's.</summary>
    public int Distance;

    /// <summary>Middle and low digit of the depth: bits of a column's masks (<see cref="TapMasks"/>).</summary>
    public int Row, Column;

    /// <summary>Makes the entry one 128-bit access.</summary>
    public int Unused;
}

/// <summary>
/// The entries of a tile's depths, in shared memory: each is worked out by one thread and read by all, who would otherwise each find digits,
/// places and edges anew for every element. Two halves take turns: while one is read the other is written for the next tile.
/// </summary>
internal struct DepthTable<TTile>
    where TTile : struct, ITile
{
    /// <summary>The depth of this thread's entry, and the end of all.</summary>
    private int depth, end;

    private int half;

    public static int Size => 2 * TTile.Depth;

    public static DepthTable<TTile> Start(int thread, int begin, int end)
    {
        DepthTable<TTile> table = default;
        table.depth = begin + thread;
        table.end = end;
        table.half = TTile.Depth;
        return table;
    }

    /// <summary>Writes the entries of the next tile. A barrier later all may read <see cref="Current"/>.</summary>
    public void Write(in Product product, ArrayView<DepthEntry> entries)
    {
        half = TTile.Depth - half;
        if (Group.IdxX < TTile.Depth)
        {
            // One warp divides once a tile; carrying digits along would cost all threads registers.
            Digits digits = product.DepthRadix.Of(depth);
            DepthEntry entry = default;
            entry.Distance = (digits.High * product.Right.DepthPlane) + (digits.Middle * product.Right.DepthY * product.Right.Width) + (digits.Low * product.Right.DepthX);
            entry.Row = depth < end ? digits.Middle : TapMasks.Nowhere;
            entry.Column = digits.Low;
            entries[half + Group.IdxX] = entry;
        }

        depth += TTile.Depth;
    }

    /// <summary>The entries written last.</summary>
    public readonly ArrayView<DepthEntry> Current(ArrayView<DepthEntry> entries) => entries.SubView(half, TTile.Depth);
}

/// <summary>
/// For one column, at which rows and at which columns of taps its elements lie inside the image: a bit each, so that both together say how
/// many bytes of an element there are.
/// </summary>
internal struct TapMasks
{
    /// <summary>Taps in one direction that fit.</summary>
    public const int Most = 29;

    /// <summary>The tap of depths beyond the end: no mask has its bit.</summary>
    public const int Nowhere = 31;

    /// <summary>Bits stand two places further up, so that what is left of them is 4 or 0.</summary>
    private const int Shift = 2;

    private uint rows;

    private uint columns;

    public static TapMasks Of(in Product product, RightColumn column)
    {
        TapMasks masks = default;
        for (int tap = 0; tap < product.DepthRadix.Middle; tap++)
        {
            masks.rows |= (uint)(column.Y + (tap * product.Right.DepthY)) < (uint)product.Right.Height ? 1u << (tap + Shift) : 0;
        }

        for (int tap = 0; tap < product.DepthRadix.Low; tap++)
        {
            masks.columns |= (uint)(column.X + (tap * product.Right.DepthX)) < (uint)product.Right.Width ? 1u << (tap + Shift) : 0;
        }

        return masks;
    }

    /// <summary>4 inside the image, 0 outside.</summary>
    public readonly int Bytes(DepthEntry entry) => (int)((rows >> entry.Row) & (columns >> entry.Column) & sizeof(float));
}

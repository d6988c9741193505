using System.Runtime.InteropServices;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The offsets that one depth of a tile contributes to its elements' addresses; the same for all rows and columns.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DepthEntry
{
    /// <summary>Offset in the image from a column's origin to this depth, in elements.</summary>
    public int Distance;

    /// <summary>Data by which an <see cref="IBoundsMask{TSelf}"/> decides whether an element lies inside the image.</summary>
    public int First, Second;

    /// <summary>Offset in the left factor from the start of a row to this depth; 0 beyond the end, where the right factor is 0.</summary>
    public int LeftDistance;
}

/// <summary>
/// The entries of a tile's depths, in shared memory. Each is computed by one thread and read by all, which saves every thread the digits,
/// addresses and bounds checks of each element. It is double-buffered: one half is read while the other is written for the next tile.
/// </summary>
internal struct DepthTable<TMask>
    where TMask : struct, IBoundsMask<TMask>
{
    /// <summary>Depths of a tile.</summary>
    private int _tile;

    /// <summary>The depth of this thread's entry, and the end of the depth range.</summary>
    private int _depth, _end;

    /// <summary>The index of this thread's entry in a half, and the length of a half.</summary>
    private int _place, _places;

    private int _half;

    public static DepthTable<TMask> Start(int tile, int thread, int begin, int end) =>
        Start(tile, thread, begin, end, gap: tile);

    /// <param name="gap">
    /// after this many entries one is left free, so that threads reading entries this far apart use different memory banks
    /// </param>
    public static DepthTable<TMask> Start(int tile, int thread, int begin, int end, int gap)
    {
        DepthTable<TMask> table = default;
        table._tile = tile;
        table._depth = begin + thread;
        table._end = end;
        table._place = thread + (thread / gap);
        table._places = Places(tile, gap);
        table._half = table._places;
        return table;
    }

    /// <summary>The length of a half, with its gaps.</summary>
    public static int Places(int tile, int gap) => tile + (tile / gap) - 1;

    /// <summary>Writes the entries of the next tile. After a barrier all threads may read <see cref="Current"/>.</summary>
    public void Write(in Product product, ArrayView<DepthEntry> entries)
    {
        _half = _places - _half;
        if (Group.IdxX < _tile)
        {
            // One warp divides, once a tile; incrementing digits would cost all threads registers.
            Digits digits = product.DepthRadix.Of(_depth);
            DepthEntry entry = default;
            entry.Distance = (digits.High * product.Right.DepthPlane) + (digits.Middle * product.Right.DepthY * product.Right.Width) + (
                digits.Low * product.Right.DepthX);
            entry.LeftDistance = _depth < _end
                ? (digits.High * product.Left.HighStride) + (digits.Middle * product.Left.MiddleStride) + (
                    digits.Low * product.Left.LowStride)
                : 0;
            TMask.Describe(product, digits, _depth < _end, ref entry);
            entries[_half + _place] = entry;
        }

        _depth += _tile;
    }

    /// <summary>The entries written last.</summary>
    public readonly ArrayView<DepthEntry> Current(ArrayView<DepthEntry> entries) => entries.SubView(_half, _places);
}

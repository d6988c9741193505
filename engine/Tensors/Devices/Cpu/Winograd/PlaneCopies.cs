using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>Rows of one image that a chunk's tiles read.</summary>
/// <param name="Image">index of the image</param>
/// <param name="First">first row, inside the plane</param>
/// <param name="Count">number of rows</param>
/// <param name="Offset">offset of the first row in the copies</param>
internal readonly record struct CopiedRows(int Image, int First, int Count, int Offset);

/// <summary>
/// Copies of the rows that a chunk's tiles read in narrow images, with zeros around them. Eight tiles, of any rows and images, are then
/// gathered by one transposition per tile row, and edges need no special case.
/// </summary>
internal sealed unsafe class PlaneCopies
{
    /// <summary>Floats read from the start of each row of a tile.</summary>
    private const int Read = 8;

    private readonly CopiedRows[] _rows;
    private readonly int _pitch;
    private readonly int _width;
    private readonly nint _imagePitch;
    private readonly nint _channelPitch;

    public PlaneCopies(WinogradPlan plan, WinogradChunk chunk)
    {
        var c = plan.Correlation;
        _pitch = ((plan.TilesX - 1) * plan.Outputs) + Read;
        _width = c.InW;
        _channelPitch = (nint)c.InH * c.InW;
        _imagePitch = c.Channels * _channelPitch;
        var rows = new List<CopiedRows>();
        Sources = GC.AllocateArray<int>(WholeVectors(chunk.Tiles), pinned: true);
        var (begin, tile) = (0, 0);
        for (var i = 0; i < chunk.Pieces.Length;)
        {
            // The pieces of one image are consecutive.
            var (image, top) = (chunk.Pieces[i].Image, chunk.Pieces[i].Row * plan.Outputs);
            var count = 0;
            for (; i < chunk.Pieces.Length && chunk.Pieces[i].Image == image; i++)
            {
                var piece = chunk.Pieces[i];
                var line = (piece.Row * plan.Outputs) - top;
                for (var t = piece.First; t < piece.End; t++)
                {
                    Sources[tile++] = begin + (line * _pitch) + (t * plan.Outputs);
                }

                count = line + plan.Points;
            }

            var first = Math.Clamp(top + plan.Top, 0, c.InH);
            var end = Math.Clamp(top + plan.Top + count, first, c.InH);
            rows.Add(new CopiedRows(image, first, end - first, begin + ((first - top - plan.Top) * _pitch)));
            begin += count * _pitch;
        }

        (_rows, Left, Floats) = ([.. rows], -plan.Left, begin + Read);
    }

    /// <summary>Columns of zeros before a row of the image; if negative, leading columns of the image that no tile reads.</summary>
    private int Left { get; }

    /// <summary>Floats of the copies.</summary>
    public int Floats { get; }

    /// <summary>Distance between rows of a tile.</summary>
    public int Pitch => _pitch;

    /// <summary>Offset of each tile in the copies; 0 for those that pad the last vector.</summary>
    public int[] Sources { get; }

    /// <summary>Copies one channel of all images.</summary>
    /// <param name="input">[images, channels, H, W]</param>
    /// <param name="to"><see cref="Floats"/> floats</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* input, int channel, float* to)
    {
        Runs.Fill(to, 0, Floats);
        var width = _width;
        var from = input + (channel * _channelPitch);
        var skipped = Math.Max(-Left, 0);
        var shown = Math.Min(width - skipped, _pitch - Math.Max(Left, 0));
        foreach (ref readonly var rows in _rows.AsSpan())
        {
            var row = from + (rows.Image * _imagePitch) + ((nint)rows.First * width) + skipped;
            var line = to + rows.Offset + Math.Max(Left, 0);
            for (var y = 0; y < rows.Count; y++, row += width, line += _pitch)
            {
                Copy(row, line, shown);
            }
        }
    }

    private static int WholeVectors(int tiles) => (tiles + TileRow.Width - 1) / TileRow.Width * TileRow.Width;

    /// <summary>Copies a row in vectors of eight, then four, then single elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* from, float* to, int count)
    {
        var i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector256.Load(from + i).Store(to + i);
        }

        if (i <= count - 4)
        {
            Vector128.Load(from + i).Store(to + i);
            i += 4;
        }

        for (; i < count; i++)
        {
            to[i] = from[i];
        }
    }
}

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>The tiles of one row of an image that belong to a chunk.</summary>
/// <param name="Image">which image</param>
/// <param name="Row">row of tiles in it</param>
/// <param name="First">first tile of that row</param>
/// <param name="End">behind the last</param>
/// <param name="LineFirst">
/// first tile of the row whose columns are brought to the points: with a mirrored border all are, for what shows at one end may lie at the
/// other
/// </param>
/// <param name="LineEnd">behind the last of these</param>
/// <param name="Place">of the first tile, in the chunk</param>
internal readonly record struct TilePiece(int Image, int Row, int First, int End, int LineFirst, int LineEnd, int Place);

/// <summary>Where a tile of outputs belongs.</summary>
/// <param name="Place">of its first pixel in the first filter's output</param>
/// <param name="Rows">rows of it that the picture has</param>
/// <param name="Columns">columns of it that the picture has</param>
internal readonly record struct TileSpot(nint Place, int Rows, int Columns);

/// <summary>A run of tiles, through rows and images, that are brought from pixels to outputs together.</summary>
internal sealed class WinogradChunk
{
    /// <param name="first">first of the tiles [first, end)</param>
    /// <param name="end">behind the last</param>
    /// <param name="linesPitch">from one piece's lines to the next's, in floats</param>
    public WinogradChunk(WinogradPlan plan, int first, int end, int linesPitch)
    {
        Tiles = end - first;
        var pieces = new List<TilePiece>();
        var takes = new List<int>();
        for (var row = first / plan.TilesX; row * plan.TilesX < end; row++)
        {
            var start = row * plan.TilesX;
            var (from, to) = (Math.Max(first - start, 0), Math.Min(end - start, plan.TilesX));
            var (lineFirst, lineEnd) = plan.Correlation.Border is null ? (from, to) : (0, plan.TilesX);
            for (var t = from; t < to; t += TileRow.Width)
            {
                takes.Add((pieces.Count * linesPitch) + ((t - lineFirst) * plan.Outputs));
                takes.Add(start + t - first);
            }

            pieces.Add(new TilePiece(row / plan.TilesY, row % plan.TilesY, from, to, lineFirst, lineEnd, start + from - first));
        }

        Pieces = [.. pieces];
        Takes = [.. takes];
        Copies = plan.IsNarrow ? new PlaneCopies(plan, this) : null;
        Spots = plan.PutsTiles ? SpotsOf(plan) : [];
    }

    public int Tiles { get; }

    public TilePiece[] Pieces { get; }

    /// <summary>
    /// For each vector of tiles in a row: where its columns begin in the lines of the pieces, and its first tile's place in the chunk.
    /// </summary>
    public int[] Takes { get; }

    /// <summary>Where the tiles are read where they are narrow; else null.</summary>
    public PlaneCopies? Copies { get; }

    /// <summary>Where each tile is put, if tiles are put one by one.</summary>
    public TileSpot[] Spots { get; }

    private TileSpot[] SpotsOf(WinogradPlan plan)
    {
        var c = plan.Correlation;
        var spots = new List<TileSpot>();
        foreach (var piece in Pieces)
        {
            for (var tile = piece.First; tile < piece.End; tile++)
            {
                var (y, x) = (piece.Row * plan.Outputs, tile * plan.Outputs);
                spots.Add(new TileSpot(
                    ((((nint)piece.Image * c.Filters * c.OutH) + y) * c.OutW) + x,
                    Math.Min(plan.Outputs, c.OutH - y), Math.Min(plan.Outputs, c.OutW - x)));
            }
        }

        return [.. spots];
    }
}

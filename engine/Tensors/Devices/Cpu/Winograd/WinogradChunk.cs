namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>The tiles of one row of an image that belong to a chunk.</summary>
/// <param name="Image">index of the image</param>
/// <param name="Row">row of tiles in the image</param>
/// <param name="First">first tile of that row</param>
/// <param name="End">one past the last tile</param>
/// <param name="LineFirst">
/// first tile of the row whose columns are transformed: with a border those of all tiles are, since the border at one end may repeat
/// pixels of the other
/// </param>
/// <param name="LineEnd">one past the last of these</param>
/// <param name="Place">index of the first tile in the chunk</param>
internal readonly record struct TilePiece(int Image, int Row, int First, int End, int LineFirst, int LineEnd, int Place);

/// <summary>Where a vector of neighbouring tiles of a row begins.</summary>
/// <param name="Offset">offset of its columns in the lines of the pieces</param>
/// <param name="Tile">index of its first tile in the chunk</param>
internal readonly record struct TileVector(int Offset, int Tile);

/// <summary>Position of a tile in the output.</summary>
/// <param name="Offset">offset of its first pixel in the first filter's output</param>
/// <param name="Rows">rows of the tile inside the image</param>
/// <param name="Columns">columns of the tile inside the image</param>
internal readonly record struct TilePosition(nint Offset, int Rows, int Columns);

/// <summary>Consecutive tiles, across rows and images, that are computed together.</summary>
internal sealed class WinogradChunk
{
    /// <param name="first">first tile</param>
    /// <param name="end">one past the last tile</param>
    public WinogradChunk(WinogradPlan plan, int first, int end)
    {
        Tiles = end - first;
        var pieces = new List<TilePiece>();
        var starts = new List<TileVector>();
        for (var row = first / plan.TilesX; row * plan.TilesX < end; row++)
        {
            var start = row * plan.TilesX;
            var (from, to) = (Math.Max(first - start, 0), Math.Min(end - start, plan.TilesX));
            var (lineFirst, lineEnd) = plan.Correlation.Border is null ? (from, to) : (0, plan.TilesX);
            for (var t = from; t < to; t += TileRow.Width)
            {
                starts.Add(new TileVector((pieces.Count * plan.LinesPitch) + ((t - lineFirst) * plan.Outputs), start + t - first));
            }

            pieces.Add(new TilePiece(row / plan.TilesY, row % plan.TilesY, from, to, lineFirst, lineEnd, start + from - first));
        }

        Pieces = [.. pieces];
        VectorStarts = [.. starts];
        Copies = plan.GathersTiles ? new PlaneCopies(plan, this) : null;
        Positions = plan.StoresSingleTiles ? PositionsOf(plan) : [];
    }

    public int Tiles { get; }

    public TilePiece[] Pieces { get; }

    /// <summary>The vectors of tiles of each row.</summary>
    public TileVector[] VectorStarts { get; }

    /// <summary>Copies of the rows that the tiles of a narrow image read; else null.</summary>
    public PlaneCopies? Copies { get; }

    /// <summary>Position of each tile in the output, if tiles are stored one by one.</summary>
    public TilePosition[] Positions { get; }

    private TilePosition[] PositionsOf(WinogradPlan plan)
    {
        var c = plan.Correlation;
        var positions = new List<TilePosition>();
        foreach (var piece in Pieces)
        {
            for (var tile = piece.First; tile < piece.End; tile++)
            {
                var (y, x) = (piece.Row * plan.Outputs, tile * plan.Outputs);
                positions.Add(new TilePosition(
                    ((((nint)piece.Image * c.Filters * c.OutH) + y) * c.OutW) + x,
                    Math.Min(plan.Outputs, c.OutH - y), Math.Min(plan.Outputs, c.OutW - x)));
            }
        }

        return [.. positions];
    }
}

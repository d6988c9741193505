namespace IlgpuGan.Imaging.Png;

/// <summary>The seven passes of an interlaced PNG. Each is a smaller image, sampled at a fixed step in x and y.</summary>
internal static class Adam7
{
    internal readonly record struct Pass(int X, int Y, int StepX, int StepY)
    {
        public (int Width, int Height) Size(int width, int height) => (Count(width, X, StepX), Count(height, Y, StepY));

        private static int Count(int side, int start, int step) => side <= start ? 0 : ((side - start - 1) / step) + 1;
    }

    public static ReadOnlySpan<Pass> Passes => s_passTable;

    private static readonly Pass[] s_passTable =
    [
        new(0, 0, 8, 8),
        new(4, 0, 8, 8),
        new(0, 4, 4, 8),
        new(2, 0, 4, 4),
        new(0, 2, 2, 4),
        new(1, 0, 2, 2),
        new(0, 1, 1, 2),
    ];
}

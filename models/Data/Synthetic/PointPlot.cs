using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>Plots groups of points in the plane in colours, over the modes of a distribution as gray discs.</summary>
internal static class PointPlot
{
    private const float DotRadius = 1.1f;

    /// <summary>Distinct colours for up to ten groups; further groups repeat them.</summary>
    private static readonly byte[][] s_colours =
    [
        [214, 39, 40], [31, 119, 180], [44, 160, 44], [255, 127, 14], [148, 103, 189], [140, 86, 75], [227, 119, 194], [23, 190, 207],
        [188, 189, 34], [0, 0, 0],
    ];

    private static readonly byte[] s_disc = [222, 222, 222];

    /// <summary>Colour of the discs that show modes.</summary>
    internal static byte[] ColourOfModes => s_disc;

    /// <summary>Draws a square RGB plot on white, with y upwards.</summary>
    /// <param name="ring">the ring whose modes are drawn, with their reach as radius</param>
    /// <param name="groups">the groups; each gets a colour</param>
    /// <param name="side">side in pixels</param>
    /// <param name="extent">distance in the plane from the centre of the plot to an edge</param>
    public static Picture Draw(GaussianRing ring, IEnumerable<IEnumerable<PlanePoint>> groups, int side, float extent) =>
        Draw(ring.Centres.Select(centre => (centre, GaussianRing.Reach * ring.Deviation)), groups, side, extent);

    /// <summary>Colour of a group, by its number.</summary>
    internal static byte[] ColourOf(int group) => s_colours[group % s_colours.Length];

    /// <summary>The same over arbitrary discs.</summary>
    /// <param name="discs">centres and radii of the discs</param>
    /// <param name="groups">the groups; each gets a colour</param>
    /// <param name="side">side in pixels</param>
    /// <param name="extent">distance in the plane from the centre of the plot to an edge</param>
    internal static Picture Draw(
        IEnumerable<(PlanePoint Middle, float Reach)> discs, IEnumerable<IEnumerable<PlanePoint>> groups, int side, float extent)
    {
        var samples = new byte[side * side * 3];
        samples.AsSpan().Fill(byte.MaxValue);
        var scale = side / (2 * extent);
        foreach (var (middle, reach) in discs)
        {
            Disc(middle, reach * scale, s_disc);
        }

        foreach (var (i, group) in groups.Index())
        {
            foreach (var point in group)
            {
                Disc(point, DotRadius, ColourOf(i));
            }
        }

        return new Picture(new Image(side, side, 3, samples));

        void Disc(PlanePoint at, float radius, byte[] colour)
        {
            var (column, row) = ((at.X + extent) * scale, (extent - at.Y) * scale);
            for (var y = Math.Max(0, (int)(row - radius)); y <= Math.Min(side - 1, row + radius); y++)
            {
                for (var x = Math.Max(0, (int)(column - radius)); x <= Math.Min(side - 1, column + radius); x++)
                {
                    if (MathF.Sqrt(((x - column) * (x - column)) + ((y - row) * (y - row))) <= radius)
                    {
                        colour.CopyTo(samples.AsSpan(((y * side) + x) * 3));
                    }
                }
            }
        }
    }
}

using System.Runtime.InteropServices;
using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>Points of a mixture of Gaussians in [0, 1] or the unit square.</summary>
/// <param name="name">name on the command line</param>
/// <param name="where">description of the centres, for the summary</param>
/// <param name="stream">stream of its random numbers</param>
/// <param name="mixture">the distribution</param>
internal sealed class DrawnMixture(string name, string where, uint stream, GaussianMixture mixture) : DrawnData
{
    private const int Circle = 8;

    /// <summary>The toy experiment of Ghosh et al. 2018: five modes on [−10, 120], scaled to [0, 1].</summary>
    public static DrawnMixture OnALine { get; } = new("mixture", "a line with 5 modes of different widths", 0x313D, new GaussianMixture(
    [
        .. new (float Centre, float Deviation)[] { (10, 3), (20, 3), (60, 2), (80, 2), (110, 1) }
            .Select(m => new GaussianMode([(m.Centre + 10) / 130], m.Deviation / 130)),
    ]));

    /// <summary>Eight modes on a circle.</summary>
    public static DrawnMixture OnARing { get; } = new("ring", "the plane with 8 modes on a circle", 0x3216, new GaussianMixture(
    [
        .. new GaussianRing(Circle, 0.35f, 0.02f).Centres.Select(c => new GaussianMode([0.5f + c.X, 0.5f + c.Y], 0.02f)),
    ]));

    /// <summary>The distribution of the points.</summary>
    public GaussianMixture Mixture => mixture;

    public override string Name => name;

    public override string Summary =>
        $"points [N, {mixture.Numbers}] of {where} in train.npy; train.labels.npy has their modes, modes.csv the centres";

    public override string Unit => "point";

    public override int DefaultSide => 16;

    public override string Describe(int side) => $"{Counted.Of(mixture.Numbers, "number")} each";

    public override void Write(
        string folder, string split, int first, int count, int side, ulong seed, CancellationToken cancellation = default)
    {
        OutputPath.MakeFolder(folder);
        PointSet.WriteModes(folder, mixture);
        var (points, labels) = (new float[mixture.Numbers * count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            var random = RandomOf(seed, stream, first + i);
            labels[i] = random.NextInt(mixture.Modes.Count);
            var mode = mixture.Modes[labels[i]];
            for (var n = 0; n < mixture.Numbers; n++)
            {
                points[(i * mixture.Numbers) + n] = Math.Clamp(mode.Centre[n] + (mode.Deviation * random.NextNormal()), 0, 1);
            }
        }

        NpyFile.SaveArray(Path.Combine(folder, $"{split}.npy"), "<f4", [count, mixture.Numbers], MemoryMarshal.AsBytes(points.AsSpan()));
        NpyFile.SaveArray(Path.Combine(folder, $"{split}.labels.npy"), "<i4", [count], MemoryMarshal.AsBytes(labels.AsSpan()));
    }
}

using System.Runtime.InteropServices;
using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Points of the plane in two domains: A is a mixture of 5 Gaussians on a circle of radius 1, B of 10 Gaussians on a circle of radius 2,
/// all with standard deviation 0.05 (the toy experiment of Kim et al. 2017).
/// </summary>
internal sealed class DrawnGaussians : DrawnData
{
    private const uint Stream = 0x6A55;
    private const float Deviation = 0.05f;

    public static GaussianRing OfA { get; } = new(5, 1, Deviation);

    public static GaussianRing OfB { get; } = new(10, 2, Deviation);

    private static IReadOnlyList<(string Name, GaussianRing Ring)> Domains => [("A", OfA), ("B", OfB)];

    public override string Name => "gaussians";

    public override string Summary =>
        "points [N, 2] around 5 centres in trainA.npy and around 10 in trainB.npy; trainA.labels.npy has their modes, modes.csv where " +
            "the centres are";

    public override string Unit => "point";

    public override int DefaultSide => 16;

    public override string Describe(int side) => "two numbers each, in A and as many in B";

    public override void Write(
        string folder, string split, int first, int count, int side, ulong seed, CancellationToken cancellation = default)
    {
        OutputPath.MakeFolder(folder);
        var centres = Domains.SelectMany(d => d.Ring.Centres.Select((c, mode) => Row(d.Name, mode, c.X, c.Y, Deviation) + "\n"));
        AtomicFile.WriteText(Path.Combine(folder, PointSet.ModesFile), string.Concat(centres.Prepend("domain,mode,x,y,deviation\n")));
        foreach (var (d, (name, ring)) in Domains.Index())
        {
            var (points, labels) = (new float[2 * count], new int[count]);
            for (var i = 0; i < count; i++)
            {
                var random = RandomOf(seed, Stream, first + i, (uint)d);
                labels[i] = random.NextInt(ring.Modes);
                var (x, y) = ring.Centres[labels[i]];
                (points[2 * i], points[(2 * i) + 1]) = (x + (Deviation * random.NextNormal()), y + (Deviation * random.NextNormal()));
            }

            NpyFile.SaveArray(Path.Combine(folder, $"{split}{name}.npy"), "<f4", [count, 2], MemoryMarshal.AsBytes(points.AsSpan()));
            NpyFile.SaveArray(Path.Combine(folder, $"{split}{name}.labels.npy"), "<i4", [count], MemoryMarshal.AsBytes(labels.AsSpan()));
        }
    }
}

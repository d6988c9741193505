using System.Runtime.Intrinsics;
using IlgpuGan.Benchmarks.Rungs;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.ToolsTests.Benchmarks;

/// <summary>
/// Every rung of the ladder computes what the naive one does, on sizes that fit no tile, in every vector width, on one thread and on three.
/// </summary>
internal sealed class RungTests
{
    private const double Tolerance = 2e-6;

    private static readonly Convolution3x3[] s_layers =
    [
        new(1, 1, 1, 1),
        new(5, 7, 9, 11),
        new(32, 13, 8, 37),
        new(30, 12, 16, 16),
    ];

    private static IEnumerable<TestCaseData> Cases()
    {
        var ladders = new (string Width, IReadOnlyList<IRung> Rungs)[]
        {
            ("512 bits", Ladder.Rungs<Vector512<float>, Simd512>()),
            ("256 bits", Ladder.Rungs<Vector256<float>, Simd256>()),
            ("128 bits", Ladder.Rungs<Vector128<float>, Simd128>()),
        };
        foreach (var (width, rungs) in ladders)
        {
            foreach (var rung in rungs.Skip(width == "512 bits" ? 1 : 4))
            {
                yield return new TestCaseData(rung).SetArgDisplayNames(width, rung.Name);
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void EveryRungComputesTheSame(object which)
    {
        var rung = (IRung)which;
        using var owner = rung as IDisposable;
        foreach (var layer in s_layers)
        {
            var (x, w, expected) = (layer.DrawInput(), layer.DrawWeight(), layer.NewOutput());
            new SixLoops().Run(layer, x, w, expected, 1);
            foreach (var threads in rung.UsesThreads ? new[] { 1, 3 } : [1])
            {
                var y = layer.NewOutput();
                Array.Fill(y, float.NaN);
                rung.Run(layer, x, w, y, threads);
                Assert.That(RungsCommand.RelativeError(y, expected), Is.LessThan(Tolerance), $"{layer}, {threads} threads");
            }
        }
    }

    [Test]
    public void TheFirstRungIsTheDefinition()
    {
        var layer = new Convolution3x3(2, 1, 2, 2);
        float[] x = [.. Enumerable.Range(0, 32).Select(i => (float)i)];
        var w = new float[18];
        (w[0], w[4], w[17]) = (1, 10, 100); // Channel 0 at the top left and in the middle, channel 1 at the bottom right.
        var y = layer.NewOutput();
        new SixLoops().Run(layer, x, w, y, 1);
        Assert.That(y, Is.EqualTo(new[] { 0 + 50 + 2600f, 1 + 60 + 2700f, 4 + 90 + 3000f, 5 + 100 + 3100f }));
    }
}

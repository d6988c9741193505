using System.Xml.Linq;
using IlgpuGan.Benchmarks.Growth;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Benchmarks.Peers;

namespace IlgpuGan.ToolsTests.Benchmarks;

/// <summary>Curves of growth as a page and as a picture.</summary>
internal sealed class GrowthPagesTests
{
    private static readonly GrowthCurve[] s_curves =
    [
        new("a <step>", GrowthAxis.Side, "IlgpuGan", 1, [new(64, 0.25, 100), new(128, 1.5, 300)]),
        new("a <step>", GrowthAxis.Side, "TorchSharp", 1, [new(64, 0.5, 400)]),
        new("never measured", GrowthAxis.Batch, "IlgpuGan", 1, []),
    ];

    [Test]
    public void ThePageHasEveryPointAndAPlaceForThoseThatAreMissing()
    {
        var machine = new Machine("Some CPU", 2, "512-bit SIMD", 16, "Linux", ".NET 10", 1.25, [new MachinePeak(1, 260, 50)]);
        var page = GrowthPages.Markdown(s_curves, new Journal.Header("1.2.3", default, machine), "picture.svg");
        Assert.That(page, Does.Contain("| 64 | 0.25 | 100 | 0.5 | 400 |").And.Contain("| 128 | 1.5 | 300 | – | – |"));
        Assert.That(page, Does.Contain("(picture.svg)").And.Contain("Some CPU").And.Not.Contain("never measured"));
    }

    [Test]
    public void ThePictureHasALineForEachCurveOfTimeAndOfMemory()
    {
        var lines = XDocument.Parse(GrowthPages.Svg(s_curves)).Descendants().Where(e => e.Name.LocalName == "polyline").ToList();
        Assert.That(lines, Has.Count.EqualTo(4));
    }
}

using System.Xml.Linq;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Benchmarks.Peers;
using Sample = IlgpuGan.Benchmarks.Peers.Sample;

namespace IlgpuGan.ToolsTests.Benchmarks;

/// <summary>What is measured beside the peers is what the page, the file and the picture say.</summary>
internal sealed class ResultsTests
{
    private static readonly Results s_example = new(
        "peers --quick", new DateTimeOffset(2026, 1, 2, 3, 4, 0, TimeSpan.Zero), 5.5, "1.2.3",
        new Machine(
            "Some <CPU>", 2, "512-bit SIMD", 16, "Linux", ".NET 10", 1.25, [new MachinePeak(1, 260, 50), new MachinePeak(2, 510, 90)]),
        [new Setting("PyTorch", "9.9"), new Setting("PyTorch's BLAS", "openblas")],
        [
            new ResultRow("pix2pix training step, 256²", 1, [Of("IlgpuGan", 0.4, 0.5, 1000), Of("PyTorch", 0.6, 0.7, 1600)]),
            new ResultRow("pix2pix training step, 256²", 2, [Of("IlgpuGan", 0.2, 0.25, 1000), Of("PyTorch", 0.4, 0.4, 1600)]),
            new ResultRow(
                "U-Net 256 forward, 256²", 2,
                [Of("IlgpuGan", 0.05, 0.06, 300), Of("PyTorch", 0.1, 0.11, 600) with { Way = "traced" },
                    Of("ONNX Runtime", 0.04, 0.045, 500),
                Of("PyTorch bf16", 0.075, 0.09, 600) with { IsFloat32 = false }]),
            new ResultRow("translate", 2, [Of("IlgpuGan", 0.5, 0.5, null)]),
        ],
        ["a note"]);

    [Test]
    public void AnEntrySumsItsProcessesUp()
    {
        var entry = Entry.Of("x", [new Sample { Times = [3, 1], PeakMb = 5 }, new Sample { Times = [2, 8], PeakMb = 7, NewBuffers = 1 }]);
        Assert.That(
            (entry.MinS, entry.MedianS, entry.Processes, entry.PeakMb, entry.NewBuffers), Is.EqualTo((1.0, 2.5, 2, (double?)7, (long?)1)));
        Assert.That(entry.TimesS, Is.EqualTo(new[] { 3.0, 1, 2, 8 }));
    }

    [Test]
    public void ARatioAboveOneMeansThatWeAreFaster()
    {
        var ratio = s_example.Rows[0].Ratios.Single();
        Assert.That((ratio.Min, ratio.Median, ratio.Memory), Is.EqualTo((1.5, 1.4, (double?)0.625)));
    }

    /// <summary>A new comparison does not lose what was measured without peers.</summary>
    [Test]
    public void WhatNoComparisonMeasuresIsKept()
    {
        const string Kept = "\n## Serving\n\n| 200 requests | 21 a second |\n";
        var page = ResultsMarkdown.Write(s_example, "picture.svg");
        Assert.That(ResultsMarkdown.PartToKeep(page + Kept), Is.EqualTo(Kept));
        Assert.That(ResultsMarkdown.PartToKeep(page), Is.Empty);
    }

    [Test]
    public void ThePageHasEveryRowAndSaysWhatIsLost()
    {
        var page = ResultsMarkdown.Write(s_example, "picture.svg");
        Assert.That(
            page,
            Does.Contain(
                "| pix2pix training step, 256² | 1 | 2 × 3 | 0.400 / 0.500 | PyTorch | 0.600 / 0.700 | 1.50× / 1.40× | – | – |\n"));
        Assert.That(
            page, Does.Contain("| ONNX Runtime | 0.040 / 0.045 | **0.80× / 0.75×, slower** | 0.075 / 0.090 | 1.50× / 1.50× |\n"),
            "the fastest in float32, and apart what computes in fewer bits");
        Assert.That(page, Does.Contain("Lost: U-Net 256 forward, 256², 2 threads: ONNX Runtime is ahead.\n"));
        AssertTablesAreWhole(page);
    }

    [Test]
    public void WithoutPeersThePageStillStands()
    {
        var page = ResultsMarkdown.Write(
            s_example with { Rows = [.. s_example.Rows.Select(r => r with { Entries = [r.Entries[0]] })] }, "picture.svg");
        Assert.That(
            page,
            Does.Contain("| translate | 2 | 2 × 3 | 0.500 / 0.500 | – | – | – | – | – |\n").And.Contain("No row is lost.").And.Not.Contain(
                "## Memory"));
        AssertTablesAreWhole(page);
    }

    [Test]
    public void TheFileReadsBackWhole()
    {
        var text = s_example.ToJson();
        Assert.That(text, Does.Contain("\"min_s\": 0.4").And.Contain("\"ratios\": [").And.Contain("256²"));
        Assert.That(Results.FromJson(text).ToJson(), Is.EqualTo(text));
        Assert.That(ResultsMarkdown.Write(Results.FromJson(text), "p"), Is.EqualTo(ResultsMarkdown.Write(s_example, "p")));
    }

    [Test]
    public void ThePictureHasABarForEachRatioInItsLength()
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        var picture = XDocument.Parse(RatioChart.Draw(s_example));
        var bars = picture.Descendants(svg + "rect").Where(r => (string?)r.Attribute("height") == "11").ToList();
        var lengths = bars.Select(b => (double)b.Attribute("width")!).ToList();
        Assert.That(lengths, Has.Count.EqualTo(4), "two rows beside the fastest peer, one beside bfloat16, too");
        Assert.That(lengths[1] / lengths[0], Is.EqualTo(2.0 / 1.5).Within(0.01));
        Assert.That(picture.Descendants(svg + "text").Select(t => t.Value), Does.Contain("0.80×"));
    }

    private static void AssertTablesAreWhole(string page)
    {
        foreach (var table in page.Split("\n\n").Where(block => block.StartsWith('|')))
        {
            Assert.That(
                table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Count(c => c == '|')).Distinct().Count(),
                Is.EqualTo(1), table);
        }
    }

    private static Entry Of(string name, double min, double median, double? memory) =>
        new(name, min, median, 2, memory, null, null, [min, median, min, median, min, median]);
}

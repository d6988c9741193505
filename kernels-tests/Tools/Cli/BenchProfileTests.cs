using System.Text.Json;
using IlgpuGan.Models.Measuring;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary><c>bench --profile</c>: tables for people, a row an op for machines, a trace for a browser.</summary>
internal sealed class BenchProfileTests : CommandFixture
{
    private static readonly string[] s_small =
        ["bench", "infer", "--workload", "resnet6", "--size", "32", "--steps", "1", "--warmup", "1", "--threads", "1", "--device", "cpu"];

    [Test]
    public async Task TheTraceHasEveryOpOnceInOrderWithinItsLayer()
    {
        var output = await Do([.. s_small, "--profile", In("trace.json")]);
        Assert.That(output, Does.Contain("all ops").And.Contain("roofline").And.Contain("netG.model.1 ").And.Contain("conv2d"));
        Assert.That(output, Does.Match(@"conv2d +netG\.model\.1 .* by [a-z0-9 ]+: (least of|no other way)"));
        Assert.That(output, Does.Contain(In("trace.json")));

        using var trace = JsonDocument.Parse(await File.ReadAllTextAsync(In("trace.json")));
        var events = trace.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        Assert.That(events.Select(e => e.GetProperty("ph").GetString()), Is.All.AnyOf("M", "X"));
        var ops = Slices(events, "op");
        var layers = Slices(events, "layer");
        Assert.That(ops.Count(o => o.Name == "conv2d"), Is.EqualTo(16), "two in each of six blocks, four outside");
        Assert.That(ops.Count(o => o.Name == "conv2d_input_gradient"), Is.EqualTo(2), "the transposed ones");
        AssertFollowEachOther(ops);
        AssertFollowEachOther(layers);
        Assert.That(layers.Select(l => l.Name), Does.Contain("netG.model.1").And.Contain("netG.model.10.conv_block.1"));
        foreach (var op in ops)
        {
            var layer = op.Event.GetProperty("args").GetProperty("layer").GetString();
            Assert.That(
                layers.Any(l => l.Name == layer && l.Start <= op.Start + 0.2 && op.Start + op.Duration <= l.Start + l.Duration + 0.2),
                $"{op.Name} lies within a slice of its layer {layer}");
        }
    }

    [Test]
    public async Task MachinesGetOneLineWithARowForEachOpAndLayer()
    {
        var output = await Do([.. s_small, "--profile", "--json"]);
        Assert.That(output.Trim().Split('\n'), Has.Length.EqualTo(1));
        using var line = JsonDocument.Parse(output);
        var rows = line.RootElement.GetProperty("profile").EnumerateArray().ToList();
        var convolutions = rows.Where(r => r.GetProperty("op").GetString()!.StartsWith("conv", StringComparison.Ordinal)).ToList();
        Assert.That(
            convolutions.Sum(r => r.GetProperty("flop").GetInt64()) / 1e9,
            Is.EqualTo(line.RootElement.GetProperty("gflop_per_step").GetDouble()).Within(0.006));
        Assert.That(convolutions.Select(r => r.GetProperty("roofline_share").GetDouble()), Is.All.GreaterThan(0));
        Assert.That(line.RootElement.GetProperty("times_s").GetArrayLength(), Is.EqualTo(1));
    }

    /// <summary>The second and the third update of a turn are one recording: the third is replayed, and counts too.</summary>
    [Test]
    [MaxSeconds(4)] // Turns of a network of full size.
    public async Task UpdatesThatRepeatAreCounted()
    {
        string[] words =
        [
            "bench", "step", "--workload", "discogan", "--size", "64", "--batch", "2", "--steps", "1", "--warmup", "1", "--device", "cpu",
            "--json",
        ];
        using var recorded = JsonDocument.Parse(await Do(words));
        using var eager = JsonDocument.Parse(await Do([.. words, "--eager"]));
        Assert.That(
            recorded.RootElement.GetProperty("gflop_per_step").GetDouble(),
            Is.EqualTo(eager.RootElement.GetProperty("gflop_per_step").GetDouble()).And.GreaterThan(0));
    }

    /// <summary>More threads than processors only wait for each other: there are never more, and the result says how many.</summary>
    [Test]
    public async Task ThreadsAreAtMostTheProcessors()
    {
        string[] words = ["bench", "infer", "--workload", "resnet6", "--size", "32", "--steps", "1", "--warmup", "1", "--threads", "1000",
            "--device", "cpu", "--json"];
        using var line = JsonDocument.Parse(await Do(words));
        Assert.That(line.RootElement.GetProperty("threads").GetInt32(), Is.EqualTo(Environment.ProcessorCount));
        using var device = Device.Open("cpu", threads: 1000);
        Assert.That(
            device.Description, Does.EndWith($", {Environment.ProcessorCount} thread{(Environment.ProcessorCount == 1 ? "" : "s")}"));
    }

    [TestCase(1, ExpectedResult = new double[] { 1, 1 })]
    [TestCase(2, ExpectedResult = new double[] { 1, 2 })]
    [TestCase(10, ExpectedResult = new double[] { 5, 9 })]
    [TestCase(11, ExpectedResult = new double[] { 6, 10 })]
    public double[] QuantilesAreInOrder(int count)
    {
        double[] times = [.. Enumerable.Range(1, count).Select(i => (double)i)];
        return [StepTimes.Quantile(times, 0.5), StepTimes.Quantile(times, 0.9)];
    }

    private static void AssertFollowEachOther(List<(string Name, double Start, double Duration, JsonElement Event)> slices)
    {
        for (var i = 1; i < slices.Count; i++)
        {
            Assert.That(slices[i].Start, Is.GreaterThanOrEqualTo(slices[i - 1].Start + slices[i - 1].Duration - 0.2), slices[i].Name);
        }
    }

    private static List<(string Name, double Start, double Duration, JsonElement Event)> Slices(
        List<JsonElement> events, string category) =>
    [
        .. events.Where(e => e.TryGetProperty("cat", out var cat) && cat.GetString() == category)
            .Select(e => (e.GetProperty("name").GetString()!, e.GetProperty("ts").GetDouble(), e.GetProperty("dur").GetDouble(), e)),
    ];
}

using System.Text.Json;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary><c>bench step</c>: <c>--feed</c>, new pictures for each measured step, and <c>--seconds</c>, how long it is measured.</summary>
internal sealed class BenchFeedTests : CommandFixture
{
    private static readonly string[] s_small =
        ["bench", "step", "--size", "32", "--steps", "2", "--warmup", "1", "--threads", "1", "--device", "cpu"];

    [TestCase("none")]
    [TestCase("overlapped")]
    [TestCase("waiting")]
    public async Task StepsTakeTheirPictures(string feed)
    {
        using var json = JsonDocument.Parse(await Do([.. s_small, "--feed", feed, "--json"]));
        var line = json.RootElement;
        Assert.That(
            line.GetProperty("host_s").GetDouble(),
            Is.GreaterThan(0).And.LessThanOrEqualTo(line.GetProperty("times_s").EnumerateArray().Max(t => t.GetDouble()) + 1e-5));
        Assert.That(
            line.GetProperty("mean_unwaited_s").ValueKind, Is.EqualTo(JsonValueKind.Null), "the processor is done when the call returns");
    }

    [Test]
    public async Task ShortStepsAreRepeatedForTheSeconds()
    {
        using var json = JsonDocument.Parse(await Do([.. s_small, "--seconds", "0.2", "--json"]));
        double[] times = [.. json.RootElement.GetProperty("times_s").EnumerateArray().Select(t => t.GetDouble())];
        Assert.That(times.Sum(), Is.GreaterThan(0.19));
        Assert.That(json.RootElement.GetProperty("steps").GetInt32(), Is.EqualTo(times.Length).And.GreaterThanOrEqualTo(2));
    }
}

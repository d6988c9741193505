namespace IlgpuGan.ToolsTests.Cli;

/// <summary>Pictures that are complete but for a trifle, in every verb that reads pictures.</summary>
public sealed class RemarkTests : CommandFixture
{
    private const string Remark = "its end (IEND) is missing";

    [Test]
    public async Task RemarksAreCountedAndSaidOnce()
    {
        await DrawnData();
        var cut = Directory.GetFiles(In("data", "train"), "*.png").Order(StringComparer.Ordinal).Take(3).ToList();
        cut.ForEach(file => File.WriteAllBytes(file, File.ReadAllBytes(file)[..^12]));

        Assert.That(Lines(await Do("data", "check", In("data"))), Is.EqualTo(new[] { $"{cut[0]} and 2 others" }));
        var trained = await Do(
            ["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "9", "--threads", "1", .. Tiny()]);
        Assert.That(Lines(trained), Is.EqualTo(new[] { $"{cut[0]} and 2 others" }));
        Assert.That(
            Lines(await Do("translate", "--model", In("run"), "--input", In("data", "train"), "--out", In("out"), "--device", "cpu")),
            Is.EqualTo(new[] { $"{cut[0]} and 2 others" }));

        // What precedes the remark in the lines that say it.
        string[] Lines(string said) => [.. said.Split('\n').Where(l => l.Contains(Remark, StringComparison.Ordinal))
            .Select(l => l[..l.IndexOf($": {Remark}", StringComparison.Ordinal)])];
    }
}

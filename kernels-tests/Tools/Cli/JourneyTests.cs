using System.Text.Json;
using IlgpuGan.Cli.Commands;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>What a user does from the first command to the last, with networks small enough to take seconds.</summary>
public class JourneyTests : CommandFixture
{
    [Test]
    public Task AFamilyShowsItself() => ShowsItself("gan");

    [TestCaseSource(nameof(Families))]
    [Exhaustive]
    public async Task EachFamilyShowsItself(string family)
    {
        await ShowsItself(family);
        await ShowsItself(family); // a second one starts over
    }

    private static IEnumerable<string> Families => FamilyCatalog.All.Select(family => family.Info.Name);

    /// <summary>The family's data are drawn, its small preset is trained for two steps, and its samples lie below each other.</summary>
    private async Task ShowsItself(string family)
    {
        var said = await Do("demo", "--family", family, "--steps", "2", "--out", In("demo"), "--json");
        var result = JsonDocument.Parse(said).RootElement;
        Assert.That(File.Exists(result.GetProperty("report").GetString()));
        var picture = PictureFile.Load(result.GetProperty("picture").GetString()!);
        Assert.That(picture.Width, Is.GreaterThan(15));
        // A fresh DCGAN's samples are a few levels of grey.
        Assert.That(picture.Layers[0].Bytes.Distinct().Count(), Is.GreaterThan(1), "not a single colour");
    }

    [Test]
    public void AnAddressIsThatOfTheFile() => Assert.That(
        TrainCommand.AddressOf(In("50%41 #\u00fc.html")), Does.StartWith("file:///").And.EndsWith("/50%2541%20%23%C3%BC.html"));

    [Test]
    public Task KernelsAreCompiledAhead() => TranslateCommand.WarmUp();
}

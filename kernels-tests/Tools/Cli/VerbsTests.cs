using System.Text.Json;
using IlgpuGan.Cli;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>Only the verb that is asked for is built; nobody is to notice.</summary>
public sealed class VerbsTests : CommandFixture
{
    [Test]
    public void EveryVerbIsBuiltUnderItsCommandsName() =>
        Assert.That(
            Application.Verbs.Select(verb => verb.Create().Name), Is.EqualTo(Application.Verbs.Select(verb => verb.Name)).And.Unique);

    [Test]
    public async Task HelpListsThemAll()
    {
        var help = await Do("--help");
        foreach (var (name, _, create) in Application.Verbs)
        {
            Assert.That(help, Does.Match($@"\n +{name} .*{create().Description![..12]}"));
        }
    }

    /// <summary>Also where the environment asks for the user's language, in which numbers may have commas.</summary>
    [Test]
    public async Task NumbersAreWrittenInOneWay()
    {
        using var commas = new WithCommas();
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture;
        await Do("families");
        Assert.That(CultureInfo.DefaultThreadCurrentCulture, Is.SameAs(CultureInfo.InvariantCulture));
    }

    [Test]
    public async Task FamiliesAreListed()
    {
        var families = JsonDocument.Parse(await Do("families", "--json")).RootElement.EnumerateArray().ToList();
        Assert.That(families.Select(f => f.GetProperty("name").GetString()), Is.SupersetOf(new[] { "pix2pix", "cyclegan" }));
        var (listed, train) = (await Do("families"), await Do("train", "--help"));
        foreach (var family in families)
        {
            Assert.That(listed, Does.Contain(family.GetProperty("paper").GetString()!));
            Assert.That(
                train, Does.Match($@"\n +{family.GetProperty("name").GetString()} +{family.GetProperty("summary").GetString()![..12]}"));
        }
    }
}

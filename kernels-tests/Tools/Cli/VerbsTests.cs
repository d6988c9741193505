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

    [TestCase("devices", "--json")]
    [TestCase("--json", "devices")]
    public async Task AnOptionMayStandBeforeTheVerb(params string[] arguments) =>
        Assert.That(await Do(arguments), Does.StartWith("{").Or.StartWith("["));

    [Test]
    public async Task AWordThatIsNoVerbIsRefused()
    {
        var outcome = await Run("translatee");
        Assert.That(outcome.Code, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain("translatee"));
    }

    [Test]
    public async Task ResultsMayGoToFoldersThatAreNotThereYet()
    {
        var run = await TrainedRun();
        string[][] verbs =
        [
            ["export", "--model", run, "--to", "pth", "--out", In("a", "b", "g.pth")],
            ["report", run, "--out", In("c", "d", "page.html")],
            ["evaluate", "--model", run, "--data", In("data"), "--no-labels", "--csv", In("e", "f", "scores.csv")],
        ];
        foreach (var verb in verbs)
        {
            await Do(verb);
            Assert.That(verb[^1], Does.Exist);
        }
    }

    /// <summary>A preset's number of steps is no more than a default.</summary>
    [Test]
    public async Task EpochsThatAreAskedForWinOverAPresetsSteps()
    {
        await Do("data", "synth", "--kind", "glyphs", "--out", In("glyphs"), "--count", "6", "--val", "2", "--size", "16");
        Assert.That(await Trained("epochs", "--epochs", "2"), Does.Contain("2 steps an epoch, 4 in all"));
        Assert.That(await Trained("both", "--epochs", "2", "--steps", "3"), Does.Contain("2 steps an epoch, 3 in all"));

        Task<string> Trained(string run, params string[] length) => Do(
            ["train", "gan", "--preset", "small", "--data", In("glyphs"), "--out", In(run), "--batch-size", "3", "--nz", "4",
                "--g-widths", "8", "--d-widths", "8", "--sample-freq", "0", .. length]);
    }

    /// <summary>Each of several processes does all of it, which the first one says; what only prints has no such line.</summary>
    [Test]
    public async Task WhatProcessesDoNotShareIsTold()
    {
        string[] synth = ["data", "synth", "--count", "1", "--val", "1", "--size", "32", "--out"];
        Environment.SetEnvironmentVariable("SLURM_STEP_NUM_TASKS", "4");
        try
        {
            var outcome = await Run([.. synth, In("first")]);
            Assert.That((outcome.Code, outcome.Error.Trim()), Is.EqualTo((
                ExitCode.Done, "Warning: data synth is not shared: each of 4 processes does all of it.")));
            string[][] printed = [["--version"], ["data", "synth", "--help"], ["models"], ["families"], ["kernels", "list"]];
            foreach (var verb in printed)
            {
                Assert.That((await Run(verb)).Error, Does.Not.Contain("not shared"), verb[0]);
            }

            Environment.SetEnvironmentVariable("SLURM_PROCID", "1");
            await DoInSilence([.. synth, In("second")]);
        }
        finally
        {
            Environment.SetEnvironmentVariable("SLURM_STEP_NUM_TASKS", null);
            Environment.SetEnvironmentVariable("SLURM_PROCID", null);
        }
    }
}

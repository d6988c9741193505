using System.Text.Json;
using IlgpuGan.Cli;
using IlgpuGan.Cli.Commands;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary><c>new</c>: from five answers to a command that trains, and what it would take.</summary>
public sealed class NewTests() : CommandFixture(threads: 2)
{
    /// <summary>Whatever a newcomer has, one family says that it is the first choice.</summary>
    [Test]
    public void EveryMaterialHasOneFamily() => Assert.That(
        FamilyCatalog.All.Select(f => f.Info.FirstChoiceFor).OfType<DataSituation>(), Is.EquivalentTo(Enum.GetValues<DataSituation>()));

    /// <summary>Where time is short there are fewer epochs, of narrower networks; where it is very short, a few steps.</summary>
    [Test]
    [Exhaustive]
    public async Task AShortTimeMakesItSmaller()
    {
        var data = await DrawnData();
        var family = FamilyCatalog.Find("pix2pix")!;
        using var device = Device.Open("cpu", threads: 1);
        var (whole, few) = (Planned(TimeSpan.FromHours(5)), Planned(TimeSpan.FromMilliseconds(200)));
        var cut = Planned(TimeSpan.FromSeconds(2));
        Assert.Multiple(() =>
        {
            Assert.That(whole.Steps, Is.EqualTo(1998));
            Assert.That(((Pix2PixOptions)whole.Options).Ngf, Is.EqualTo(64));
            Assert.That(cut.IsWhole, Is.False);
            Assert.That(((Pix2PixOptions)cut.Options).Ngf, Is.EqualTo(16));
            Assert.That(cut.Time, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(2)));
            Assert.That(cut.Steps, Is.EqualTo(6L * (cut.Options.Epochs + cut.Options.EpochsDecay)));
            Assert.That(few.Steps, Is.LessThan(cut.Steps).And.Positive);
        });

        TrainingPlan Planned(TimeSpan limit) =>
            TrainingPlan.Make(family, 32, limit, device, o => o with { Data = data, Device = "cpu", Threads = 1 });
    }

    /// <summary>A narrower network is tried where one doesn't fit into the memory; if none fits, that is said.</summary>
    [Test]
    public async Task WhatTheMemoryDoesNotHoldIsNotPlanned()
    {
        var data = await DrawnData();
        var plan = Planned(most: 16);
        Assert.That(((Pix2PixOptions)plan.Options).Ngf, Is.EqualTo(16));
        Assert.That(plan.Probe.DeviceMemory, Is.Null);
        Assert.That(plan.Probe.MemoryText, Does.StartWith("Peak memory: ").And.Not.Contain("device"));
        Fails.With<OutOfMemoryException>(() => Planned(most: 1), "so wide");

        TrainingPlan Planned(int most) => TrainingPlan.Make(
            FamilyCatalog.Find("pix2pix")!, 32, TimeSpan.FromHours(1), Device, o => ((Pix2PixOptions)o).Ngf <= most
                ? o with { Data = data, Device = "cpu", Threads = 1 }
                : throw new OutOfMemoryException("no memory for so wide a network"));
    }

    /// <summary>A pyramid has the length that it has; what is shorter is another preset.</summary>
    [Test]
    [Exhaustive]
    public void TrainingsOfStagesAreNotCut()
    {
        var one = CatalogueCase.All["singan"];
        one.WriteData(In("picture"));
        var plan = TrainingPlan.Make(
            FamilyCatalog.Find("singan")!, 32, TimeSpan.FromSeconds(1), Device, o => o with { Data = In("picture"), Device = "cpu" });
        Assert.That((plan.IsWhole, plan.Options.Preset, plan.Time > TimeSpan.FromSeconds(1)), Is.EqualTo((true, "small", true)));
    }

    [TestCase("45m", 45)]
    [TestCase("45", 45)]
    [TestCase("2h", 120)]
    [TestCase("1.5 h", 90)]
    [TestCase("1d 2h 3min", 1563)]
    [TestCase("2h3", 123)]
    public void TimesAreRead(string text, double minutes) => Assert.That(Durations.Parse(text).TotalMinutes, Is.EqualTo(minutes));

    [TestCase("soon")]
    [TestCase("0h")]
    [TestCase("-2h")]
    [TestCase("")]
    [TestCase("2x")]
    public void WhatIsNoTimeIsRefused(string text) =>
        Fails.With<FormatException>(() => Durations.Parse(text), "2h");

    [TestCase("y\n", true)]
    [TestCase(" YES \n", true)]
    [TestCase("n\n", false)]
    [TestCase("\n", false)]
    [TestCase("", false)]
    public void OnlyYesIsYes(string typed, bool expected)
    {
        using var screen = new StringWriter();
        using var input = new StringReader(typed);
        Assert.That(new Questions(input, screen).Confirm("Train now"), Is.EqualTo(expected));
        Assert.That(screen.ToString(), Is.EqualTo("Train now? [y/N]: "));
    }

    /// <summary>A number, a word or an empty line; what is none of them is asked again.</summary>
    [Test]
    public void QuestionsAreAskedUntilTheyAreAnswered()
    {
        using var screen = new StringWriter();
        using var input = new StringReader("5\nsomething\n2\nPairs\n\n\n7\n");
        var questions = new Questions(input, screen);
        (string, string)[] choices = [("pairs", "one"), ("sets", "two")];
        Assert.Multiple(() =>
        {
            Assert.That(questions.Choose("What", choices), Is.EqualTo("sets"));
            Assert.That(questions.Choose("What", choices), Is.EqualTo("pairs"));
            Assert.That(questions.Choose("What", choices), Is.EqualTo("pairs"));
            Assert.That(questions.Ask("Where", null, int.Parse), Is.EqualTo(7));
            Assert.That(screen.ToString(), Does.Contain("1 to 2").And.Contain("An answer is required"));
            Fails.With<UsageException>(() => questions.Ask("When", "now", text => text), "When");
        });
    }

    /// <summary>A folder that holds a run is not proposed.</summary>
    [Test]
    public void NoFolderIsProposedThatTrainRefuses()
    {
        Assert.That(NewCommand.FreeRun(Folder, "facades"), Is.EqualTo(In("facades")));
        foreach (var name in new[] { "facades", "facades-2" })
        {
            Directory.CreateDirectory(In(name, "checkpoints"));
            File.WriteAllText(new RunDirectory(In(name)).Latest, "");
        }

        Assert.That(NewCommand.FreeRun(Folder, "facades"), Is.EqualTo(In("facades-3")));
    }

    /// <summary>An earlier plan stays: it may have been written in.</summary>
    [Test]
    public void NoFileOfAPlanIsTwoPlans()
    {
        Assert.That(NewCommand.FreePlan(In("facades") + Path.DirectorySeparatorChar), Is.EqualTo(In("facades.plan.md")));
        File.WriteAllText(In("facades.plan.md"), "");
        File.WriteAllText(In("facades.plan-2.md"), "");
        Assert.That(NewCommand.FreePlan(In("facades")), Is.EqualTo(In("facades.plan-3.md")));
    }

    /// <summary>Of a file the ending is no part of the name; a folder has none.</summary>
    [Test]
    public void ARunIsNamedAsItsData()
    {
        Directory.CreateDirectory(In("my.data"));
        File.WriteAllText(In("my.picture.png"), "");
        Assert.That(RunDirectory.NameOf(In("my.data")), Is.EqualTo("my.data"));
        Assert.That(RunDirectory.NameOf(In("my.data") + Path.DirectorySeparatorChar), Is.EqualTo("my.data"));
        Assert.That(RunDirectory.NameOf(In("my.picture.png")), Is.EqualTo("my.picture"));
    }
}

using System.CommandLine;
using System.Text.Json;
using IlgpuGan.Cli;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>What newcomers meet: help that fits a screen, and words where data are not what they seem.</summary>
public sealed class NewcomerTests : CommandFixture
{
    private const string Doubt = "no more contours in common";

    /// <summary>Where check says that all is usable, a training agrees.</summary>
    [Test]
    public async Task CheckAndTrainingAgreeOnClasses()
    {
        await Do("data", "synth", "--kind", "glyphs", "--out", In("glyphs"), "--count", "12", "--val", "4", "--size", "16");
        string[] train = ["train", "gan", "--preset", "small", "--conditional", "--data", In("glyphs"), "--steps", "0", "--quiet", "--out"];
        Assert.That(await Do("data", "check", In("glyphs")), Does.Contain("16 pictures, all usable").And.Contain("4 classes"));
        await Do([.. train, In("run")]);

        Directory.CreateDirectory(In("glyphs", "val", "arrow"));
        var check = await Run("data", "check", In("glyphs"));
        Assert.That(check.Code, Is.EqualTo(1));
        Assert.That(check.Output, Does.Contain(In("glyphs", "val", "arrow")).And.Contain("all decoded, but 1 problem"));
        AssertExplained(await Run([.. train, In("again")]), 1, In("glyphs", "val", "arrow"), PictureFile.Endings);
    }

    [Test]
    [MaxSeconds(4)] // A check, a plan and a training.
    public async Task TwoSetsThatAreNoPairsAreToldFromPairs()
    {
        await Do("data", "synth", "--kind", "day-night", "--out", In("sets"), "--count", "20", "--val", "8", "--size", "32");
        Assert.That(await Do("data", "check", In("sets")), Does.Contain("20 and 20 pictures, no pairs").And.Contain("8 pictures, pairs"));
        string[] train = ["train", "pix2pix", "--data", In("sets"), "--steps", "0", .. Tiny(), "--out"];
        AssertExplained(await Run([.. train, In("none")]), 1, "no partner of the same name");

        foreach (var file in Directory.GetFiles(In("sets", "trainB")))
        {
            File.Move(file, file.Replace("night", "scene", StringComparison.Ordinal));
        }

        Assert.That(await Do("data", "check", In("sets")), Does.Contain(Doubt).And.Contain("all usable"));
        Assert.That((await Run([.. train, In("run")])).Error, Does.StartWith("Warning: ").And.Contain(Doubt));
        var plan = await Do(
            "new", "--have", "pairs", "--data", In("sets"), "--way", "atob", "--size", "32", "--time", "1m", "--out", In("new"), "--device",
            "cpu");
        Assert.That(plan.ReplaceLineEndings(" "), Does.Contain("Warning: ").And.Contain(Doubt));
        Assert.That(plan.Split('\n').Where(line => line.Length > 80), Has.All.StartsWith("    ").Or.Contain(In("new")), "words stay whole");

        Directory.Delete(In("sets", "trainB"), recursive: true);
        Assert.That((await Run("data", "check", In("sets"))).Output, Does.Contain($"{In("sets", "trainB")}: there is no such folder"));
    }

    /// <summary>What was found, and what to type; the commands are those words, and work.</summary>
    [Test]
    [MaxSeconds(6)] // Six data sets and trainings.
    public async Task DataInAnotherFormAreAnsweredWithWhatToType()
    {
        await Do("data", "synth", "--out", In("facades"), "--count", "12", "--val", "0", "--size", "32");
        Directory.CreateDirectory(In("flat"));
        Directory.CreateDirectory(In("deep"));
        foreach (var file in Directory.GetFiles(In("facades", "train")))
        {
            File.Copy(file, In("flat", Path.GetFileName(file)));
        }

        AssertExplained(await Tried("pix2pix", In("facades", "train")), 1, $"which is named as a whole: --data {In("facades")}");
        AssertExplained(await Tried("cyclegan", In("facades")), 1, "holds 12 pictures", "pairs side by side, 'ilgpugan train pix2pix'");
        AssertExplained(await Tried("cyclegan", In("facades", "train")), 1, $"--data {In("facades")}; if these are pairs");
        var typed = $"ilgpugan data split --data {In("flat")} --out {In("flat")}-split";
        AssertExplained(
            await Tried("cyclegan", In("flat")), 1, "itself holds 12 pictures", $"{In("flat", "trainA")} and",
            "'ilgpugan train pix2pix' learns from such data", typed);
        AssertExplained(await Tried("pix2pix", In("flat")), 1, "itself holds 12 pictures", $"--data {In("flat")}-split: {typed}");
        await Do(typed.Split(' ')[1..]);
        Assert.That((await Tried("pix2pix", In("flat") + "-split", "run")).Code, Is.Zero);

        Directory.Move(In("facades"), In("deep", "facades"));
        AssertExplained(await Tried("pix2pix", In("deep")), 1, $"one folder deeper: --data {In("deep", "facades")}");
        AssertExplained(await Run("evaluate", "--model", In("run"), "--data", In("deep")), 1, $"deeper: --data {In("deep", "facades")}");
        AssertExplained(
            await Run("evaluate", "--model", In("run"), "--data", In("deep", "facades", "train")), 1,
            $"whole: --data {In("deep", "facades")}");

        await Do("data", "synth", "--kind", "day-night", "--out", In("sets"), "--count", "6", "--val", "0", "--size", "32");
        AssertExplained(await Tried("pix2pix", In("sets")), 1, "no partner", "two sets without pairs: 'ilgpugan train cyclegan'");
        Directory.Move(In("sets", "trainA"), In("sets", "day"));
        Directory.Move(In("sets", "trainB"), In("sets", "night"));
        AssertExplained(await Tried("cyclegan", In("sets")), 1, $"name them {In("sets", "trainA")} and {In("sets", "trainB")}");
        AssertExplained(await Tried("pix2pix", In("sets")), 1, $"ilgpugan data combine --a {In("sets", "day")} --b {In("sets", "night")}");

        Task<Outcome> Tried(string family, string data, string run = "none") => Run(
            ["train", family, "--data", data, "--steps", "0", "--quiet", "--out", In(run),
                .. Tiny("--generator", family == "pix2pix" ? "unet32" : "resnet1")]);
    }

    /// <summary>The last lines of a training are commands that work.</summary>
    [TestCase("0", "--split train")]
    [TestCase("2", "--data DATA\n")]
    [MaxSeconds(4)] // A training and an evaluation.
    public async Task WhatIsNextWorks(string held, string words)
    {
        await Do("data", "synth", "--out", In("data"), "--count", "4", "--val", held, "--size", "32");
        var text = await Do(["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "1", .. Tiny()]);
        Assert.That(text, Does.Contain(words.Replace("DATA", In("data"), StringComparison.Ordinal)));
        var evaluate = text.Split('\n').Single(line => line.Contains("ilgpugan evaluate", StringComparison.Ordinal)).Trim().Split(' ')[1..];
        Assert.That(await Do([.. evaluate, "--no-labels"]), Does.Contain("AtoB, 32x32 pixels"));
    }

    /// <summary>What a family does not do is not proposed.</summary>
    [Test]
    public async Task OnlyWhatTheFamilyDoesIsNext()
    {
        await Do("data", "synth", "--kind", "attributes", "--out", In("data"), "--count", "8", "--val", "0", "--size", "16");
        var text = await Do("train", "stargan", "--preset", "small", "--data", In("data"), "--out", In("run"), "--steps", "0");
        Assert.That(text, Does.Contain("ilgpugan translate").And.Contain("ilgpugan serve").And.Not.Contain("ilgpugan evaluate"));
        var translate = text.Split('\n').Single(line => line.Contains("ilgpugan translate", StringComparison.Ordinal));
        var picture = Directory.GetFiles(In("data", "train"), "*.png", SearchOption.AllDirectories)[0];
        string[] words = [.. translate[translate.IndexOf("translate", StringComparison.Ordinal)..].Trim().Split(' ')];
        (words[Array.IndexOf(words, "--input") + 1], words[Array.IndexOf(words, "--out") + 1]) = (picture, In("out.png"));
        await Do(words);
        await Do("data", "synth", "--kind", "ring", "--out", In("ring"), "--count", "64", "--val", "0");
        text = await Do("train", "madgan", "--data", In("ring"), "--out", In("points"), "--steps", "0");
        Assert.That(text, Does.Not.Contain("Next:"));
    }

    /// <summary>Pairs are not doubted, and neither are too few pictures to tell.</summary>
    [TestCase("facades")]
    [TestCase("edges-shapes")]
    public async Task PairsAreTakenForPairs(string kind)
    {
        await Do("data", "synth", "--kind", kind, "--out", In("set"), "--count", "8", "--val", "0", "--size", "32");
        Assert.That((await Run(["train", "pix2pix", "--data", In("set"), "--steps", "0", .. Tiny(), "--out", In("run")])).Error, Is.Empty);
    }

    [TestCase("AtoB", 0, "left half was translated (A;")]
    [TestCase("BtoA", 32, "right half was translated (B;")]
    public async Task OfAPairTheInputIsTranslated(string direction, int left, string words)
    {
        var data = await DrawnData();
        await Do(["train", "pix2pix", "--data", data, "--out", In("run"), "--steps", "0", "--quiet", "--direction", direction, .. Tiny()]);
        var pair = Directory.GetFiles(Path.Combine(data, "val"))[0];
        var half = PictureFile.Load(pair).Crop(left, 0, 32, 32);
        PictureFile.Save(half, In("half.png"));

        Assert.That(await Translated(pair, "of-pair.png"), Does.Contain("The picture is a pair side by side").And.Contain(words));
        Assert.That(await Translated(In("half.png"), "of-half.png"), Does.Not.Contain("pair"));
        Assert.That(File.ReadAllBytes(In("of-pair.png")), Is.EqualTo(File.ReadAllBytes(In("of-half.png"))));
        Assert.That(await Translated(pair, "whole.png", "--whole"), Does.Not.Contain("half"));
        Assert.That(PictureFile.Load(In("whole.png")).Width, Is.EqualTo(64));
        Assert.That(await Translated(Path.Combine(data, "val"), "all"), Does.Contain("The pictures are pairs").And.Contain("2 of 2"));

        Directory.Delete(data, recursive: true);
        Assert.That(await Translated(In("of-pair.png"), "again.png"), Does.Not.Contain("half"), "without the set, too");

        Task<string> Translated(string input, string output, params string[] more) =>
            Do(["translate", "--model", In("run"), "--input", input, "--out", In(output), .. more]);
    }

    /// <summary>A run knows the shape of its pairs, wherever their folder is.</summary>
    [Test]
    public async Task OfAPairTheInputIsTranslatedWithoutTheDataSet()
    {
        Directory.CreateDirectory(In("wide", "train"));
        var (labels, photo) = new SyntheticFacades(1, 32).Draw(0);
        PictureFile.Save(Mosaic.Row(new Picture(labels), new Picture(photo)).Resize(96, 32), In("wide", "train", "a.png"));
        File.Copy(In("wide", "train", "a.png"), In("pair.png"));
        await Do(["train", "pix2pix", "--data", In("wide"), "--out", In("run"), "--steps", "1", "--quiet", .. Tiny()]);
        Directory.Move(In("wide"), In("moved"));
        await IsTranslatedByHalf();
        await Do("train", "--resume", In("run"), "--data", In("moved"), "--steps", "2", "--quiet");
        Directory.Delete(In("moved"), recursive: true);
        await IsTranslatedByHalf();

        async Task IsTranslatedByHalf()
        {
            var said = await Do("translate", "--model", In("run"), "--input", In("pair.png"), "--out", In("made.png"), "--device", "cpu");
            Assert.That(said, Does.Contain("left half was translated"));
            Assert.That(PictureFile.Load(In("made.png")).Width, Is.EqualTo(48));
        }
    }

    /// <summary>A run that goes on with other data knows the shape of their pairs.</summary>
    [Test]
    public async Task OfAPairOfTheNewDataTheInputIsTranslated()
    {
        var run = await TrainedRun(steps: 1);
        Directory.CreateDirectory(In("wide", "train"));
        var pair = In("wide", "train", "a.png");
        var (labels, photo) = new SyntheticFacades(1, 32).Draw(0);
        PictureFile.Save(Mosaic.Row(new Picture(labels), new Picture(photo)).Resize(96, 32), pair);
        await Do("train", "--resume", run, "--data", In("wide"), "--changed-data", "--steps", "2", "--quiet");
        var said = await Do("translate", "--model", run, "--input", pair, "--out", In("made.png"), "--device", "cpu");
        Assert.That(said, Does.Contain("left half was translated"));
        Assert.That(PictureFile.Load(In("made.png")).Width, Is.EqualTo(48));
    }

    /// <summary>An incomplete command shows its verbs.</summary>
    [TestCase("Start here: ilgpugan demo --fast", "Train a model:", "Use a model:", "Look things up:")]
    [TestCase("Verbs:", "data")]
    public async Task WhatCouldFollowIsShown(string words, params string[] more)
    {
        string[] typed = more.Length == 1 ? more : [];
        var outcome = await Run(typed);
        Assert.That((outcome.Code, outcome.Error), Is.EqualTo((2, "")));
        Assert.That(outcome.Output, Does.Contain(words).And.EqualTo(await Do([.. typed, "--help"])));
        Assert.That(more.Select(word => outcome.Output.IndexOf(word, StringComparison.Ordinal)), Is.Ordered.And.All.Positive);
    }

    [Test]
    public async Task HelpFitsIntoEightyColumns()
    {
        foreach (var path in Paths(Application.RootFor([]), []))
        {
            var help = await Do([.. path, "--help"]);
            Assert.That(help.Split('\n').Where(line => line.Length > 80), Is.Empty, string.Join(' ', path));
            Assert.That(help, Does.Contain($"Usage:\n  ilgpugan{string.Concat(path.Select(word => " " + word))}"));
        }

        static IEnumerable<string[]> Paths(Command command, string[] path) =>
            command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Paths(c, [.. path, c.Name])).Prepend(path);
    }

    [Test]
    public async Task FamiliesAndTheirOptionsStandUnderHeadings()
    {
        var train = await Do("train", "--help");
        Assert.That(train.Split('\n'), Has.Length.LessThan(120).And.None.StartsWith("  --lambda"));
        Assert.That(
            train.ReplaceLineEndings(" "),
            Does.Match("pairs of pictures: .* pix2pix .*two sets .* cut .*labels: .* stargan .*one picture: .* singan .*others: .* gan "));
        var (pix2pix, cyclegan) = (await Do("train", "pix2pix", "--help"), await Do("train", "cyclegan", "--help"));
        Assert.That(
            pix2pix.ReplaceLineEndings(" "),
            Does.Match("Data: .*--crop-size.*Network: .*unet256\\)\\..*Losses: .*--lambda-l1.* Schedule, .*--epochs.* Device .*--threads"));
        Assert.That(pix2pix, Does.Contain("  --no-dropout").And.Not.Contain("--lambda-a "));
        Assert.That(cyclegan, Does.Contain("  --dropout").And.Contain("resnet9).").And.Contain("--lambda-a ").And.Not.Contain("lambda-l1"));
        var all = FamilyCatalog.All.SelectMany(f => OptionDescription.Of(f.Defaults().GetType())).Select(o => o.Name);
        Assert.That(OptionGroups.Names, Is.Unique.And.SubsetOf(all));
    }

    [Test]
    public void ExamplesAreCommands()
    {
        foreach (var words in HelpPage.Examples.Select(example => example.Split(' ')))
        {
            Assert.That(Application.RootFor(words).Parse(words).Errors.Select(e => e.Message), Is.Empty, string.Join(' ', words));
        }
    }

    [TestCase("one two", 0, "one two")]
    [TestCase("  1  a b", 9, "  1  a b")]
    public void ShortTextsStayAsTheyAre(string text, int further, string line) =>
        Assert.That(WordWrap.Lines(text, further: further), Is.EqualTo(new[] { line }));

    [Test]
    public void WordsStayWhole()
    {
        var lines = WordWrap.Lines(string.Join(' ', Enumerable.Repeat("eightchr", 30)), further: 4).ToList();
        Assert.That(lines, Has.Count.EqualTo(4).And.All.Length.LessThan(80));
        Assert.That(lines.Skip(1), Has.All.StartsWith("    eightchr").And.All.EndsWith("eightchr"));
        Assert.That(WordWrap.Lines(string.Join('|', Enumerable.Repeat("eightchr", 12))).Select(l => l[^1]), Is.EqualTo(new[] { '|', 'r' }));
    }
}

using System.CommandLine;
using IlgpuGan.Cli;
using IlgpuGan.Cli.Commands;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>Each way in which people get it wrong ends in one clear sentence and the right exit code.</summary>
public class BadInputTests : CommandFixture
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    private Task<Outcome> Train(params string[] more) =>
        Run(["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "1", .. Tiny(more)]);

    [Test]
    public async Task MissingFolder() => AssertExplained(await Train(), Failed, In("data"), "no such folder");

    [Test]
    public async Task EmptyFolder()
    {
        Directory.CreateDirectory(In("data", "train"));

        AssertExplained(await Train(), Failed, In("data", "train"), "no pictures");
    }

    [Test]
    public async Task TruncatedPictureAmongGoodOnes()
    {
        var victim = Directory.GetFiles(Path.Combine(await DrawnData(), "train"))[3];
        File.WriteAllBytes(victim, File.ReadAllBytes(victim)[..200]);

        AssertExplained(await Train(), Failed, victim);
        var check = await Run("data", "check", In("data"));
        Assert.That(check.Code, Is.EqualTo(Failed));
        Assert.That(check.Output, Does.Contain(Path.GetFileName(victim)).And.Contain("8 pictures, 1 unusable"));
    }

    [Test]
    public async Task TextFileNamedPng()
    {
        var victim = Directory.GetFiles(Path.Combine(await DrawnData(), "train"))[0];
        File.WriteAllText(victim, "hello");

        AssertExplained(await Train(), Failed, victim);
    }

    [Test]
    public async Task PictureSmallerThanTheCrop()
    {
        await DrawnData();

        AssertExplained(await Train("--preprocess", "crop", "--crop-size", "64"), Failed, "64", ".png");
    }

    [Test]
    public async Task GrayAndSixteenBitPicturesAreTaken()
    {
        var files = Directory.GetFiles(Path.Combine(await DrawnData(), "train"));
        var picture = PictureFile.Load(files[0]).Layers[0];
        PictureFile.Save(new Picture(picture.ToChannels(1)), files[0]);
        PictureFile.Save(new Picture(picture.ToSixteenBits()), files[1]);

        Assert.That((await Train()).Code, Is.Zero);
    }

    [Test]
    public async Task OutputThatCannotBeWritten()
    {
        await DrawnData();
        File.WriteAllText(In("file"), "in the way");

        AssertExplained(
            await Run(["train", "pix2pix", "--data", In("data"), "--out", In("file", "run"), "--steps", "1", .. Tiny()]), Failed,
            In("file"));
    }

    [TestCase("--lr", "-1", "--lr")]
    [TestCase("--batch-size", "0", "--batch-size")]
    [TestCase("--crop-size", "100000", "--crop-size")]
    [TestCase("--ngf", "many", "--ngf")]
    [TestCase("--norm", "layer", "batch, instance, none")]
    [TestCase("--generator", "transformer", "unet256")]
    [TestCase("--crop-size", "31", "multiple of 32")]
    [TestCase("--epochs", "-3", "--epochs")]
    [TestCase("--direction", "AtoC", "AtoB")]
    public async Task AbsurdOptionValue(string option, string value, string word)
    {
        await DrawnData();

        AssertExplained(await Train(option, value), WrongUsage, word);
    }

    /// <summary>An option of another family is no slip of the pen to be guessed at.</summary>
    [TestCase("pix2pix", "--lambda-a", "3", "--lambda-a is an option of cyclegan")]
    [TestCase("cyclegan", "--lambda-l1", "3", "--lambda-l1 is an option of pix2pix")]
    public async Task AnotherFamilysOption(string family, string option, string value, string words) =>
        AssertExplained(await Run(["train", family, option, value, "--out", In("out"), "--data", In("data")]), WrongUsage, words);

    [Test]
    public async Task AnotherFamilysOptionOnResume()
    {
        var run = await TrainedRun();
        AssertExplained(await Run(["train", "--resume", run, "--lambda-a", "3"]), WrongUsage, "--lambda-a is not an option of pix2pix");
    }

    [TestCase("--overlap", "8", "--overlap 8 is for tiles")]
    [TestCase("--dropout-seed", "1", "--dropout-seed does not fit")]
    [TestCase("--label", "x", "--label does not fit")]
    [TestCase("--range", "bytes", "--range is for ONNX graphs of other programs")]
    [TestCase("--samples", "2", "--samples does not fit")]
    [TestCase("--style", "no.png", "--style does not fit")]
    [TestCase("--style-labels", "no.png", "--style-labels does not fit")]
    [TestCase("--temporal", "0.8", "--temporal is for clips")]
    [TestCase("--scratch", "files", "--scratch needs --exact")]
    public async Task WhatATranslationDoesNotUse(string option, string value, string words) => AssertExplained(
        await Run(
            "translate", "--model", await TrainedRun(), "--input", In("data", "val"), "--out", In("out"), "--device", "cpu", option, value),
        WrongUsage, words);

    [Test]
    public async Task DemoOfNegativeSteps()
    {
        AssertExplained(await Run("demo", "--out", In("demo"), "--steps", "-5"), WrongUsage, "--steps must be at least 0");
        Assert.That(Directory.Exists(In("demo")), Is.False, "nothing is done before the options are read");
    }

    [TestCase("--load-sise", "--load-size")]
    [TestCase("--LR", "--lr")]
    [TestCase("--lambda_l1", "--lambda-l1")]
    [TestCase("--xyz", null)]
    [TestCase("--dataroot", "--data")]
    [TestCase("--name", "--out")]
    [TestCase("--checkpoints_dir", "--out")]
    [TestCase("--gpu_ids", "--device")]
    [TestCase("--netG", "--generator")]
    [TestCase("--netD", "--discriminator")]
    [TestCase("--continue_train", "train --resume RUN")]
    public async Task MistypedOption(string typed, string? meant)
    {
        var outcome = await Run("train", "pix2pix", "--data", "d", "--out", "o", typed);

        AssertExplained(outcome, WrongUsage, typed, meant is null ? "--help" : $"Did you mean '{meant}'?");
        Assert.That(outcome.Error.Contains("Did you mean", StringComparison.Ordinal), Is.EqualTo(meant is not null));
    }

    /// <summary>What stands for an option of the reference is an option of some command.</summary>
    [Test]
    public async Task WordsOfTheReferenceLeadSomewhere()
    {
        var options = All(Application.RootFor([])).SelectMany(c => c.Options).Select(o => o.Name).ToHashSet();
        var meant = Suggestion.OfReference.Values.SelectMany(words => words).Where(word => word[0] == '-').Distinct();
        Assert.That(meant, Is.SubsetOf(options));
        AssertExplained(await Run("translate", "--name", "m", "--out", "o"), WrongUsage, "Did you mean '--model'?");
        AssertExplained(await Run("translate", "--dataroot", "i", "--out", "o"), WrongUsage, "Did you mean '--input'?");
        AssertExplained(await Run("train", "--data", "d", "--out", "o"), WrongUsage, "Did you mean 'train pix2pix --out'?");
        AssertExplained(await Run("train", "--name", "n"), WrongUsage, "Did you mean 'train pix2pix --out'?");
        Assert.That((await Run("bench", "step", "--model", "pix2pix")).Error, Does.Not.Contain("Did you mean"));

        static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
    }

    [TestCase("train", "pix2pix", "--data", "d", "--out", "")]
    [TestCase("translate", "--model", "m", "--input", "", "--out", "o")]
    [TestCase("data", "check", "")]
    [TestCase("train", "--resume", "")]
    public async Task EmptyWord(params string[] words) => AssertExplained(await Run(words), WrongUsage, "is an empty text");

    [Test]
    public async Task MistypedVerb() => AssertExplained(await Run("trian"), WrongUsage, "'trian'. Did you mean 'train'?");

    [Test]
    public async Task NothingToInspect()
    {
        AssertExplained(await Run("inspect", In("nowhere")), Failed, In("nowhere"), "no such file");
        AssertExplained(await Run("inspect", Folder), Failed, Folder, "a folder");
    }

    [Test]
    public async Task EscapeSequencesInAFileAreNotObeyed()
    {
        var header = Encoding.UTF8.GetBytes(
            """{"__metadata__":{"k\u001b[2J":"\u001b]0;title\u0007"},"a\u001b[31m":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""");
        await File.WriteAllBytesAsync(In("w.safetensors"), [.. BitConverter.GetBytes((long)header.Length), .. header, 7]);

        var outcome = await Run("inspect", In("w.safetensors"));
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.Not.Contain("\u001b").And.Not.Contain("\u0007").And.Contain(@"a\u001B[31m"));
        AssertExplained(await Run("inspect", In("none\u001b[2J")), Failed, @"none\u001B[2J");
    }

    [Test]
    public async Task UnknownOption() =>
        AssertExplained(await Run("train", "pix2pix", "--data", "d", "--out", "o", "--colour", "red"), WrongUsage, "--colour", "--help");

    [Test]
    public async Task UnknownDevice()
    {
        await DrawnData();

        AssertExplained(await Train("--device", "abacus"), Failed, "abacus", "cpu");
    }

    [Test]
    public async Task PairsThatWouldOverwriteTheirHalves()
    {
        await DrawnData();
        var (a, b) = (Path.Combine(In("data"), "train"), In("b"));
        Directory.CreateDirectory(b);
        foreach (var file in Directory.GetFiles(a))
        {
            File.Copy(file, Path.Combine(b, Path.GetFileName(file)));
        }

        var before = File.ReadAllBytes(Directory.GetFiles(a)[0]);
        AssertExplained(await Run("data", "combine", "--a", a, "--b", b, "--out", a), Failed, a, "would be overwritten");
        Assert.That(File.ReadAllBytes(Directory.GetFiles(a)[0]), Is.EqualTo(before));
    }

    [Test]
    public async Task SecondSplitIntoTheSameFolders()
    {
        await DrawnData();
        string[] split = ["data", "split", "--data", In("data", "train"), "--out", In("parts"), "--val", "0.3", "--seed"];
        await Do([.. split, "1"]);

        AssertExplained(await Run([.. split, "2"]), Failed, In("parts"), "holds files already");
        Assert.That(
            Directory.GetFiles(In("parts"), "*", SearchOption.AllDirectories), Has.Length.EqualTo(6), "no picture lies in two parts");
    }

    [Test]
    public async Task FolderThatHoldsARunAlready()
    {
        await TrainedRun();

        AssertExplained(await Train(), Failed, "--resume");
    }

    [Test]
    public async Task RunThatAnotherProgramTrains()
    {
        var run = await TrainedRun();
        using var claimed = new FileStream(Path.Combine(run, ".training"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        AssertExplained(await Run("train", "--resume", run, "--steps", "3"), Failed, run, "another program");
    }

    /// <summary>Lengths that a run can't end with, or that bring along what was not asked for.</summary>
    [TestCase("--steps 1", "the run has taken 2 steps, 6 an epoch, which is more than the 1 asked for")]
    [TestCase("--epochs 3", "--epochs 3 would train to epoch 103", "this run of 2 steps", "--epochs-decay N (0 for none)")]
    public async Task LengthThatDoesNotFitTheRun(string length, params string[] words)
    {
        var run = await TrainedRun();
        AssertExplained(await Run(["train", "--resume", run, .. length.Split(' ')]), WrongUsage, words);
        var told = await Do("train", "--resume", run, "--epochs", "1", "--epochs-decay", "1");
        Assert.That(told, Does.Contain("It ends with epoch 2: 1 at the full learning rate, 1 of decay.").And.Contain("step 12/12"));
    }

    [Test]
    public async Task FolderThatCanNotBeWrittenTo()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("needs a user whom a folder can be closed to; this one may write everywhere");
            return;
        }

        var run = await TrainedRun();
        var checkpoints = Path.Combine(run, "checkpoints");
        var before = File.ReadAllBytes(Path.Combine(checkpoints, "latest.safetensors"));
        File.SetUnixFileMode(checkpoints, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var outcome = await Run("train", "--resume", run, "--steps", "4");
        File.SetUnixFileMode(checkpoints, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        AssertExplained(outcome, Failed, run, "can't be written", "last good checkpoint", "step 2");
        Assert.That(File.ReadAllBytes(Path.Combine(checkpoints, "latest.safetensors")), Is.EqualTo(before));
    }

    [Test]
    public async Task CheckpointOfAnotherArchitecture()
    {
        var run = await TrainedRun();

        AssertExplained(
            await Run(["train", "pix2pix", "--data", In("data"), "--out", In("other"), "--steps", "1", "--init-from",
                run + "/checkpoints/latest.safetensors", .. Tiny("--ngf", "8")]),
            Failed, "latest.safetensors", "netG");
    }

    [Test]
    public async Task ResumeWithAnotherArchitecture()
    {
        var run = await TrainedRun();

        AssertExplained(await Run("train", "--resume", run, "--ngf", "8"), WrongUsage, "--ngf is 8 but the run has 4");
    }

    [Test]
    public async Task CheckpointCutShort()
    {
        var run = await TrainedRun();
        var file = Path.Combine(run, "checkpoints", "latest.safetensors");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1000]);

        AssertExplained(await Run("train", "--resume", run), Failed, file);
        AssertExplained(await Run("translate", "--model", run, "--input", In("data"), "--out", In("out")), Failed, file);
    }

    [Test]
    public async Task LossThatStopsBeingANumber()
    {
        await DrawnData();
        var outcome = await Run(["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "50",
            .. Tiny("--norm", "none", "--lr", "10", "--lambda-l1", "1000000000", "--gan-mode", "lsgan")]);

        AssertExplained(outcome, Failed, "in step", "last good checkpoint");
        Assert.That(File.Exists(In("run", "checkpoints", "latest.safetensors")));
    }

    /// <summary>In the second step, within its penalty; by then only the checkpoint of the start is there.</summary>
    [Test]
    public void MemoryThatIsTooSmallForALaterStep()
    {
        var options = TinyRun.Pix2Pix with
        {
            GanMode = GanMode.Wgangp, Norm = NormKind.Instance, Reduction = GradientReduction.Tree, Steps = 4, Threads = 1,
        };
        using var run = TrainingRun.Create(In("run"), options, TinyRun.Data(options));
        var draws = 0;
        run.Model.FixedDraws = (_, shape) => ++draws == 2
            ? throw new OutOfMemoryException()
            : Tensor.Uniform(new RandomKey(1, 1, 1, 1), shape, run.Model.Device);
        var screen = new Screen(TextWriter.Null, TextWriter.Null, Quiet: true, Json: false);
        Fails.Saying<RunException>(
            () => TrainCommand.Train(run, screen, CancellationToken.None, previews: false, ranks: null),
            "Out of memory. Use a smaller batch, smaller pictures or a smaller network. No step after the start is saved: to begin anew, " +
                $"delete {In("run")} or choose another --out.");
    }

    [Test]
    public async Task NothingToTranslate() => AssertExplained(
        await Run("translate", "--model", await TrainedRun(), "--input", In("nowhere"), "--out", In("out")), Failed, In("nowhere"));

    [Test]
    public async Task ModelThatIsNotThere() => AssertExplained(
        await Run("translate", "--model", In("nowhere"), "--input", await DrawnData(), "--out", In("out")), Failed, In("nowhere"));
}

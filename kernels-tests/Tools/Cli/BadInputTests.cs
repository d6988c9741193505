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

    /// <summary>What stands for an option of the reference is an option of some command.</summary>
    [Test]
    public void WordsOfTheReferenceLeadSomewhere()
    {
        var options = All(Application.RootFor([])).SelectMany(c => c.Options).Select(o => o.Name).ToHashSet();
        var meant = Suggestion.OfReference.Values.SelectMany(words => words).Where(word => word[0] == '-').Distinct();
        Assert.That(meant, Is.SubsetOf(options));

        static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
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
    public async Task RunThatAnotherProgramTrains()
    {
        var run = await TrainedRun();
        using var claimed = new FileStream(Path.Combine(run, ".training"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        AssertExplained(await Run("train", "--resume", run, "--steps", "3"), Failed, run, "another program");
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
}

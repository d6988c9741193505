using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>demo --family</c>: draws the data that a family's small preset learns from, trains it, and shows the last samples.</summary>
internal static class FamilyDemo
{
    /// <summary>Pictures to train on, unless <c>--steps</c> says that fewer are seen.</summary>
    private const int Pictures = 2000;

    private const int Pairs = 400;
    private const int HeldOut = 20;

    public static int Run(Screen screen, Family family, string folder, long? steps, string deviceName, CancellationToken cancellation)
    {
        var options = family.Defaults(TrainingOptions.SmallPreset);
        options = options with { Device = deviceName };
        if (steps is { } typed)
        {
            options = options with { Steps = typed, SampleFreq = (int)Math.Max(1, typed / 12) };
        }

        folder = Path.Combine(folder, family.Info.Name);
        options = options with { Data = Draw(screen, family, options, Path.Combine(folder, "data"), cancellation) };
        var place = NewCommand.FreeRun(folder, "run");
        using var run = TrainingRun.Create(place, options);
        screen.Say($"Training {family.Info.Title} on {run.Model.Device.Name} ({run.Model.Device.Description}): {place}");
        if (TrainingDisplay.During(run, screen, display => run.Train(display, cancellation)) == TrainingOutcome.Interrupted)
        {
            screen.Say("Stopped; resume with: " + ShellWord.Line("ilgpugan", "train", "--resume", place));
            return ExitCode.Interrupted;
        }

        var picture = ShowLastSamples(run.Directory, Path.Combine(folder, "demo.png"));
        screen.Result(
            new { folder, family = family.Info.Name, report = run.Directory.Report, picture },
            "",
            picture is null
                ? $"Open {run.Directory.Report}"
                : $"See {picture} (from left to right: {string.Join(", ", family.Info.Views)}) and open {run.Directory.Report}");
        return ExitCode.Done;
    }

    /// <summary>Draws the training data, and returns what <c>--data</c> is: the folder, or the first picture in it.</summary>
    private static string Draw(
        Screen screen, Family family, TrainingOptions options, string data, CancellationToken cancellation)
    {
        var drawn = DrawnData.Kinds.Single(kind => kind.Name == family.Info.DrawnData);
        if (family.Info.LearnsFromOneFile)
        {
            screen.Say($"Drawing a picture to train on, {drawn.Describe(drawn.DefaultSide)}: {data}");
            DrawnFolder.Draw(data, place => drawn.Write(place, "train", 0, count: 2, drawn.DefaultSide, seed: 1, cancellation));
            return Directory.EnumerateFiles(data, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        }

        var (count, side) = (Pairs, drawn.DefaultSide);
        if (family.Info.LearnsFrom is DataKind.Pictures or DataKind.Labelled)
        {
            using var device = Device.Open("cpu");
            var seen = options.Steps is > 0 and var steps ? steps * options.BatchSize : Pictures;
            (count, side) = ((int)Math.Min(Pictures, seen), family.Noise(options, device).PictureSide);
        }

        screen.Say($"Drawing {Counted.Of(count, drawn.Unit)} to train on and {HeldOut} held-out ones, {drawn.Describe(side)}: {data}");
        DrawnFolder.Draw(data, place =>
        {
            drawn.Write(place, "train", 0, count, side, seed: 1, cancellation);
            drawn.Write(place, "val", count, HeldOut, side, seed: 1, cancellation);
        });
        return data;
    }

    /// <summary>The rows of the last samples below each other; null if the run has none.</summary>
    private static string? ShowLastSamples(RunDirectory run, string file)
    {
        if (run.AllSamples().GroupBy(sample => sample.Step).LastOrDefault() is not { } last)
        {
            return null;
        }

        PictureFile.Save(Mosaic.Column([.. last.Select(sample => PictureFile.Load(sample.File))]), file);
        return file;
    }
}

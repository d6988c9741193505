using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>demo</c> is asked for.</summary>
internal sealed record DemoOptions : DeviceOptions
{
    [Option("Output folder.", Values = "DIR")]
    public string Out { get; init; } = "demo";

    [Option(
        "Training steps (default 2600, which take about two minutes on two cores with AVX-512, nearly four with AVX2; with --family, " +
            "those of its preset).",
        Least = 0)]
    public int? Steps { get; init; }

    [Option("Translate some pictures with a bundled model, in two seconds, and offer the training.")]
    public bool Fast { get; init; }

    [Option("Shows another family instead: draws the data of its small preset and trains it, in minutes.")]
    public string? Family { get; init; }
}

/// <summary>
/// <c>demo</c>: draws a data set, trains pix2pix on it, translates held-out pictures, and says where the results are.
/// <c>demo --fast</c> translates with a bundled model at once, then offers the training.
/// </summary>
internal static class DemoCommand
{
    private const int Size = 128;
    private const int Steps = 2600;
    private const int TrainingPairs = 300;
    private const int HeldOutPairs = 12;
    private const int RowsShown = 6;
    private const string FastModel = ZooModel.Prefix + "facades";

    /// <summary>Index of the first facade for <c>--fast</c>, beyond all that its model was trained on.</summary>
    private const uint FirstUnseen = 1_000_000;

    public static Command Create() => Verb.Stoppable<DemoOptions>(
        "demo", "The two-minute tour: draws pictures, trains on them, and shows the results.", Run,
        new() { [nameof(DemoOptions.Family)] = OptionValues.OneOf([.. FamilyCatalog.All.Select(f => f.Info.Name)]) });

    private static int Run(DemoOptions asked, Screen screen, CancellationToken cancellation)
    {
        if (asked.Family is { } name)
        {
            return asked.Fast
                ? throw new UsageException("--fast has a bundled model of pix2pix alone; leave it out with --family")
                : FamilyDemo.Run(screen, FamilyCatalog.Find(name)!, asked.Out, asked.Steps, asked.Device, cancellation);
        }

        if (asked.Fast)
        {
            var code = RunFast(screen, asked.Out, asked.Device, cancellation);
            if (!screen.IsInteractive || Console.IsInputRedirected)
            {
                screen.Say("Train such a network yourself, in some minutes: " + ShellWord.Line("ilgpugan", "demo", "--out", asked.Out));
                return code;
            }

            if (!new Questions(Console.In, screen.Error).Confirm("Train such a network now, in some minutes"))
            {
                return code;
            }
        }

        return Run(screen, asked.Out, asked.Steps ?? Steps, asked.Device, cancellation);
    }

    /// <summary>Draws house fronts that were not in the training data, and translates their label maps with the bundled model.</summary>
    private static int RunFast(Screen screen, string folder, string deviceName, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        screen.Say($"Drawing {RowsShown} house fronts and translating their label maps by {FastModel} …");
        using var device = Device.Open(deviceName);
        using var translator = Translator.Open(FastModel, device);
        var rows = new List<Picture>();
        var scores = Evaluator.Run(
            translator, new SyntheticFacades(RowsShown, Size, first: FirstUnseen),
            progress: (_, input, output, target) => rows.Add(Mosaic.Row(input, output, target)), cancellationToken: cancellation);
        var gallery = Path.Combine(folder, "fast.png");
        OutputPath.MakeFolder(folder);
        SaveGallery(rows, gallery);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        screen.Result(
            new
            {
                model = FastModel, picture = gallery, seconds = Math.Round(seconds, 3), l1 = scores.Mean.L1, psnr = scores.Mean.Psnr,
                baseline_l1 = scores.Baseline.L1, baseline_psnr = scores.Baseline.Psnr,
            },
            $"{FastModel} drew {RowsShown} house fronts from held-out label maps, in {seconds:0.0} s: {gallery} (input, " +
                "output, target)",
            $"L1 {scores.Mean.L1:0.000}, PSNR {scores.Mean.Psnr:0.0} dB; the best constant colour has " +
                $"{scores.Baseline.L1:0.000}, {scores.Baseline.Psnr:0.0} dB",
            $"Draw a house yourself: ilgpugan serve --model {FastModel}");
        return ExitCode.Done;
    }

    private static int Run(Screen screen, string folder, int steps, string device, CancellationToken cancellation)
    {
        // A second demo starts over beside the run of the first, which may have been trained further since, or train now.
        var (data, runFolder) = (Path.Combine(folder, "data"), NewCommand.FreeRun(folder, "run"));
        screen.Say($"Drawing {TrainingPairs} house fronts to train on and {HeldOutPairs} held-out ones: {data}");
        DrawnFolder.Draw(data, place =>
        {
            new SyntheticFacades(TrainingPairs, Size).WriteTo(Path.Combine(place, "train"), cancellation);
            new SyntheticFacades(HeldOutPairs, Size, first: TrainingPairs).WriteTo(Path.Combine(place, "val"), cancellation);
        });

        using var run = TrainingRun.Create(runFolder, OptionsFor(data, steps, device));
        screen.Say(
            $"Training pix2pix from label maps to pictures on {run.Model.Device.Name} ({run.Model.Device.Description}): {runFolder}");
        if (TrainingDisplay.During(run, screen, display => run.Train(display, cancellation)) == TrainingOutcome.Interrupted)
        {
            screen.Say("Stopped; resume with: " + ShellWord.Line("ilgpugan", "train", "--resume", runFolder));
            return ExitCode.Interrupted;
        }

        var (report, gallery) = ShowHeldOut(run, Path.Combine(folder, "pictures"), Path.Combine(folder, "demo.png"));
        using (var reporter = new RunReporter(
            run.Directory, run.Model, run.Step, run.TotalSteps) { Metrics = [.. EvaluationMetrics.Of(EvaluationReport.Of(report))] })
        {
            reporter.WritePage(finished: true);
        }

        screen.Result(
            new { folder, report = run.Directory.Report, picture = gallery, l1 = report.Mean.L1, psnr = report.Mean.Psnr,
                baseline_l1 = report.Baseline.L1, baseline_psnr = report.Baseline.Psnr },
            "",
            $"On {report.Images.Count} held-out house fronts: L1 {report.Mean.L1:0.000}, PSNR {report.Mean.Psnr:0.0} dB",
            $"The best constant colour:                  L1 {report.Baseline.L1:0.000}, PSNR {report.Baseline.Psnr:0.0} dB",
            $"See {gallery} (input, output, target) and open {run.Directory.Report}");
        return ExitCode.Done;
    }

    private static Pix2PixOptions OptionsFor(string data, int steps, string device) => new()
    {
        Data = data,
        Device = device,
        Generator = GeneratorKind.UNet(7, ScalingKind.Upsample),
        Ngf = 32,
        Ndf = 32,
        LoadSize = Size,
        CropSize = Size,
        Steps = steps,
        SampleFreq = Math.Max(1, steps / 12),
        SaveEpochFreq = 0,
    };

    private static (PairScores Report, string Gallery) ShowHeldOut(TrainingRun run, string pictures, string gallery)
    {
        OutputPath.MakeFolder(pictures);
        var rows = new List<Picture>();
        using var translator = Translator.Open(run.Directory.Path, run.Model.Device);
        var pairs =
            AlignedFolder.Open(Path.Combine(run.Options.Data, "val"), ((Pix2PixOptions)run.Options).DataSettings(forEvaluation: true));
        var report = Evaluator.Run(translator, pairs, progress: (score, input, output, target) =>
        {
            var row = Mosaic.Row(input, output, target);
            PictureFile.Save(row, Path.Combine(pictures, score.Name + ".png"));
            rows.Add(row);
        });

        SaveGallery(rows, gallery);
        return (report, gallery);
    }

    /// <summary>Two columns of rows: wide enough to see, low enough for one screen.</summary>
    private static void SaveGallery(List<Picture> rows, string file)
    {
        var half = RowsShown / 2;
        PictureFile.Save(Mosaic.Row(Mosaic.Column([.. rows.Take(half)]), Mosaic.Column([.. rows.Skip(half).Take(half)])), file);
    }
}

using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Experiments;

/// <summary>Trains and judges the arms of an experiment one after the other. What an earlier call has done is not done again.</summary>
public sealed class ExperimentRunner(Experiment experiment, ExperimentSettings settings, Device device)
{
    /// <summary>Name of the table as JSON in the output folder.</summary>
    public const string JsonName = "table.json";

    /// <summary>Name of the table for people.</summary>
    public const string MarkdownName = "table.md";

    private const int LeastSize = 32;

    /// <summary>
    /// The ranks that share the variants; each variant is trained and evaluated by one rank. All must have access to the folder.
    /// </summary>
    public IRanks Ranks { get; init; } = new SoleRank();

    private string Data => settings.Data ?? Path.Combine(settings.Output, "data");

    private int Steps => settings.Steps ?? experiment.Steps;

    /// <summary>Told in a sentence what begins.</summary>
    public Action<string>? Say { get; init; }

    /// <summary>Trains a run to its end; the command line shows it meanwhile. By default it is trained in silence.</summary>
    public Func<TrainingRun, CancellationToken, TrainingOutcome> Train { get; init; } = (run, cancellation) =>
        run.Train(cancellation: cancellation);

    /// <summary>Runs what is left to do, and writes the table.</summary>
    /// <returns>null if it was cancelled; the same call resumes it</returns>
    /// <exception cref="OptionsException">settings are invalid, or the experiment in the folder was started with others</exception>
    /// <exception cref="DataException">the data can't be used, or hold no label maps</exception>
    /// <exception cref="RunException">a run can't be resumed or written</exception>
    public ExperimentResult? Run(CancellationToken cancellation = default)
    {
        if (settings.Size < LeastSize || !int.IsPow2(settings.Size))
        {
            throw new OptionsException($"--size must be a power of two from {LeastSize}, not {settings.Size}");
        }

        Ranks.LeaderFirst(() =>
        {
            DrawData();
            return true;
        });
        var own = experiment.Arms.Where((_, i) => i % Ranks.Count == Ranks.Rank);
        if (!Ranks.All(() => own.All(arm => Finished(arm, cancellation)), patiently: true))
        {
            return null;
        }

        var reports = experiment.Arms.Select(arm => ReportsOf(arm, cancellation)).ToList();
        var result = ExperimentResult.Of(experiment, settings with { Data = Data, Steps = Steps }, reports);
        if (!Ranks.Leads())
        {
            return result;
        }

        AtomicFile.Write(Path.Combine(settings.Output, JsonName), result.WriteJson);
        AtomicFile.Write(Path.Combine(settings.Output, MarkdownName), result.WriteMarkdown);
        return result;
    }

    /// <summary>The options of an arm.</summary>
    internal TranslationOptions OptionsOf(ExperimentArm arm) => arm.Options(settings.Size) with
    {
        Data = Data,
        Direction = settings.Direction,
        Steps = Steps,
        Seed = settings.Seed,
        Device = device.Name,
        SampleFreq = 0,
        LogFreq = 10,
        SaveEpochFreq = 0,
    };

    /// <summary>Draws the facades, unless all of them are there.</summary>
    private void DrawData()
    {
        OutputPlace.MakeFolder(settings.Output);
        if (settings.Data is not null)
        {
            return;
        }

        foreach (var (split, count, first) in new[] { ("train", settings.Pairs, 0), ("val", settings.HeldOut, settings.Pairs) })
        {
            var folder = Path.Combine(Data, split);
            if (Directory.Exists(folder) && Directory.GetFiles(folder).Length == count)
            {
                continue;
            }

            Say?.Invoke($"Drawing {count} house fronts of {settings.Size}x{settings.Size} pixels: {folder}");
            new SyntheticFacades(count, settings.Size, settings.Seed, first: (uint)first).WriteTo(folder);
        }
    }

    /// <summary>Trains and judges an arm.</summary>
    /// <returns>false if it was cancelled</returns>
    private bool Finished(ExperimentArm arm, CancellationToken cancellation) =>
        TrainArm(arm, FolderOf(arm), cancellation) && ReportsOf(arm, cancellation).Count > 0;

    private string FolderOf(ExperimentArm arm) => Path.Combine(settings.Output, arm.Name);

    private IReadOnlyList<EvaluationReport> ReportsOf(ExperimentArm arm, CancellationToken cancellation) =>
        [.. experiment.Published.Select(table => Evaluate(arm, FolderOf(arm), table.Backwards, cancellation))];

    /// <returns>false if it was cancelled</returns>
    private bool TrainArm(ExperimentArm arm, string folder, CancellationToken cancellation)
    {
        var options = OptionsOf(arm);
        var pairs = RunData.Open(
            options, (split, forEvaluation) => AlignedFolder.Open(Path.Combine(Data, split), options.DataSettings(forEvaluation)));
        var data = experiment.Paired ? pairs : pairs with { Train = new UnpairedHalves((PairSource)pairs.Train) };
        return new VariantTraining(device, Say, Train).Finish(arm.Name, folder, options, data, cancellation);
    }

    private EvaluationReport Evaluate(ExperimentArm arm, string folder, bool backwards, CancellationToken cancellation)
    {
        var output = backwards ? Path.Combine(folder, "backwards") : folder;
        if (RunEvaluation.ReadReport(output) is { Subject: { } subject, Segmentation: not null } known && subject.Step == Steps
            && subject.Data == Data)
        {
            return known;
        }

        Say?.Invoke($"Evaluating {arm.Name}{(backwards ? ", backwards" : "")}");
        var request = new EvaluationRequest { Model = folder, Data = Data, Direction = backwards ? settings.Direction.Opposite() : null,
            Output = output, Segmenter = settings.Segmenter };
        var report = RunEvaluation.Run(request, device, Say, cancellation: cancellation).Report;
        return report.Segmentation is not null
            ? report
            : throw new DataException(
                $"{Data}: holds no label maps on either side; an experiment needs a palette of flat colours to score classes");
    }
}

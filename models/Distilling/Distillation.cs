using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;
using static IlgpuGan.Models.Data.Invariant;

namespace IlgpuGan.Models.Distilling;

/// <summary>What a distillation starts from, and how much it may lose.</summary>
internal sealed record DistillationSettings
{
    [Option("The trained generator: a run's folder, a checkpoint, or zoo:NAME.", Name = "model", Values = "RUN|FILE"), Required]
    public string Teacher { get; init; } = "";

    [Option("Pairs in DIR/train and DIR/val, and in DIR/test if there are any.", Values = "DIR"), Required]
    public string Data { get; init; } = "";

    [Option(
        "Output folder of the students' runs, distill.md and student.safetensors; a distillation there is resumed.", Name = "out",
        Values = "DIR"), Required]
    public string Output { get; init; } = "";

    /// <summary>
    /// The split that decides. The scores that are reported come from another one, since the narrowest student that is good enough on a
    /// split is likely to be good by chance there, too.
    /// </summary>
    [Option(
        "Split that decides; scores are told of test, or of val if test decides, or of the half that did not decide.", Values = "NAME")]
    public string Split { get; init; } = "val";

    [Option(
        "Widths to try, from the narrowest on (default an eighth, a quarter, three eighths and half of the teacher's).", Values = "N N …",
        Least = 1)]
    public IReadOnlyList<int> Widths { get; init; } = [];

    [Option("Percent of the teacher's score that a student may lose.", Least = 0, Most = 100)]
    public double Loss { get; init; } = 5;

    [Option("Training steps of each student.", Least = 1)]
    public int Steps { get; init; } = 20_000;

    [Option("Seed of the students' weights and of the order of the pictures.")]
    public ulong Seed { get; init; } = 1;
}

/// <summary>One network of a distillation.</summary>
/// <param name="Width">channels of the first layer</param>
/// <param name="Weights">number of weights</param>
/// <param name="MultiplyAdds">of the convolutions, for one picture</param>
/// <param name="Seconds">fastest forward of one picture</param>
/// <param name="Score">on the pairs that decide</param>
/// <param name="Reported">on other pairs; null if there are none</param>
internal sealed record DistilledNetwork(
    int Width, long Weights, double MultiplyAdds, double Seconds, double Score, double? Reported = null)
{
    /// <summary>The score to tell.</summary>
    internal double Told => Reported ?? Score;
}

/// <summary>The result: <c>distill.json</c>.</summary>
/// <param name="Measure">
/// what the score is: the share of pixels whose class a segmenter finds where the pairs have label maps, otherwise MS-SSIM
/// </param>
/// <param name="Teacher">the trained generator</param>
/// <param name="Students">the trained ones, by width</param>
/// <param name="Chosen">width of the smallest that loses little enough; null if none does</param>
/// <param name="Side">side of the pictures in pixels</param>
/// <param name="Device">where the times were measured</param>
internal sealed record DistillationReport(
    string Measure, DistilledNetwork Teacher, IReadOnlyList<DistilledNetwork> Students, int? Chosen, int Side, string Device)
{
    /// <summary>The pairs that decided: <c>val</c>, or <c>half of val</c>; empty in older files.</summary>
    public string ChosenOn { get; init; } = "";

    /// <summary>The pairs that the told scores are of; null if there are no others than those that decided, and in older files.</summary>
    public string? ReportedOn { get; init; }

    /// <summary>
    /// A generator as wide as the chosen student, or as the widest if none was, trained for as many steps without the teacher; null until
    /// it is trained.
    /// </summary>
    public DistilledNetwork? Alone { get; init; }

    /// <summary>A hash of the teacher's weights; null in older files.</summary>
    public string? TeacherHash { get; init; }

    /// <summary>A hash over names and lengths of the pictures that the students learn from; null in older files.</summary>
    public string? DataHash { get; init; }

    /// <summary>Training steps of each student; null in older files.</summary>
    public long? Steps { get; init; }

    /// <summary>Seed of the students; null in older files.</summary>
    public ulong? Seed { get; init; }

    /// <summary>What the student owes to its teacher: how much more it scores than that generator.</summary>
    public double? TeacherGains => Alone is null ? null : Students.First(s => s.Width == Alone.Width).Told - Alone.Told;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true,
    };

    public string ToJson() => JsonSerializer.Serialize(this, s_json) + "\n";

    /// <summary>The report in a file; null if the file holds none.</summary>
    /// <exception cref="IOException">the file can't be read</exception>
    public static DistillationReport? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<DistillationReport>(Disk.ReadText(path), s_json) is { Students: not null } report
                ? report
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string ToMarkdown()
    {
        var splits = ReportedOn is null
            ? $"There are no other pairs than those that decide, {ChosenOn}: the student's score is likely to be a little too good."
            : $"By {ChosenOn} the width is chosen; what is lost is told of {ReportedOn}.";
        var text = new StringBuilder($"Pictures of {Side} pixels, on {Device}; the score is {Measure}. {splits}\n\n");
        string[] scores = ReportedOn is null ? [ChosenOn] : [ChosenOn, ReportedOn];
        List<string[]> rows = [["generator", "weights", "multiply-adds", "fewer", "ms", .. scores, "lost"]];
        rows.Add(Row("teacher", Teacher));
        rows.AddRange(Students.Select(student => Row(student.Width == Chosen ? "**student**" : "student", student)));
        if (Alone is not null)
        {
            rows.Add(Row("without a teacher", Alone));
        }

        MarkdownTable.Append(text, rows);
        if (Alone is not null && TeacherGains is { } gain)
        {
            var alone = $"trained for as many steps without it, the same generator scores {Text($"{Alone.Told:0.0000}")}";
            text.Append(gain > 0
                ? $"\nThe teacher gains {Text($"{gain:0.0000}")}: {alone}.\n"
                : $"\nThe teacher gains nothing: {alone}, the student {Text($"{Alone.Told + gain:0.0000}")}; it is in " +
                    $"{Distillation.FolderOf(Alone.Width, isTaught: false)}.\n");
        }

        return text.ToString();

        string[] Row(string name, DistilledNetwork network) =>
        [
            $"{name}, width {network.Width}", Text($"{network.Weights:#,0}"), Text($"{network.MultiplyAdds / 1e6:#,0.0} M"),
            network == Teacher ? "" : Text($"{Teacher.MultiplyAdds / network.MultiplyAdds:0.0}×"), Text($"{network.Seconds * 1e3:0.00}"),
            Text($"{network.Score:0.0000}"), .. ReportedOn is null ? (string[])[] : [Text($"{network.Reported:0.0000}")],
            network == Teacher ? "" : Teacher.Told > 0 ? Text($"{100 * (1 - (network.Told / Teacher.Told)):0.0} %") : "–",
        ];
    }
}

/// <summary>
/// Makes a trained generator small: trains narrower ones that imitate it, from the narrowest on, until one loses little enough of its score
/// on held-out pairs, and tells the scores of other pairs; then one as wide without the teacher, to tell what that gains (after GAN
/// Compression, Li et al. 2020, whose search over widths shares weights; here each student is trained).
/// </summary>
/// <param name="settings">the teacher and the bounds</param>
/// <param name="device">the device to train and measure on</param>
internal sealed class Distillation(DistillationSettings settings, Device device)
{
    /// <summary>Forwards that are timed.</summary>
    private const int TimedForwards = 20;

    public Action<string>? Say { get; init; }

    /// <summary>Trains a run to its end.</summary>
    public Func<TrainingRun, CancellationToken, TrainingOutcome> Train { get; init; } = (run, stop) => run.Train(cancellationToken: stop);

    /// <summary>The weights of the student: 16-bit convolutions in safetensors.</summary>
    public string Student => Path.Combine(settings.Output, "student.safetensors");

    public string Json => Path.Combine(settings.Output, "distill.json");

    public string Markdown => Path.Combine(settings.Output, "distill.md");

    /// <summary>Trains students until one is good enough, and writes results and weights.</summary>
    /// <returns>null if it was cancelled</returns>
    /// <exception cref="OptionsException">the teacher's family has no students, or a width is not smaller than the teacher's</exception>
    /// <exception cref="RunException">there is no such teacher, or the folder holds the results of another distillation</exception>
    /// <exception cref="PictureException">pictures are missing or can't be used</exception>
    public DistillationReport? Run(CancellationToken cancellation = default)
    {
        var students = Students();
        var widths = settings.Widths.Count > 0
            ? settings.Widths.Order().ToList()
            : [.. Enumerable.Range(1, 4).Select(eighths => students.TeacherWidth * eighths / 8).Where(width => width > 0)];
        if (widths.Exists(width => width >= students.TeacherWidth))
        {
            throw new OptionsException(
                $"a student of width {widths[^1]} is no smaller than its teacher, whose width is {students.TeacherWidth}");
        }

        var folder = Path.Combine(settings.Output, "teacher");
        var options = students.OfWidth(widths[0]) with { Data = settings.Data };
        var (deciding, telling) = Pairs(options);
        var teacherHash = TeacherHash();
        var dataHash = DataFingerprint.Of(FamilyCatalog.Of(options).OpenData(options, "train"), settings.Data);
        RequireOwnResults(teacherHash, dataHash, widths);
        var (teacher, measure) = Measured(settings.Teacher, students.TeacherWidth, students, folder);
        List<DistilledNetwork> trained = [];
        DistillationReport? report = null;
        foreach (var width in widths.TakeWhile(_ => report?.Chosen is null))
        {
            if (Trained(width, isTaught: true) is not { } run)
            {
                return null;
            }

            trained.Add(Measured(run, width, students, run).Network);
            var isGood = trained[^1].Score >= (1 - (settings.Loss / 100)) * teacher.Score;
            report = new DistillationReport(measure, teacher, [.. trained], isGood ? width : null, students.Side, device.Description)
            {
                ChosenOn = deciding.Name, ReportedOn = telling?.Name,
                TeacherHash = teacherHash, DataHash = dataHash, Steps = settings.Steps, Seed = settings.Seed,
            };
            Write(report);
            Export(run);
        }

        var last = trained[^1].Width;
        if (Trained(last, isTaught: false) is not { } alone)
        {
            return null;
        }

        report = report! with { Alone = Measured(alone, last, students, alone).Network };
        Write(report);
        return report;

        string? Trained(int width, bool isTaught)
        {
            var own = (isTaught ? students.OfWidth(width) : students.Untaught(width)) with
            {
                Data = settings.Data, Steps = settings.Steps, Seed = settings.Seed,
            };
            var name = isTaught ? $"a student of width {width}" : $"a generator of width {width} without a teacher, to compare";
            var run = Path.Combine(settings.Output, FolderOf(width, isTaught));
            return new VariantTraining(device, Say, Train).Finish(name, run, own, cancellation) ? run : null;
        }

        (DistilledNetwork Network, string Measure) Measured(string model, int width, StudentSpec spec, string folder)
        {
            var (score, measure) = Scored(model, deciding, folder, cancellation);
            var told = telling is null ? (double?)null : Scored(model, telling, Path.Combine(folder, "reported"), cancellation).Score;
            return (Timed(model, width, spec) with { Score = score, Reported = told }, measure);
        }
    }

    /// <summary>The folder of a run in that of the results.</summary>
    internal static string FolderOf(int width, bool isTaught) => $"width-{width}{(isTaught ? "" : "-alone")}";

    /// <summary>
    /// The pairs that decide, and those whose scores are told: of the split <c>test</c>, or <c>val</c> if that is the one that decides.
    /// Without it, the pairs of the split that decides take turns.
    /// </summary>
    private (HeldOutPairs Deciding, HeldOutPairs? Telling) Pairs(TrainingOptions options)
    {
        var family = FamilyCatalog.Of(options);
        var other = settings.Split == "test" ? "val" : "test";
        if (family.HasSplit(options, other))
        {
            return (new(settings.Split, settings.Split, null), new(other, other, null));
        }

        return family.OpenData(options, settings.Split, forEvaluation: true).Count < 2
            ? (new(settings.Split, settings.Split, null), null)
            : (new($"half of {settings.Split}", settings.Split, (0, 2)), new("its other half", settings.Split, (1, 2)));
    }

    private string TeacherHash()
    {
        using var file = NetworkFile.Open(settings.Teacher);
        using var network = file.Networks.First(stored => stored.IsGenerator).Load(device);
        return WeightsHash.Of(network);
    }

    /// <summary>
    /// Refuses a folder whose results would be replaced by those of another distillation. What older results are of, their runs say.
    /// Another split or another bound is none: it measures the same students again.
    /// </summary>
    /// <exception cref="RunException">
    /// they are of another teacher or of other pictures, nothing says of which teacher, or they are no distillation's at all
    /// </exception>
    /// <exception cref="OptionsException">they are of students of more steps, of another seed or of other widths</exception>
    private void RequireOwnResults(string teacher, string? data, List<int> widths)
    {
        const string wayOn = "choose another --out";
        if (!File.Exists(Json))
        {
            if (new[] { Student, Markdown }.FirstOrDefault(File.Exists) is { } own)
            {
                throw new RunException($"{own}: is no result of a distillation, since {Path.GetFileName(Json)} is missing; {wayOn}");
            }

            return;
        }

        var earlier = DistillationReport.Read(Json) ?? throw new RunException($"{Json}: is no result of a distillation; {wayOn}");
        var run = earlier.Students.Select(student => Path.Combine(settings.Output, FolderOf(student.Width, isTaught: true)))
            .Select(folder => Checkpoint.TryRead(new RunDirectory(folder).Latest)).FirstOrDefault(read => read is not null);
        var at = run?.Position;
        if (earlier.TeacherHash is null && run is null)
        {
            throw new RunException($"{Json}: does not say which teacher it is of, and no run of its students can be read; {wayOn}");
        }

        if ((earlier.TeacherHash ?? at?.Teacher ?? teacher) != teacher)
        {
            throw new RunException($"{Json}: is of another teacher, or of the same before it was trained further; {wayOn}");
        }

        if ((earlier.DataHash ?? (at is { LeftOut: null } ? at.Data : null) ?? data) != data)
        {
            throw new RunException($"{Json}: is of students of other pictures than {settings.Data} holds now; {wayOn}");
        }

        if ((earlier.Steps ?? at?.Step) is { } steps && steps > settings.Steps)
        {
            throw new OptionsException($"{Json}: its students took {steps} steps, more than the {settings.Steps} asked for; {wayOn}");
        }

        if ((earlier.Seed ?? run?.Options.Seed) is { } seed && seed != settings.Seed)
        {
            throw new OptionsException($"{Json}: its students have --seed {seed}, not {settings.Seed}; {wayOn}");
        }

        if (earlier.Students.FirstOrDefault(student => !widths.Contains(student.Width)) is { } other)
        {
            throw new OptionsException(
                $"{Json}: has a student of width {other.Width}, which is not among those tried now; add it, or {wayOn}");
        }
    }

    private void Write(DistillationReport report)
    {
        AtomicFile.WriteText(Json, report.ToJson());
        AtomicFile.WriteText(Markdown, report.ToMarkdown());
    }

    private StudentSpec Students()
    {
        using var file = NetworkFile.Open(settings.Teacher);
        return (file.Networks.FirstOrDefault(network => network.IsGenerator) is { Options: PictureOptions options, Generator: { } spec }
                ? FamilyCatalog.Students(options.Towards(spec.Direction), settings.Teacher)
                : null)
            ?? throw new OptionsException($"{settings.Teacher}: only a U-Net or ResNet from one picture to another can be distilled");
    }

    /// <summary>Evaluates a generator on held-out pairs.</summary>
    /// <param name="model">the run or file</param>
    /// <param name="folder">folder of its <c>evaluation.json</c></param>
    private (double Score, string Measure) Scored(string model, HeldOutPairs pairs, string folder, CancellationToken cancellation)
    {
        var request = new EvaluationRequest
        {
            Model = model, Data = settings.Data, Split = pairs.Split, Part = pairs.Part, Output = folder, SegmenterFolder = settings.Output,
        };
        var report = RunEvaluation.Run(request, device, Say, cancellation: cancellation).Said(Say);
        return report.Segmentation is { } classes
            ? (classes.Outputs.PixelAccuracy, "the share of pixels whose class a segmenter finds")
            : (report.Mean?.MsSsim ?? throw new PictureException(
                $"{settings.Data}: holds no pairs to measure by, of {MultiScaleSimilarity.Window} pixels a side or more"), "MS-SSIM");
    }

    private DistilledNetwork Timed(string model, int width, StudentSpec spec)
    {
        using var file = NetworkFile.Open(model);
        var network = (Layer)file.Networks.First(stored => stored.IsGenerator).Load(device);
        using var forward = BenchStep.OfInference(network, spec.Side, device, spec.Channels);
        var times = StepTimes.Measure(forward.Run, device, TimedForwards, warmup: 4);
        return new DistilledNetwork(width, network.ParameterCount, times.Flops / 2.0, times.Seconds.Min(), Score: 0);
    }

    /// <summary>Held-out pairs, a split or a part of it.</summary>
    private sealed record HeldOutPairs(string Name, string Split, (int Number, int Parts)? Part);

    private void Export(string run)
    {
        using var teacher = NetworkFile.Open(settings.Teacher);
        using var file = NetworkFile.Open(run);
        var stored = file.Networks.First(network => network.IsGenerator);
        var longSide = teacher.Networks.First(network => network.IsGenerator).Description?.LongSide;
        NetworkExporter.ToSafetensors(
            stored.Load(device), Student, new ExportSettings { Half = true, Metadata = ExportMetadata.Of(run, [stored], longSide) });
    }
}

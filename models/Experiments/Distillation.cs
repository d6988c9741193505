using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Experiments;

/// <summary>What a distillation starts from, and how much it may lose.</summary>
internal sealed record DistillationSettings
{
    /// <summary>A run or a file with the trained generator.</summary>
    public required string Teacher { get; init; }

    /// <summary>Pairs, in <c>train</c> and in the split.</summary>
    public required string Data { get; init; }

    /// <summary>Folder of the students' runs and of the results; an interrupted distillation there is resumed.</summary>
    public required string Output { get; init; }

    /// <summary>The split that decides.</summary>
    public string Split { get; init; } = "val";

    /// <summary>Widths of the students' first layers; empty for an eighth, a quarter, three eighths and half of the teacher's.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [];

    /// <summary>Share of the teacher's score that the student may lose.</summary>
    public double MostLoss { get; init; } = 0.05;

    /// <summary>Training steps of each student.</summary>
    public long Steps { get; init; } = 20_000;

    public ulong Seed { get; init; } = 1;
}

/// <summary>One network of a distillation.</summary>
/// <param name="Width">channels of the first layer</param>
/// <param name="Weights">number of weights</param>
/// <param name="MultiplyAdds">of the convolutions, for one picture</param>
/// <param name="Seconds">fastest forward of one picture</param>
/// <param name="Score">on the held-out pairs</param>
internal sealed record DistilledNetwork(int Width, long Weights, double MultiplyAdds, double Seconds, double Score);

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
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true,
    };

    public string ToJson() => JsonSerializer.Serialize(this, s_json) + "\n";

    public string ToMarkdown()
    {
        var text = new StringBuilder($"Pictures of {Side} pixels, on {Device}; the score is {Measure}.\n\n");
        List<string[]> rows = [["generator", "weights", "multiply-adds", "fewer", "ms", "score", "lost"]];
        rows.Add(Row("teacher", Teacher));
        rows.AddRange(Students.Select(student => Row(student.Width == Chosen ? "**student**" : "student", student)));
        MarkdownTable.Append(text, rows);
        return text.ToString();

        string[] Row(string name, DistilledNetwork network) =>
        [
            $"{name}, width {network.Width}", Text($"{network.Weights:#,0}"), Text($"{network.MultiplyAdds / 1e6:#,0.0} M"),
            network == Teacher ? "" : Text($"{Teacher.MultiplyAdds / network.MultiplyAdds:0.0}×"), Text($"{network.Seconds * 1e3:0.00}"),
            Text($"{network.Score:0.0000}"), network == Teacher ? "" : Text($"{100 * (1 - (network.Score / Teacher.Score)):0.0} %"),
        ];

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>
/// Makes a trained generator small: trains narrower ones that imitate it, from the narrowest on, until one loses little enough of its score
/// on held-out pairs (after GAN Compression, Li et al. 2020, whose search over widths shares weights; here each student is trained).
/// </summary>
/// <param name="settings">the teacher and the bounds</param>
/// <param name="device">the device to train and measure on</param>
internal sealed class Distillation(DistillationSettings settings, Device device)
{
    /// <summary>Forwards that are timed.</summary>
    private const int Timed = 20;

    public Action<string>? Say { get; init; }

    /// <summary>Trains a run to its end.</summary>
    public Func<TrainingRun, CancellationToken, TrainingOutcome> Train { get; init; } = (run, stop) => run.Train(cancellation: stop);

    /// <summary>The weights of the student: 16-bit convolutions in safetensors.</summary>
    public string Student => Path.Combine(settings.Output, "student.safetensors");

    public string Json => Path.Combine(settings.Output, "distill.json");

    public string Markdown => Path.Combine(settings.Output, "distill.md");

    /// <summary>Trains students until one is good enough, and writes results and weights.</summary>
    /// <returns>null if it was cancelled</returns>
    /// <exception cref="OptionsException">the teacher's family has no students, or a width is not smaller than the teacher's</exception>
    /// <exception cref="RunException">there is no such teacher</exception>
    /// <exception cref="DataException">pictures are missing or can't be used</exception>
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
        var (teacher, measure) = Measured(settings.Teacher, students.TeacherWidth, students, folder, cancellation);
        List<DistilledNetwork> trained = [];
        DistillationReport? report = null;
        foreach (var width in widths.TakeWhile(_ => report?.Chosen is null))
        {
            var run = Path.Combine(settings.Output, $"width-{width}");
            var options = students.OfWidth(width) with { Data = settings.Data, Steps = settings.Steps, Seed = settings.Seed };
            if (!new VariantTraining(device, Say, Train).Finish($"a student of width {width}", run, options, cancellation))
            {
                return null;
            }

            trained.Add(Measured(run, width, students, run, cancellation).Network);
            var isGood = trained[^1].Score >= (1 - settings.MostLoss) * teacher.Score;
            report = new DistillationReport(measure, teacher, [.. trained], isGood ? width : null, students.Side, device.Description);
            AtomicFile.WriteText(Json, report.ToJson());
            AtomicFile.WriteText(Markdown, report.ToMarkdown());
            Export(run);
        }

        return report;
    }

    private StudentSpec Students()
    {
        using var file = NetworkFile.Open(settings.Teacher);
        var generator = file.Networks.FirstOrDefault(network => network.IsGenerator);
        return (generator is null ? null : FamilyCatalog.Students(generator.Options, settings.Teacher))
            ?? throw new OptionsException($"{settings.Teacher}: only a U-Net or ResNet from one picture to another can be distilled");
    }

    /// <summary>Evaluates a generator on the held-out pairs, and times it.</summary>
    /// <param name="model">the run or file</param>
    /// <param name="folder">folder of its <c>evaluation.json</c></param>
    private (DistilledNetwork Network, string Measure) Measured(
        string model, int width, StudentSpec spec, string folder, CancellationToken cancellation)
    {
        var request = new EvaluationRequest
        {
            Model = model, Data = settings.Data, Split = settings.Split, Output = folder, SegmenterFolder = settings.Output,
        };
        var report = RunEvaluation.Run(request, device, Say, cancellation: cancellation).Report;
        var (score, measure) = report.Segmentation is { } classes
            ? (classes.Outputs.PixelAccuracy, "the share of pixels whose class a segmenter finds")
            : (report.Mean?.MsSsim ?? throw new DataException($"{settings.Data}: holds no pairs to measure by"), "MS-SSIM");
        using var file = NetworkFile.Open(model);
        var network = (Layer)file.Networks.First(stored => stored.IsGenerator).Load(device);
        using var forward = BenchStep.OfInference(network, spec.Side, device, spec.Channels);
        var times = StepTimes.Measure(forward.Run, device, Timed, warmup: 4);
        return (new DistilledNetwork(width, network.ParameterCount, times.Flops / 2.0, times.Seconds.Min(), score), measure);
    }

    private void Export(string run)
    {
        using var file = NetworkFile.Open(run);
        var stored = file.Networks.First(network => network.IsGenerator);
        NetworkExporter.ToSafetensors(
            stored.Load(device), Student, new ExportSettings { Half = true, Metadata = ExportMetadata.Of(run, stored) });
    }
}

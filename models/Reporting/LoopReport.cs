using System.Diagnostics;
using System.Text.Json;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Reporting;

/// <summary>
/// The reports of a custom training loop: <c>log.jsonl</c>, pictures in <c>samples/</c>, TensorBoard events in <c>tensorboard/</c>, and
/// <c>report.html</c>, in one folder. A loop that resumes from a checkpoint continues the existing files, and discards entries of later
/// steps. For one thread at a time.
/// </summary>
public sealed class LoopReport : IDisposable
{
    private readonly string _folder;
    private readonly string _title;
    private readonly List<LogEntry> _log = [];
    private readonly List<ReportSample> _samples = [];
    private readonly TensorBoardWriter _events;
    private readonly Stopwatch? _clock;

    /// <param name="folder">the folder, created if missing</param>
    /// <param name="title">title of the page</param>
    /// <param name="step">steps taken so far: those of the checkpoint, or 0 for a new training</param>
    /// <exception cref="IOException">the folder can't be written to</exception>
    public LoopReport(string folder, string title, long step = 0)
    {
        (_folder, _title) = (folder, title);
        OutputPath.MakeFolder(SamplesFolder);
        OutputPath.RequireFile(PageFile);
        if (File.Exists(LogFile))
        {
            _log.AddRange(LogEntry.ReadFile(LogFile).Where(e => e.Step <= step));
            AtomicFile.WriteText(LogFile, string.Concat(_log.Select(Line)));
        }

        _samples.AddRange(Directory.GetFiles(SamplesFolder, "*.png").Order(StringComparer.Ordinal).Select(SampleOf)
            .Where(s => s is not null && s.Step <= step)!);
        _events = new TensorBoardWriter(Path.Combine(folder, "tensorboard"), step > 0 ? step + 1 : 0);
        _clock = step > 0 ? null : Stopwatch.StartNew(); // The earlier time of a resumed training is unknown.
    }

    /// <summary>Settings to show on the page.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>Total number of steps; null if the training has no end.</summary>
    public long? TotalSteps { get; init; }

    /// <summary>Samples per step.</summary>
    public int BatchSize { get; init; } = 1;

    private string LogFile => Path.Combine(_folder, "log.jsonl");

    private string PageFile => Path.Combine(_folder, "report.html");

    private string SamplesFolder => Path.Combine(_folder, "samples");

    /// <summary>Logs the losses of a step.</summary>
    /// <param name="step">steps taken</param>
    /// <param name="epoch">epoch of the step, from 1</param>
    /// <param name="learningRate">learning rate of the step</param>
    /// <param name="seconds">wall time of the step</param>
    /// <param name="losses">names and values; losses whose names begin with <c>D_</c> share a chart</param>
    public void Log(long step, double epoch, double learningRate, double seconds, params IReadOnlyList<Loss> losses)
    {
        var entry = new LogEntry(step, epoch, [.. losses.Select(l => KeyValuePair.Create(l.Name, (double)l.Value))], learningRate, seconds);
        _log.Add(entry);
        File.AppendAllText(LogFile, Line(entry));
        _events.Scalars(
            step, [.. entry.Losses.Select(l => KeyValuePair.Create("loss/" + l.Key, l.Value)), new("learning_rate", learningRate)]);
    }

    /// <summary>Writes a picture to <c>samples/</c>, for the page and TensorBoard.</summary>
    /// <param name="step">steps taken</param>
    /// <param name="picture">the picture, such as a <see cref="Mosaic.Grid"/> of a batch</param>
    /// <param name="name">name of this series of pictures, one word: <c>grid</c></param>
    public void Sample(long step, Picture picture, string name = "grid")
    {
        var path = Path.Combine(SamplesFolder, Invariant.Text($"step{step:D8}-{name}.png"));
        PictureFile.Save(picture, path);
        _samples.Add(new ReportSample(step, name, path));
        var encoded = Disk.ReadBytes(path);
        var info = ImageFile.Identify(encoded);
        _events.Image(step, $"samples/{name}", info.Width, info.Height, info.Channels, encoded);
    }

    /// <summary>Writes <c>report.html</c> with the current state.</summary>
    public void WritePage(bool finished = false)
    {
        ReportPage.Write(
            new RunReport { Title = _title, Log = _log, Samples = _samples, Options = Options, TotalSteps = TotalSteps,
                BatchSize = BatchSize, Finished = finished,
                Time = TrainingTime.Of(_log.Count > 0 ? _log[^1].Step : 0, _clock?.Elapsed.TotalSeconds ?? 0) },
            PageFile);
    }

    public void Dispose() => _events.Dispose();

    /// <summary>NaN and infinity are no JSON numbers and are written as strings.</summary>
    private static string Line(LogEntry entry)
    {
        var fields = new Dictionary<string, object> { ["step"] = entry.Step, ["epoch"] = entry.Epoch };
        foreach (var (name, value) in entry.Losses)
        {
            fields[name] = double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);
        }

        (fields["lr"], fields["seconds"]) = (entry.LearningRate, Math.Round(entry.Seconds, 4));
        return JsonSerializer.Serialize(fields) + "\n";
    }

    private static ReportSample? SampleOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name.StartsWith("step", StringComparison.Ordinal) && name.Split('-', 2) is [var number, var kind]
            && long.TryParse(number["step".Length..], CultureInfo.InvariantCulture, out var step)
            ? new ReportSample(step, kind, path)
            : null;
    }
}

namespace IlgpuGan.Models.Reporting;

/// <summary>The data of a run's report.</summary>
internal sealed record RunReport
{
    public required string Title { get; init; }

    /// <summary>Logged steps in order.</summary>
    public required IReadOnlyList<LogEntry> Log { get; init; }

    /// <summary>Sample pictures in order of creation.</summary>
    public IReadOnlyList<ReportSample> Samples { get; init; } = [];

    /// <summary>Option names as on the command line, with dashes, and values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>The command that repeats the training, with the options that differ from the defaults; null for a custom loop.</summary>
    public string? Command { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Metrics of an evaluation, with their baselines if any.</summary>
    public IReadOnlyList<ReportMetric> Metrics { get; init; } = [];

    /// <summary>The pictures of <see cref="Metrics"/>: <c>train of facades, 32x32, AtoB, 12 pictures</c>; null if unknown.</summary>
    public string? EvaluatedOn { get; init; }

    /// <summary>Steps taken when <see cref="Metrics"/> were measured; null if unknown.</summary>
    public long? EvaluatedStep { get; init; }

    /// <summary>Files of the held-out pictures with the worst and the best scores.</summary>
    public IReadOnlyList<string> Sheets { get; init; } = [];

    /// <summary>Damaged files that the training leaves out.</summary>
    public IReadOnlyList<LeftOutFile> LeftOut { get; init; } = [];

    /// <summary>What could not be read of the run, a sentence each: the report shows the rest.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Step of the latest checkpoint; 0 if unknown.</summary>
    public long SavedStep { get; init; }

    /// <summary>Duration of the training; null if unknown.</summary>
    public TrainingTime? Time { get; init; }

    /// <summary>Steps known to have been taken; a run may be stopped between two logged steps.</summary>
    public long Step => Math.Max(SavedStep, Log.Count > 0 ? Log[^1].Step : 0);

    /// <summary>Total number of steps; null if the run has no end.</summary>
    public long? TotalSteps { get; init; }

    /// <summary>For headings: <see cref="EvaluatedOn"/>, or what a run evaluates on while it trains.</summary>
    internal string EvaluatedOnText => EvaluatedOn ?? "held-out pictures";

    /// <summary>The steps taken, with the total if known.</summary>
    internal string StepText => TotalSteps is { } total ? $"{Step} of {total}" : $"{Step}";

    /// <summary>Pictures per step; an epoch's last step has those that are left.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Pictures per epoch, which may be fewer than those of a batch; null if unknown.</summary>
    public int? PicturesPerEpoch { get; init; }

    /// <summary>Pictures shown per second of <see cref="Time"/>; null if that is.</summary>
    internal double? ImagesPerSecond => Time is { } time ? ShownIn(time.Steps) / time.Seconds : null;

    public bool Finished { get; init; }

    /// <summary>Whether nobody takes the steps that are left.</summary>
    public bool Stopped { get; init; }

    /// <summary>Whether the samples are made from pictures of the training, since nothing is held out.</summary>
    public bool ShowsTrainingPictures { get; init; }

    /// <summary>The kind of the adversarial loss, by its name on the command line; null if the training has no such choice.</summary>
    internal string? GanMode => Options.FirstOrDefault(o => o.Key == "--gan-mode").Value;

    /// <summary>Whether the discriminators are critics, whose scores have no fixed scale: near 0 they say nothing.</summary>
    internal bool HasCritic => GanMode == "wgangp" || Options.Any(o => o.Key == "--critic");

    /// <summary>Heading of the samples.</summary>
    internal string SamplesHeading => ShowsTrainingPictures ? "Samples from the training pictures" : "Samples";

    private double ShownIn(long steps)
    {
        var samples = PicturesPerEpoch ?? BatchSize;
        var (epochs, rest) = Math.DivRem(steps, Math.Max(1, (samples + BatchSize - 1L) / BatchSize));
        return ((double)epochs * samples) + ((double)rest * BatchSize);
    }
}

/// <summary>Wall time of a training, through all resumes: steps, samples, evaluations and checkpoints.</summary>
/// <param name="Steps">steps taken in that time, at least one</param>
/// <param name="Seconds">duration, more than 0</param>
internal sealed record TrainingTime(long Steps, double Seconds)
{
    internal double SecondsPerStep => Seconds / Steps;

    /// <summary>Null if nothing was measured, or if a damaged file holds an infinite time.</summary>
    internal static TrainingTime? Of(long steps, double seconds) =>
        steps > 0 && seconds > 0 && double.IsFinite(seconds) ? new TrainingTime(steps, seconds) : null;
}

/// <summary>A row of pictures side by side as one image file.</summary>
/// <param name="Step">step after which it was created</param>
/// <param name="Caption">names of the columns: <c>input | output | target</c></param>
/// <param name="Path">a PNG or JPEG file</param>
internal sealed record ReportSample(long Step, string Caption, string Path)
{
    /// <summary>Whether the file is there and whole: a power cut or a full disk leaves empty ones, and such as are cut short.</summary>
    internal bool IsWhole => PictureState.IsWhole(Path);

    /// <summary>The parts of the caption.</summary>
    public IReadOnlyList<string> Columns { get; } = Caption.Split('|', StringSplitOptions.TrimEntries);
}

/// <summary>A value of a metric.</summary>
/// <param name="Name">name with unit and direction: <c>PSNR (dB, higher is better)</c></param>
/// <param name="Value">value of the trained network</param>
/// <param name="Baseline">value of the baseline; null if there is none</param>
/// <param name="BaselineName">name of the baseline</param>
/// <param name="Decimals">number of decimals to show</param>
internal sealed record ReportMetric(string Name, double Value, double? Baseline = null, string? BaselineName = null, int Decimals = 4)
{
    /// <summary>The baseline as text; null if there is none.</summary>
    public string? BaselineText => Baseline is { } baseline ? Text(baseline) : null;

    /// <summary>The value as text.</summary>
    public string ValueText => Text(Value);

    private string Text(double value) => value.ToString($"F{Decimals}", CultureInfo.InvariantCulture);
}

namespace IlgpuGan.Models.Reporting;

/// <summary>The data of a run's report.</summary>
public sealed record RunReport
{
    public required string Title { get; init; }

    /// <summary>Logged steps in order.</summary>
    public required IReadOnlyList<LogEntry> Log { get; init; }

    /// <summary>Pictures in the order in which they were made.</summary>
    public IReadOnlyList<ReportSample> Samples { get; init; } = [];

    /// <summary>Names as on the command line, with their dashes, and values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>The command that trains the same anew, with what differs from the defaults; null where none does.</summary>
    public string? Command { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Measures on held-out pictures, each with its baseline if there is one.</summary>
    public IReadOnlyList<ReportMetric> Metrics { get; init; } = [];

    /// <summary>Files of the held-out pictures with the worst and the best scores.</summary>
    public IReadOnlyList<string> Sheets { get; init; } = [];

    /// <summary>Step of the latest checkpoint; 0 if no more is known than the log says.</summary>
    public long SavedStep { get; init; }

    /// <summary>How long the training took; null where nobody measured it.</summary>
    public TrainingTime? Time { get; init; }

    /// <summary>Steps known to have been taken: a run may be stopped between two that are logged.</summary>
    public long Step => Math.Max(SavedStep, Log.Count > 0 ? Log[^1].Step : 0);

    /// <summary>Steps in all; null if the run has no end.</summary>
    public long? TotalSteps { get; init; }

    /// <summary>The steps taken, of how many if that is known.</summary>
    internal string StepText => TotalSteps is { } total ? $"{Step} of {total}" : $"{Step}";

    /// <summary>Pictures a step.</summary>
    public int BatchSize { get; init; } = 1;

    public bool Finished { get; init; }
}

/// <summary>Wall time of a training, through all resumes: steps, samples, evaluations and checkpoints.</summary>
/// <param name="Steps">taken in that time, at least one</param>
/// <param name="Seconds">more than 0</param>
public sealed record TrainingTime(long Steps, double Seconds)
{
    internal double SecondsPerStep => Seconds / Steps;

    /// <summary>Null where nothing was measured.</summary>
    internal static TrainingTime? Of(long steps, double seconds) => steps > 0 && seconds > 0 ? new TrainingTime(steps, seconds) : null;
}

/// <summary>A row of pictures side by side as one image file.</summary>
/// <param name="Step">step after which it was made</param>
/// <param name="Caption">what the columns are: <c>input | output | target</c></param>
/// <param name="Path">a PNG or JPEG file</param>
public sealed record ReportSample(long Step, string Caption, string Path)
{
    /// <summary>The parts of the caption.</summary>
    public IReadOnlyList<string> Columns { get; } = Caption.Split('|', StringSplitOptions.TrimEntries);
}

/// <summary>A measured figure.</summary>
/// <param name="Name">with its unit and direction: <c>PSNR (dB, higher is better)</c></param>
/// <param name="Value">of the trained network</param>
/// <param name="Baseline">of something to beat; null if there is nothing</param>
/// <param name="BaselineName">what the baseline is</param>
/// <param name="Decimals">that are shown</param>
public sealed record ReportMetric(string Name, double Value, double? Baseline = null, string? BaselineName = null, int Decimals = 4)
{
    /// <summary>As a page shows it; null if there is nothing to beat.</summary>
    public string? BaselineText => Baseline is { } baseline ? Text(baseline) : null;

    /// <summary>As a page shows it.</summary>
    public string ValueText => Text(Value);

    private string Text(double value) => value.ToString($"F{Decimals}", CultureInfo.InvariantCulture);
}

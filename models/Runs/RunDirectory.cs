using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Runs;

/// <summary>Paths in a run's folder.</summary>
public sealed class RunDirectory(string path)
{
    private const string SamplePattern = "step????????-*.png";
    private const string NumberedName = "epoch";

    public string Path { get; } = path;

    /// <summary>The options in readable form; checkpoints hold their own copy.</summary>
    public string Options => Join(RunFileNames.Options);

    /// <summary>One line per logged step.</summary>
    public string Log => Join(RunFileNames.Log);

    public string Report => Join("report.html");

    /// <summary>Facts of the report that no other file holds.</summary>
    internal string ReportFacts => Join("report.json");

    /// <summary>Scores on held-out pictures, if the run has been evaluated.</summary>
    public string Evaluation => Join("evaluation.json");

    public string Samples => Join(RunFileNames.Samples);

    /// <summary>The generator that a student imitates, as it was when the run was started.</summary>
    internal string Teacher => Join("teacher.safetensors");

    /// <summary>Event files for TensorBoard.</summary>
    public string TensorBoard => Join(RunFileNames.TensorBoard);

    /// <summary>Held open as a lock by the program that trains the run.</summary>
    internal string LockFile => Join(".training");

    /// <summary>A file of this name stops the training, as Ctrl-C does.</summary>
    internal string StopRequest => Join(".stop");

    public string Checkpoints => Join(RunFileNames.Checkpoints);

    /// <summary>The state from which a run resumes and pictures are translated.</summary>
    public string Latest => System.IO.Path.Combine(Checkpoints, RunFileNames.Latest);

    /// <summary>The checkpoint with the best score on held-out pictures, if one is kept.</summary>
    public string Best => System.IO.Path.Combine(Checkpoints, "best.safetensors");

    /// <summary>Whether the folder holds a run, which means its first checkpoint.</summary>
    public bool Exists => RunFileNames.HoldsRun(Path);

    /// <summary>Whether the folder holds anything of a training, be it another checkpoint than the latest, or lines of a log.</summary>
    internal bool HoldsTraining => AllCheckpoints().Any() || new FileInfo(Log) is { Exists: true, Length: > 0 };

    /// <summary>A text that changes whenever a file of the run is written.</summary>
    public string State() => string.Join(' ', new[] { Options, Log, Latest, ReportFacts, Evaluation }.Select(path => new FileInfo(path))
        .Select(file => file.Exists ? $"{file.LastWriteTimeUtc.Ticks}:{file.Length}" : "-")
        .Append($"{Directory.GetLastWriteTimeUtc(Samples).Ticks}"));

    public string Numbered(long epoch) => System.IO.Path.Combine(Checkpoints, $"{NumberedName}{epoch:D4}.safetensors");

    /// <summary>The file of a row of pictures: <c>samples/step00000400-2.png</c>.</summary>
    public string Sample(long step, int row) => System.IO.Path.Combine(Samples, $"step{step:D8}-{row}.png");

    /// <summary>Numbered checkpoints, oldest first.</summary>
    public IReadOnlyList<string> AllNumbered() => [.. ByNumber().Select(numbered => numbered.File)];

    /// <summary>The same with their numbers, which rise with the steps.</summary>
    internal IEnumerable<(long Number, string File)> ByNumber() => Directory.EnumerateFiles(Checkpoints, NumberedName + "*.safetensors")
        .Select(file => (Name: System.IO.Path.GetFileNameWithoutExtension(file), File: file))
        .Select(one => (Number: long.TryParse(one.Name.AsSpan(NumberedName.Length), out var number) ? number : -1, one.File))
        .Where(numbered => numbered.Number >= 0).OrderBy(numbered => numbered.Number);

    /// <summary>All checkpoints but the latest one, also those that the user has renamed.</summary>
    internal IEnumerable<string> AllOthers() =>
        AllCheckpoints().Where(file => System.IO.Path.GetFileName(file) != RunFileNames.Latest).Order(StringComparer.Ordinal);

    /// <summary>
    /// Those that are there of the files that a run has before its first step. The lock is the first to be made and the last to be deleted:
    /// it tells the files of a start that was killed from other people's.
    /// </summary>
    internal IEnumerable<string> AllOfStart() => new[] { Log, Latest, Options, ReportFacts, Report, Teacher }
        .Concat(AllSamples().Select(sample => sample.File)).Append(LockFile).Where(File.Exists);

    /// <summary>Event files for TensorBoard, of which no run overwrites another's.</summary>
    internal IEnumerable<string> AllEvents() => Directory.Exists(TensorBoard) ? Directory.EnumerateFiles(TensorBoard) : [];

    /// <summary>The run that a checkpoint belongs to; null if the file is in no run's folder.</summary>
    internal static RunDirectory? Of(string checkpoint) =>
        System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(checkpoint)) is { } folder
        && System.IO.Path.GetFileName(folder) == RunFileNames.Checkpoints && System.IO.Path.GetDirectoryName(checkpoint) is { } typed
            ? new RunDirectory(
                System.IO.Path.GetDirectoryName(typed) is { Length: > 0 } run ? run : System.IO.Path.GetDirectoryName(folder)!)
            : null;

    /// <summary>The name of a folder, which may have dots in it, or that of a file without its ending.</summary>
    internal static string NameOf(string path)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        return Directory.Exists(full) ? System.IO.Path.GetFileName(full) : System.IO.Path.GetFileNameWithoutExtension(full);
    }

    /// <summary>Sample pictures with the step that made them, oldest first.</summary>
    internal IEnumerable<(long Step, string File)> AllSamples() =>
        (Directory.Exists(Samples) ? Directory.EnumerateFiles(Samples, SamplePattern) : []).Order(StringComparer.Ordinal)
        .Select(file => (long.TryParse(System.IO.Path.GetFileName(file).AsSpan(4, 8), out var step) ? step : -1, file))
        .Where(sample => sample.Item1 >= 0);

    /// <exception cref="RunException">the folders can't be created</exception>
    public void Create()
    {
        try
        {
            OutputPath.MakeFolder(Path);
            OutputPath.MakeFolder(Checkpoints);
            OutputPath.MakeFolder(Samples);
        }
        catch (IOException e)
        {
            throw new RunException(e.Message, e);
        }
    }

    /// <summary>To be called before a run is started or imported here.</summary>
    /// <exception cref="RunException">the folder holds a run, what is left of one, or other files that a run would overwrite</exception>
    internal void RequireNoRun()
    {
        if (HoldsTraining)
        {
            throw new RunException($"{Path}: holds a run already" + (Exists
                ? $"; resume it with --resume {ShellWord.Of(Path)}, or choose another --out"
                : $", though {Latest} is missing; choose another --out{Checkpoint.WayOn(this)}"));
        }

        if (AllOfStart().FirstOrDefault() is { } file && !File.Exists(LockFile)) // In this order: another program may be starting a run.
        {
            throw new RunException($"{file}: is of no run, and a run would overwrite it; move it, or choose another --out");
        }
    }

    /// <summary>To be called before a program begins to write here.</summary>
    /// <exception cref="IOException">a pipe or a device is in place of a file of the run, or a folder can't be read</exception>
    /// <exception cref="UnauthorizedAccessException">a folder may not be read</exception>
    internal void RequireFiles() => AllOfStart().Concat(AllCheckpoints()).ToList().ForEach(OutputPath.RequireFile);

    private IEnumerable<string> AllCheckpoints() =>
        Directory.Exists(Checkpoints) ? Directory.EnumerateFiles(Checkpoints, "*.safetensors") : [];

    private string Join(string name) => System.IO.Path.Combine(Path, name);
}

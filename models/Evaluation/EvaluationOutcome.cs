using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Evaluation;

/// <summary>
/// The report of an evaluation and its files: <c>evaluation.json</c>, <c>evaluation.csv</c>, and the sheets of the worst and the best
/// samples.
/// </summary>
internal sealed record EvaluationOutcome(EvaluationReport Report, IReadOnlyList<string> Files)
{
    /// <summary>Folder of the pictures, beside the report.</summary>
    public const string FolderName = RunFileNames.Evaluation;

    private const string TableName = "evaluation.csv";

    /// <summary>
    /// A message for each comparison that could not be made and each file that could not be written, for which the report must not be lost.
    /// </summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>The same with further <see cref="Failures"/>.</summary>
    public EvaluationOutcome And(IEnumerable<string> failures) => this with { Failures = [.. failures, .. Failures] };

    /// <summary>The report, where each of <see cref="Failures"/> is a remark.</summary>
    /// <param name="say">called with each of <see cref="Failures"/></param>
    public EvaluationReport Said(Action<string>? say)
    {
        foreach (var failure in Failures)
        {
            say?.Invoke(failure);
        }

        return Report;
    }

    /// <summary>Writes the files, each whether the others can be written or not.</summary>
    /// <param name="report">the report</param>
    /// <param name="writePictures">writes pictures to a folder that exists, and returns their paths</param>
    /// <param name="folder">folder of the files</param>
    public static EvaluationOutcome Write(EvaluationReport report, Func<string, IReadOnlyList<string>> writePictures, string folder)
    {
        var (run, files, failures) = (new RunDirectory(folder), new List<string>(), new List<string>());
        Try(() => [Text(run.Evaluation, report.ToJson() + "\n")]);
        if (failures.Count == 0 && run.Exists)
        {
            Try(() =>
            {
                DeleteEarlier(folder);
                return [];
            });
        }

        if (report.Images.Count > 0)
        {
            Try(() => [Text(Path.Combine(folder, TableName), report.ToCsv())]);
        }

        Try(() =>
        {
            var pictures = Path.Combine(folder, FolderName);
            OutputPath.MakeFolder(pictures);
            return writePictures(pictures);
        });
        return new EvaluationOutcome(report, files) { Failures = failures };

        void Try(Func<IReadOnlyList<string>> write)
        {
            try
            {
                files.AddRange(write());
            }
            catch (Exception e) when (e is IOException or PictureException or UnauthorizedAccessException)
            {
                failures.Add(e.Message);
            }
        }

        static string Text(string file, string text)
        {
            OutputPath.RequireFile(file);
            AtomicFile.WriteText(file, text);
            return file;
        }
    }

    /// <summary>
    /// Deletes an earlier evaluation's table and pictures in a run's folder: those of other data would be taken for the new evaluation's.
    /// All of them, before the new ones are written: a program that is killed here leaves none beside a report that is not theirs.
    /// </summary>
    private static void DeleteEarlier(string folder)
    {
        string[] pictures = [.. ScoreSheet.Files, .. GeneratorEvaluation.Files];
        foreach (var file in pictures.Select(name => Path.Combine(folder, FolderName, name)).Prepend(Path.Combine(folder, TableName)))
        {
            if (File.Exists(file)) // A folder of this name is the user's.
            {
                Disk.Current.Delete(file);
            }
        }
    }
}

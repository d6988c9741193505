using System.Text.Json;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Claims;

/// <summary>
/// The files of a claim's results, rewritten after each seed. The JSON file is sufficient to resume the experiment on any machine.
/// </summary>
/// <param name="Json">all results as numbers</param>
/// <param name="Csv">one line per variant, seed and measure</param>
/// <param name="Markdown">the results as a page</param>
/// <param name="Grid">outputs of the variants, as a picture: a PNG, or a JPEG where one stands already</param>
/// <param name="Begun">folder of findings for incomplete seeds, from which an experiment is resumed, too; null for that of the runs</param>
internal sealed record ClaimFiles(string Json, string Csv, string Markdown, string Grid, string? Begun = null)
{
    /// <summary>Number of seeds side by side in the grid, if variants show one picture per seed.</summary>
    private const int SeedsShown = 3;

    /// <summary>Held by a program while it reads and rewrites files of the folder; not among the results, which are committed.</summary>
    private const string LockName = ".writing";

    /// <summary>Others hold it for a second or so.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private static readonly JsonSerializerOptions s_strict =
        new(ClaimResult.Json) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Files in the experiment's output folder.</summary>
    public static ClaimFiles In(string output) => new(
        Path.Combine(output, "table.json"), Path.Combine(output, "table.csv"),
        Path.Combine(output, "table.md"), Path.Combine(output, "pictures.png"));

    /// <summary>Files in a folder with the results of several claims.</summary>
    public static ClaimFiles Of(string name, string folder)
    {
        var grid = File.Exists(Named("jpg")) ? Named("jpg") : Named("png");
        return new ClaimFiles(Named("json"), Named("csv"), Named("md"), grid, Path.Combine(folder, "begun", name));

        string Named(string ending) => Path.Combine(folder, $"{name}.{ending}");
    }

    /// <summary>A file that would be overwritten although there are no results that it belongs to; null if there is none.</summary>
    internal string? FindForeign() => File.Exists(Json) ? null : new[] { Csv, Markdown, Grid }.FirstOrDefault(File.Exists);

    /// <summary>
    /// Reads the results of the claim in its current form, and the results of its earlier forms. Results with other steps, variants,
    /// measures, differences or another setting belong to an earlier form, and are kept with the new ones.
    /// </summary>
    /// <exception cref="RunException">the file is damaged, or holds the results of another claim</exception>
    internal (IReadOnlyDictionary<ulong, IReadOnlyList<JudgedRun>> Seeds, IReadOnlyList<ClaimTrial> Tried) Read(
        Claim claim, int steps)
    {
        if (!File.Exists(Json))
        {
            return (new Dictionary<ulong, IReadOnlyList<JudgedRun>>(), []);
        }

        var stored = Parsed();
        if (stored.Family != claim.Name)
        {
            throw new RunException($"{Json}: is a result of {stored.Family}, not of {claim.Name}");
        }

        var isSame = stored.Steps == steps && stored.Setting == claim.Setting
            && stored.Variants.Select(v => v.Name).SequenceEqual(claim.Variants.Select(v => v.Name))
            && stored.Variants.All(v => v.Measures.Select(m => m.Measure).SequenceEqual(claim.Measures.Select(m => m.Name)))
            && stored.Differences.Zip(claim.Differences).All(d => IsSame(d.First, d.Second))
            && stored.Differences.Count == claim.Differences.Count;
        return isSame
            ? (stored.Seeds.Index().ToDictionary(s => s.Item, s => stored.RunsOf(s.Index)), stored.Tried ?? [])
            : (new Dictionary<ulong, IReadOnlyList<JudgedRun>>(),
                [.. stored.Tried ?? [], stored.AsTrial()]);

        // A least effect that depends on the results is part of the claim's text alone.
        static bool IsSame(DifferenceResult stored, ClaimDifference now) =>
            (stored.Better, stored.Worse, stored.Measure, stored.IsApart) == (now.Better, now.Worse, now.Measure, now.IsApart)
            && (stored.Least is null || now.LeastShare > 0 || stored.Least == now.Least);
    }

    /// <summary>The results of the claim in its current form, null if there are none, and those of its earlier forms.</summary>
    /// <inheritdoc cref="Read"/>
    internal (ClaimResult? Result, IReadOnlyList<ClaimTrial> Tried) Load(Claim claim, int steps)
    {
        var (seeds, tried) = Read(claim, steps);
        return seeds.Count == 0
            ? (null, tried)
            : (ClaimResult.Of(claim, steps, seeds) with { Tried = tried }, tried);
    }

    /// <summary>
    /// Waits until no other program reads and rewrites files of the folder, whichever claim's. Others wait until the stream is disposed.
    /// </summary>
    /// <exception cref="IOException">another program does not come to an end, or the folder can't be written to</exception>
    /// <exception cref="UnauthorizedAccessException">the folder may not be written to</exception>
    internal FileStream TakeTurn()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(Begun ?? Json))!;
        OutputPath.MakeFolder(folder);
        return FileLock.Take(Path.Combine(folder, LockName), s_patience);
    }

    /// <param name="result">the results of all seeds so far</param>
    /// <param name="shown">pictures of the seeds that are not in the files yet, by variant</param>
    internal void Write(ClaimResult result, IReadOnlyList<IReadOnlyList<(string Caption, IReadOnlyList<Picture> Pictures)>> shown)
    {
        // The JSON file is written last: if the program is stopped before, the seed's files are written again.
        OutputPath.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(Json))!);
        foreach (var (i, rows) in shown.Select(s => s.Where(row => row.Pictures.Count > 0).ToList()).Index())
        {
            WriteGrid(result.Seeds.Count - shown.Count + i, rows);
        }

        AtomicFile.WriteText(Csv, result.ToCsv());
        AtomicFile.WriteText(Markdown, result.ToMarkdown());
        AtomicFile.WriteText(Json, result.ToJson());
    }

    /// <summary>Deletes the findings of complete seeds.</summary>
    /// <param name="folders">paths relative to <see cref="Begun"/></param>
    internal void DeleteFindings(IEnumerable<string> folders)
    {
        if (Begun is null)
        {
            return;
        }

        foreach (var folder in folders.Select(f => Path.Combine(Begun, f)))
        {
            Disk.Current.DeleteFolder(folder);
        }
    }

    /// <summary>Writes the first seed's pictures; with one picture per variant, those of the next seeds are added on the right.</summary>
    private void WriteGrid(int seed, List<(string Caption, IReadOnlyList<Picture> Pictures)> rows)
    {
        var extends = seed > 0 && File.Exists(Grid);
        if (rows.Count == 0 || (extends && (seed >= SeedsShown || rows.Exists(row => row.Pictures.Count > 1))))
        {
            return;
        }

        var own = ClaimGrid.Of(rows);
        PictureFile.Save(extends ? Mosaic.Row([PictureFile.Load(Grid), own]) : own, Grid);
    }

    private Stored Parsed()
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(Disk.ReadText(Json), s_strict)
                is { Seeds.Count: > 0, Differences.Count: > 0, Variants.Count: > 0 } read
                && read.Variants.All(v => v.Measures.All(m => m.Values.Count == read.Seeds.Count))
                && (read.Machines is null or [] || read.Machines.Count == read.Seeds.Count)
                ? read
                : throw new RunException($"{Json}: is not the result of a claim, or is damaged");
        }
        catch (JsonException e)
        {
            throw new RunException($"{Json}: is not the result of a claim, or is damaged", e);
        }
    }

    /// <summary>The part of <see cref="ClaimResult.ToJson"/> that is read.</summary>
    private sealed record Stored(
        string Family, int Steps, IReadOnlyList<ulong> Seeds, string Setting, IReadOnlyList<VariantResult> Variants,
        IReadOnlyList<DifferenceResult> Differences, IReadOnlyList<ClaimTrial>? Tried = null, IReadOnlyList<ClaimMachine?>? Machines = null,
        IReadOnlyList<ConditionResult>? Conditions = null)
    {
        public ClaimTrial AsTrial() => new(Steps, Seeds, Setting, Differences) { Conditions = Conditions ?? [] };

        /// <summary>The runs of a seed, by variant. Their seconds are the mean over all seeds, which is what is stored.</summary>
        public IReadOnlyList<JudgedRun> RunsOf(int seed) =>
        [
            .. Variants.Select(v => new JudgedRun(
                v.Measures.ToDictionary(m => m.Measure, m => m.Values[seed]), v.Seconds, [],
                Machines is { Count: > 0 } ? Machines[seed] : null)),
        ];
    }
}

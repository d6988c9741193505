using System.Text.Json;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Experiments;

/// <summary>
/// The files of a claim's results, rewritten after each seed. The one with the numbers is all that a later call needs to go on, on
/// whatever machine.
/// </summary>
/// <param name="Json">all numbers</param>
/// <param name="Csv">a line for each variant, seed and measure</param>
/// <param name="Markdown">a page</param>
/// <param name="Grid">what the variants make</param>
/// <param name="Begun">
/// folder of what was found of seeds that are not complete yet, from which a later call goes on, too; null for that of the runs
/// </param>
public sealed record ClaimFiles(string Json, string Csv, string Markdown, string Grid, string? Begun = null)
{
    /// <summary>Seeds whose pictures stand beside each other in the grid, where a variant shows one picture a seed.</summary>
    private const int SeedsShown = 3;

    private static readonly JsonSerializerOptions s_strict =
        new(ClaimResult.Json) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Beside the runs, in the folder of the experiment.</summary>
    public static ClaimFiles In(string output) => new(
        Path.Combine(output, "table.json"), Path.Combine(output, "table.csv"),
        Path.Combine(output, "table.md"), Path.Combine(output, "pictures.png"));

    /// <summary>In a folder of the results of several claims.</summary>
    public static ClaimFiles Of(string name, string folder)
    {
        return new ClaimFiles(Named("json"), Named("csv"), Named("md"), Named("png"), Path.Combine(folder, "begun", name));

        string Named(string ending) => Path.Combine(folder, $"{name}.{ending}");
    }

    /// <summary>
    /// What the file has of the claim as it stands now, and what it has of the claim as it stood before: results with other steps,
    /// variants, measures or another setting are those of another claim, and stay beside the new ones.
    /// </summary>
    /// <exception cref="RunException">the file is damaged, or is the result of another claim</exception>
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
            && stored.Variants.All(v => v.Measures.Select(m => m.Measure).SequenceEqual(claim.Measures.Select(m => m.Name)));
        return isSame
            ? (stored.Seeds.Index().ToDictionary(s => s.Item, s => stored.RunsOf(s.Index)), stored.Tried ?? [])
            : (new Dictionary<ulong, IReadOnlyList<JudgedRun>>(),
                [.. stored.Tried ?? [], new(stored.Steps, stored.Seeds, stored.Setting, stored.Differences)]);
    }

    /// <param name="result">of all seeds so far</param>
    /// <param name="shown">
    /// of the seeds that it has more than the files: the pictures of each variant, those of a seed below each other
    /// </param>
    internal void Write(ClaimResult result, IReadOnlyList<IReadOnlyList<(string Caption, IReadOnlyList<Picture> Pictures)>> shown)
    {
        // The numbers come last: whoever was stopped before them computes the seed's files again, and loses nothing.
        OutputPath.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(Json))!);
        foreach (var (i, rows) in shown.Select(s => s.Where(row => row.Pictures.Count > 0).ToList()).Index())
        {
            WriteGrid(result.Seeds.Count - shown.Count + i, rows);
        }

        AtomicFile.WriteText(Csv, result.ToCsv());
        AtomicFile.WriteText(Markdown, result.ToMarkdown());
        AtomicFile.WriteText(Json, result.ToJson());
    }

    /// <summary>Deletes what was found of seeds that are complete.</summary>
    /// <param name="folders">below that of what is begun</param>
    internal void Forget(IEnumerable<string> folders)
    {
        if (Begun is null)
        {
            return;
        }

        foreach (var folder in folders.Select(f => Path.Combine(Begun, f)))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The first seed's pictures; where a variant has one alone, that of the next seeds to the right of it.</summary>
    private void WriteGrid(int seed, List<(string Caption, IReadOnlyList<Picture> Pictures)> rows)
    {
        var goesOn = seed > 0 && File.Exists(Grid);
        if (rows.Count == 0 || (goesOn && (seed >= SeedsShown || rows.Exists(row => row.Pictures.Count > 1))))
        {
            return;
        }

        var own = ClaimGrid.Of(rows);
        PictureFile.Save(goesOn ? Mosaic.Row([PictureFile.Load(Grid), own]) : own, Grid);
    }

    private Stored Parsed()
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(File.ReadAllText(Json), s_strict)
                is { Seeds.Count: > 0, Differences.Count: > 0, Variants.Count: > 0 } read
                && read.Variants.All(v => v.Measures.All(m => m.Values.Count == read.Seeds.Count))
                ? read
                : throw new RunException($"{Json}: is not the result of a claim, or is damaged");
        }
        catch (JsonException e)
        {
            throw new RunException($"{Json}: is not the result of a claim, or is damaged", e);
        }
    }

    /// <summary>What is read of <see cref="ClaimResult.ToJson"/>.</summary>
    private sealed record Stored(
        string Family, int Steps, IReadOnlyList<ulong> Seeds, string Setting, IReadOnlyList<VariantResult> Variants,
        IReadOnlyList<DifferenceResult> Differences, IReadOnlyList<ClaimTrial>? Tried = null)
    {
        /// <summary>By variant. A seed has the seconds of all: their mean is stored.</summary>
        public IReadOnlyList<JudgedRun> RunsOf(int seed) =>
            [.. Variants.Select(v => new JudgedRun(v.Measures.ToDictionary(m => m.Measure, m => m.Values[seed]), v.Seconds, []))];
    }
}

using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Claims;

/// <summary>
/// The results of all claims in one table: the paper's figures, ours with their intervals, what a constant answer or noise gets, verdict,
/// cost and picture, and what was learnt. It is written with each result.
/// </summary>
internal static class ClaimTable
{
    /// <summary>Its file in the folder of results.</summary>
    public const string FileName = "all.md";

    private const string Head = """
        # The papers' claims, tried here

        Each line is a claim of `ilgpugan experiment run NAME`. *Shown* is a gain whose 95 % interval over the seeds lies above zero and
        whose mean is at least the least effect. A value worse than that of the constant answer counts as that one. Both were stated before
        any seed was run, but for older results, whose pages name no machine. What the paper does not state is apart, without a say in the
        verdict. In small: earlier forms of the claim, by other measures, steps or arms. Minutes are processor time of all seeds on one
        thread; those of older results are wall time.
        """;

    public static void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), PageOf(folder));

    /// <summary>The file of the table in a folder that holds no results, where it is another's; null if there is none.</summary>
    public static string? FindForeign(string folder)
    {
        var file = Path.Combine(folder, FileName);
        return File.Exists(file) && !ClaimCatalogue.All.Any(c => File.Exists(ClaimFiles.Of(c.Name, folder).Json)) ? file : null;
    }

    /// <exception cref="RunException">a file of results is damaged</exception>
    public static string PageOf(string folder)
    {
        var text = new StringBuilder(Head).Append("\n\n");
        text.Append("| claim | paper | here | constant answer | verdict | minutes | picture | learnt |\n");
        text.Append("|---|---|---|---|---|---|---|---|\n");
        foreach (var claim in ClaimCatalogue.All)
        {
            text.Append("| ").AppendJoin(" | ", Row(claim, folder)).Append(" |\n");
        }

        return text.ToString();
    }

    private static string[] Row(Claim claim, string folder)
    {
        var files = ClaimFiles.Of(claim.Name, folder);
        var (result, tried) = files.Load(claim, claim.Steps);
        var page = result is null && tried.Count == 0 ? $"`{claim.Name}`" : $"[`{claim.Name}`]({claim.Name}.md)";
        var floors = claim.Measures.Where(m => m.Floor is not null && claim.Differences.Any(d => d.Measure == m.Name))
            .Select(m => $"{m.Name} {ClaimText.Number(m.Floor!.Value, m.Digits)}: {m.Floor.Of}");
        var minutes = result is null ? 0 : result.Variants.Sum(v => v.Seconds) * result.Seeds.Count / 60;
        return
        [
            $"{page}: {claim.Sentence}", claim.Source, result is null ? Stated(claim) : Gains(result), string.Join("; ", floors),
            (result is null ? "not run yet" : $"**{result.Verdict.Words()}**, {Counted.Of(result.Seeds.Count, "seed")}") + Before(tried),
            result is null ? "" : ClaimText.Number(minutes, 0),
            result is null && tried.Count == 0 ? "" : $"[{(result is null ? "before" : "picture")}]({Path.GetFileName(files.Grid)})",
            claim.Learnt,
        ];
    }

    /// <summary>Before a claim is run: the differences that will decide.</summary>
    private static string Stated(Claim claim) => string.Join("; ", claim.Differences.Where(d => !d.IsApart).Select(d =>
        $"{d.Better} over {d.Worse}, {d.Measure}: at least " + (d.LeastShare > 0
            ? d.LeastShare.ToString("P0", CultureInfo.InvariantCulture)
            : d.Least.ToString(CultureInfo.InvariantCulture))));

    private static string Gains(ClaimResult result)
    {
        var (decide, apart) = (result.Differences.Where(d => !d.IsApart), result.Differences.Where(d => d.IsApart).ToList());
        var conditions = result.Conditions.Where(c => !c.Holds).Select(
            c => Invariant.Text($"{c.Measure} of {c.Variant} {c.Mean:0.####} instead of {c.Bound}"));
        return string.Join("; ", [.. decide.Select(result.Gain), .. conditions])
            + (apart.Count == 0 ? "" : $". Apart: {string.Join("; ", apart.Select(result.Gain))}");
    }

    private static string Before(IReadOnlyList<ClaimTrial> tried) => tried.Count == 0 ? "" :
        $"<br><sub>before: {string.Join("; ", tried.Select(t =>
            $"{t.Verdict.Words()}, {Counted.Of(t.Seeds.Count, "seed")} from {t.Seeds[0]}"))}</sub>";
}

using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuGan.Models.Experiments;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>The page that has all families side by side says of each what the catalogue and the results of its claim say.</summary>
public sealed partial class FamiliesPageTests
{
    private const string NotRun = "not run yet";
    private const string NoClaim = "no claim of its own";
    private const string NoPicture = "none yet";

    private static readonly string s_models = Path.Combine(Sources.Root, "models");
    private static readonly string s_results = Path.Combine(s_models, "Experiments", "results");
    private static readonly string[] s_lines = File.ReadAllLines(Path.Combine(s_models, "Families", "README.md"));
    private static readonly Dictionary<string, string[]> s_walk = Rows("| family | what is new |");
    private static readonly Dictionary<string, string[]> s_shown = Rows("| family | claim |");

    private static IEnumerable<string> Claims => ClaimCatalogue.All.Select(c => c.Name);

    private static IEnumerable<string> Names => FamilyCatalog.All.Select(f => f.Info.Name);

    [Test]
    public void NoFamilyIsMissingAndNoneIsForeign()
    {
        var titles = FamilyCatalog.All.Select(f => f.Info.Title).ToList();
        Assert.That(s_walk.Keys, Is.EquivalentTo(titles));
        Assert.That(
            s_shown.Keys, Is.EqualTo(s_walk.Keys.Select(title => FamilyCatalog.All.Single(f => f.Info.Title == title)).SelectMany(RowsOf)),
            "in the order of the walk");
    }

    /// <summary>An idea in two sentences, a formula, and a file to read.</summary>
    [TestCaseSource(nameof(Names))]
    public void EachFamilyHasItsStepOfTheWalk(string name)
    {
        var cells = s_walk[FamilyCatalog.Find(name)!.Info.Title];
        Assert.That(cells, Has.Length.EqualTo(4));
        Assert.That(SentenceEnd().Count(cells[1]), Is.EqualTo(2), $"sentences: {cells[1]}");
        Assert.That(cells[2], Is.Not.Empty);
        Assert.That(cells[3], Does.Match("^`[^`]+`$"));
        Assert.That(Path.Combine(s_models, "Families", cells[3].Trim('`')), Does.Exist);
    }

    [Test]
    public void FamiliesWithoutAClaimSaySo() => Assert.That(
        FamilyCatalog.All.Where(f => f.Claims.Count == 0).SelectMany(f => s_shown[f.Info.Title][1..5]).Distinct(),
        Is.EqualTo((string[])[NoClaim, ""]));

    /// <summary>Sentence, verdict, gains with their intervals, and what it takes to try it again.</summary>
    [TestCaseSource(nameof(Claims))]
    public void WhatCameOutIsWhatTheResultsSay(string name)
    {
        var claim = ClaimCatalogue.Find(name);
        var cells = s_shown[RowOf(FamilyCatalog.All.Single(f => f.Claims.Contains(claim)), claim)];
        Assert.That(cells, Has.Length.EqualTo(6));
        var results = Path.Combine(s_results, name);
        if (!File.Exists(results + ".json"))
        {
            Assert.That(cells[1..5], Is.EqualTo((string[])[claim.Sentence, NotRun, "", ""]));
            return;
        }

        using var result = JsonDocument.Parse(File.ReadAllText(results + ".json"));
        Assert.That(cells[1], Is.EqualTo(result.RootElement.GetProperty("sentence").GetString()));
        Assert.That(cells[2], Is.EqualTo(CameOut(result.RootElement)));
        Assert.That(cells[3], Is.EqualTo(Gains(results + ".md")));
        var seconds = result.RootElement.GetProperty("variants").EnumerateArray().Sum(v => v.GetProperty("seconds").GetDouble());
        Assert.That(cells[4], Is.EqualTo(
            (seconds * result.RootElement.GetProperty("seeds").GetArrayLength() / 60).ToString("F0", CultureInfo.InvariantCulture)));
    }

    /// <summary>That of the claim, and all pictures that begin with a family's name, are shown, and no others.</summary>
    [TestCaseSource(nameof(Names))]
    public void PicturesAreThoseThatThereAre(string name)
    {
        var family = FamilyCatalog.Find(name)!;
        var cells = RowsOf(family).Select(row => s_shown[row][5]).ToList();
        var shown = cells.SelectMany(c => Link().Matches(c)).Select(m => m.Groups[1].Value).ToList();
        var pictures = Directory.GetFiles(Path.Combine(s_models, "pictures"), "*.png").Select(Path.GetFileName)
            .Where(file => Names.Where(n => file!.StartsWith(n + "-", StringComparison.Ordinal)).MaxBy(n => n.Length) == name)
            .Select(file => $"../pictures/{file}");
        var ofClaims = family.Claims.Where(c => File.Exists(Path.Combine(s_results, $"{c.Name}.png")))
            .Select(c => $"../Experiments/results/{c.Name}.png");
        Assert.That(shown, Is.EquivalentTo(pictures.Concat(ofClaims)));
        Assert.That(
            cells.Select(c => c == NoPicture), Is.EqualTo(cells.Select(c => !Link().IsMatch(c))), $"'{NoPicture}' where there is none");
    }

    /// <summary>A family's row, or one for each of several claims.</summary>
    private static IEnumerable<string> RowsOf(Family family) =>
        family.Claims.Count == 0 ? [family.Info.Title] : family.Claims.Select(claim => RowOf(family, claim));

    private static string RowOf(Family family, Claim claim) =>
        claim.Name == family.Info.Name || family.Claims.Count == 1
            ? family.Info.Title
            : $"{family.Info.Title}: {claim.Name[(family.Info.Name.Length + 1)..]}";

    /// <summary>The verdict, then what was tried before.</summary>
    private static string CameOut(JsonElement result) =>
        $"**{Verdict(result)}**, {Seeds(result)}" + string.Concat(result.GetProperty("tried").EnumerateArray().Select(trial =>
            $"; before: {Verdict(trial)}, {Seeds(trial)} from {trial.GetProperty("seeds")[0].GetInt64()}"));

    private static string Verdict(JsonElement result) => result.GetProperty("verdict").GetString()!.Replace('-', ' ');

    private static string Seeds(JsonElement result) => Counted.Of(result.GetProperty("seeds").GetArrayLength(), "seed");

    /// <summary>Each difference with the mean gain and the interval over the seeds, from the page of the results.</summary>
    private static string Gains(string page) => string.Join("; ", File.ReadLines(page)
        .SkipWhile(line => !line.StartsWith("| difference ", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
        .Select(cells => $"{cells[0]} {cells[1]}{(cells[2].Length > 0 ? $" ({cells[2]})" : "")}"));

    /// <summary>The rows of all tables that begin like this, by their first cell.</summary>
    private static Dictionary<string, string[]> Rows(string header)
    {
        var rows = new Dictionary<string, string[]>(StringComparer.Ordinal);
        for (var i = 0; i < s_lines.Length; i++)
        {
            if (s_lines[i].StartsWith(header, StringComparison.Ordinal))
            {
                foreach (var row in s_lines.Skip(i + 2).TakeWhile(line => line.StartsWith('|')))
                {
                    string[] cells = [.. row.Trim('|').Split('|').Select(cell => cell.Trim())];
                    rows.Add(cells[0], cells);
                }
            }
        }

        return rows;
    }

    [GeneratedRegex(@"[a-z)]\.( |$)")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\(([^)]+\.png)\)")]
    private static partial Regex Link();
}

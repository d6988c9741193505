using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuGan.KernelsTests.Evaluation;
using IlgpuGan.Models.Families;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Models;

/// <summary>The page that has all families side by side says of each what the catalogue and the results of its claim say.</summary>
[TestFixture]
public sealed partial class FamiliesPageTests
{
    private const string NotRun = "not run yet";
    private const string NoClaim = "no claim of its own";
    private const string NoPicture = "none yet";

    private static readonly string s_models = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "models"));
    private static readonly string[] s_lines = File.ReadAllLines(Path.Combine(s_models, "Families", "README.md"));
    private static readonly Dictionary<string, string[]> s_walk = Rows("| family | what is new |");
    private static readonly Dictionary<string, string[]> s_shown = Rows("| family | result |");

    private static IEnumerable<string> Names => FamilyCatalog.All.Select(f => f.Info.Name);

    [Test]
    public void NoFamilyIsMissingAndNoneIsForeign()
    {
        var titles = FamilyCatalog.All.Select(f => f.Info.Title).ToList();
        Assert.That(s_walk.Keys, Is.EquivalentTo(titles));
        Assert.That(s_shown.Keys, Is.EqualTo(s_walk.Keys), "in the order of the walk");
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

    [TestCaseSource(nameof(Names))]
    public void WhatCameOutIsWhatTheResultsSay(string name)
    {
        var family = FamilyCatalog.Find(name)!;
        var cells = s_shown[family.Info.Title];
        Assert.That(cells, Has.Length.EqualTo(4));
        if (family.Claim is not { } claim)
        {
            Assert.That(cells[1], Does.StartWith(NoClaim));
            return;
        }

        var file = Path.Combine(s_models, "Experiments", "results", $"{name}.json");
        if (!File.Exists(file))
        {
            Assert.That(cells[1], Is.EqualTo(NotRun));
            return;
        }

        using var result = JsonDocument.Parse(File.ReadAllText(file));
        Assert.That(cells[1], Is.EqualTo(CameOut(result.RootElement, claim)));
        var seconds = result.RootElement.GetProperty("variants")[0].GetProperty("seconds").GetDouble();
        Assert.That(cells[3], Is.EqualTo(Number(seconds / 60, 1)));
    }

    /// <summary>All pictures that begin with a family's name are shown, and no others.</summary>
    [TestCaseSource(nameof(Names))]
    public void PicturesAreThoseThatThereAre(string name)
    {
        var cell = s_shown[FamilyCatalog.Find(name)!.Info.Title][2];
        var shown = Link().Matches(cell).Select(m => m.Groups[1].Value).ToList();
        var pictures = Directory.GetFiles(Path.Combine(s_models, "pictures"), "*.png").Select(Path.GetFileName)
            .Where(file => Names.Where(n => file!.StartsWith(n + "-", StringComparison.Ordinal)).MaxBy(n => n.Length) == name);
        Assert.That(shown, Is.EquivalentTo(pictures));
        Assert.That(cell == NoPicture, Is.EqualTo(shown.Count == 0), $"'{NoPicture}' where there is none");
    }

    /// <summary>The verdict, each difference with the mean gain and the interval over the seeds, then what was tried before.</summary>
    private static string CameOut(JsonElement result, Claim claim)
    {
        var verdict = result.GetProperty("verdict").GetString()!.Replace('-', ' ');
        var seeds = result.GetProperty("seeds").GetArrayLength();
        var differences = result.GetProperty("differences").EnumerateArray().Select(difference =>
        {
            var measure = difference.GetProperty("measure").GetString()!;
            var digits = claim.Measures.Single(m => m.Name == measure).Digits;
            var (mean, low, high) = (Of("mean"), Of("low"), Of("high"));
            return $"{difference.GetProperty("better").GetString()} over {difference.GetProperty("worse").GetString()}, {measure} {mean}"
                + (low is null ? "" : $" ({low} to {high})");

            string? Of(string name) => difference.GetProperty("overSeeds").GetProperty(name) is { ValueKind: JsonValueKind.Number } number
                ? Signed(number.GetDouble(), digits)
                : null;
        });
        var line = $"**{verdict}**, {seeds} {(seeds == 1 ? "seed" : "seeds")}: {string.Join("; ", differences)}";
        return result.TryGetProperty("tried", out var tried) && tried.GetArrayLength() > 0
            ? $"{line}; tried before: {ClaimsTableTests.Tried(result)}"
            : line;
    }

    private static string Signed(double value, int digits) => (value < 0 ? "−" : "+") + Number(Math.Abs(value), digits);

    private static string Number(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

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

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"[a-z)]\.( |$)")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\(\.\./pictures/([^)]+)\)")]
    private static partial Regex Link();
}

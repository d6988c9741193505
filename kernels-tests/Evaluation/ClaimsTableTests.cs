using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Evaluation;

/// <summary>The table of the claims says of each what its files of results say, and what was tried before.</summary>
[TestFixture]
internal sealed class ClaimsTableTests
{
    private const string NotRun = "stated, not yet run to its length";
    private const string NothingTried = "nothing recorded";

    private static readonly string s_models = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "models"));
    private static readonly Dictionary<string, string[]> s_rows = Rows();

    private static IEnumerable<string> Names => FamilyCatalog.All.Where(f => f.Claim is not null).Select(f => f.Info.Name);

    [Test]
    public void EachClaimHasARow() =>
        Assert.That(s_rows.Keys, Is.EquivalentTo(Names.Select(n => FamilyCatalog.Find(n)!.Info.Title)));

    [TestCaseSource(nameof(Names))]
    public void TheRowSaysWhatTheFilesSay(string name)
    {
        var cells = s_rows[FamilyCatalog.Find(name)!.Info.Title];
        Assert.That(cells, Has.Length.EqualTo(4));
        var results = Path.Combine(s_models, "Experiments", "results", name);
        if (!File.Exists(results + ".json"))
        {
            Assert.That((cells[2], cells[3]), Is.EqualTo((NotRun, NothingTried)));
            Assert.That(File.Exists(results + ".md") || File.Exists(results + ".csv"), Is.False, "files without the numbers");
            return;
        }

        using var file = JsonDocument.Parse(File.ReadAllText(results + ".json"));
        var (verdict, seeds) = (Verdict(file.RootElement), Seeds(file.RootElement));
        Assert.That(cells[2], Does.StartWith($"**{verdict}**, {seeds}: "));
        Assert.That(cells[2], Does.Contain($"[table](results/{name}.md)").And.Contain($"(../pictures/{name}-claim.png)"));
        Assert.That(cells[3], Is.EqualTo(Tried(file.RootElement)));
        Assert.That(File.ReadLines(results + ".md").First(), Is.EqualTo($"# {name}: {verdict}"));
        Assert.That(Path.Combine(s_models, "pictures", $"{name}-claim.png"), Does.Exist);

        var values = File.ReadLines(results + ".csv").Skip(1).Select(line => line.Split(',')).ToDictionary(
            cells => (cells[0], cells[2], cells[1]), cells => double.Parse(cells[3], CultureInfo.InvariantCulture));
        foreach (var variant in file.RootElement.GetProperty("variants").EnumerateArray())
        {
            foreach (var measure in variant.GetProperty("measures").EnumerateArray())
            {
                Assert.That(
                    file.RootElement.GetProperty("seeds").EnumerateArray().Select(seed =>
                        values[(Text(variant, "name"), Text(measure, "measure"), $"{seed.GetInt64()}")]),
                    Is.EqualTo(measure.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())), $"{variant}");
            }
        }
    }

    /// <summary>Steps, seeds and verdict of each earlier result.</summary>
    internal static string Tried(JsonElement result) =>
        result.TryGetProperty("tried", out var tried) && tried.GetArrayLength() > 0
            ? string.Join("; ", tried.EnumerateArray().Select(trial => $"{trial.GetProperty("steps").GetInt32()} steps, {Seeds(trial)} " +
                $"from {trial.GetProperty("seeds")[0].GetInt64()}, {Verdict(trial)}"))
            : NothingTried;

    private static string Verdict(JsonElement result) => Text(result, "verdict").Replace('-', ' ');

    private static string Seeds(JsonElement result) => Counted.Of(result.GetProperty("seeds").GetArrayLength(), "seed");

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    private static Dictionary<string, string[]> Rows() =>
        File.ReadAllLines(Path.Combine(s_models, "Experiments", "README.md"))
            .SkipWhile(line => line != "| family | claim | result | tried before |").Skip(2).TakeWhile(line => line.StartsWith('|'))
            .Select(row => row.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .ToDictionary(cells => cells[0], StringComparer.Ordinal);

    private static string Here([CallerFilePath] string path = "") => path;
}

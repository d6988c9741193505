using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuGan.Claims;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>The stored results of the claims: their files agree, and a claim that was changed has seeds that it had not seen.</summary>
internal sealed class ClaimResultsTests
{
    private static readonly string s_results = Path.Combine(Sources.Root, "models", "Claims", "results");

    private static IEnumerable<string> Names => Directory.GetFiles(s_results, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!);

    [Test]
    public void AllAreOfClaims() =>
        Assert.That(
            Directory.GetFiles(s_results).Select(Path.GetFileNameWithoutExtension).Distinct(),
            Is.SubsetOf(ClaimCatalogue.All.Select(c => c.Name).Append(Path.GetFileNameWithoutExtension(ClaimTable.FileName))));

    /// <summary>The table is written with each result; after a change of a claim's text any <c>experiment run</c> writes it anew.</summary>
    [Test]
    public void TheTableIsThatOfTheResults()
    {
        var page = ClaimTable.PageOf(s_results);
        var written = Path.Combine(TestContext.CurrentContext.WorkDirectory, ClaimTable.FileName);
        File.WriteAllText(written, page);
        Assert.That(File.ReadAllText(Path.Combine(s_results, ClaimTable.FileName)), Is.EqualTo(page), $"as it should be: {written}");
    }

    /// <summary>The page of the pictures' licences names the results of photographs: of claims that draw no data.</summary>
    [Test]
    public void ResultsOfPhotographsHaveTheirLicence()
    {
        var row = File.ReadLines(Path.Combine(Sources.Root, "models", "pictures", "README.md"))
            .Single(line => line.StartsWith("| photographs and label maps ", StringComparison.Ordinal));
        var named = Regex.Matches(row[row.IndexOf("the results of", StringComparison.Ordinal)..], @"`([\w-]+-)\*`")
            .Select(match => match.Groups[1].Value).ToList();
        Assert.That(
            Names.Where(name => named.Exists(start => name.StartsWith(start, StringComparison.Ordinal))),
            Is.EquivalentTo(Names.Where(name => ClaimCatalogue.Find(name).Data is null)));
    }

    /// <summary>A claim that is not the one of its stored results begins with seeds that none of them had.</summary>
    [TestCaseSource(nameof(Names))]
    public void SeedsToComeAreUnused(string name)
    {
        var claim = ClaimCatalogue.Find(name);
        var (result, tried) = ClaimFiles.Of(name, s_results).Load(claim, claim.Steps);
        var seeds = Enumerable.Range(0, claim.Seeds).Select(i => claim.FirstSeed + (ulong)i);
        Assert.That(tried.SelectMany(t => t.Seeds).Intersect(seeds), Is.Empty);
        Assert.That(result?.Seeds ?? [], Is.SubsetOf(seeds));
    }

    /// <summary>The page that helps to choose a family says in words how long its training took in the results that it links.</summary>
    [Test]
    public void TimesToChooseByAreThoseOfTheResults()
    {
        string[] numbers = ["a", "two", "three", "four", "five", "six"];
        var compared = new List<string>();
        foreach (var row in File.ReadLines(Path.Combine(Sources.Root, "models", "Families", "choose.md")))
        {
            var time = Regex.Match(
                row, @"\b(a|two|three|four|five|six)( and a half)? minutes?\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
            if (!time.Success)
            {
                continue;
            }

            var family = Regex.Match(row, @"\| `(\w+)` \|").Groups[1].Value;
            var result = Regex.Match(row, @"results/([\w-]+)\.md").Groups[1].Value;
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_results, result + ".json")));
            var seconds = json.RootElement.GetProperty("variants").EnumerateArray().Where(v => Text(v, "name") == family)
                .Select(v => v.GetProperty("seconds").GetDouble()).ToList();
            if (seconds.Count == 0)
            {
                continue; // A result whose variants are not named by their families.
            }

            var minutes = 1 + Array.IndexOf(numbers, time.Groups[1].Value.ToLowerInvariant()) + (time.Groups[2].Success ? 0.5 : 0);
            Assert.That(seconds[0] / 60, Is.EqualTo(minutes).Within(0.5), row);
            compared.Add(family);
        }

        string[] told = ["bridge", "bicyclegan", "pix2pix", "spade", "discogan", "singan", "dcgan", "stackgan"];
        Assert.That(compared, Is.EqualTo(told));
    }

    [TestCaseSource(nameof(Names))]
    public void TheFilesAgree(string name)
    {
        var file = Path.Combine(s_results, name);
        using var json = JsonDocument.Parse(File.ReadAllText(file + ".json"));
        var verdict = Text(json.RootElement, "verdict").Replace('-', ' ');
        Assert.That(File.ReadLines(file + ".md").First(), Is.EqualTo($"# {name}: {verdict}"));
        Assert.That(ClaimFiles.Of(name, s_results).Grid, Does.Exist);
        var values = File.ReadLines(file + ".csv").Skip(1).Select(line => line.Split(',')).ToDictionary(
            cells => (cells[0], cells[2], cells[1]), cells => double.Parse(cells[3], CultureInfo.InvariantCulture));
        foreach (var trial in json.RootElement.GetProperty("tried").EnumerateArray())
        {
            Assert.That(Seeds(trial).Intersect(Seeds(json.RootElement)), Is.Empty, "a changed claim has new seeds");
        }

        foreach (var variant in json.RootElement.GetProperty("variants").EnumerateArray())
        {
            foreach (var measure in variant.GetProperty("measures").EnumerateArray())
            {
                Assert.That(
                    Seeds(json.RootElement).Select(seed => values[(Text(variant, "name"), Text(measure, "measure"), $"{seed}")]),
                    Is.EqualTo(measure.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())), $"{variant}");
            }
        }
    }

    private static IEnumerable<long> Seeds(JsonElement result) => result.GetProperty("seeds").EnumerateArray().Select(s => s.GetInt64());

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;
}

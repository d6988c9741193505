using System.Text.RegularExpressions;
using IlgpuGan.Benchmarks.Ranks;
using IlgpuGan.Cli;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>The page on several processes: all that it says can be typed.</summary>
public sealed partial class ManyProcessesPageTests : MpiCommandLine
{
    /// <summary>Options of mpirun that the page speaks of by themselves.</summary>
    private const string OfMpirun = "--bind-to";

    /// <summary>What the script does, of two choices.</summary>
    private const string Chosen = "$work";

    private static readonly string s_page = File.ReadAllText(Path.Combine(Sources.Root, "models", "many-processes.md"));

    /// <summary>What stands between fences, by its language.</summary>
    private static readonly ILookup<string, string> s_blocks =
        Fenced().Matches(s_page).ToLookup(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);

    /// <summary>What stands between single quotation marks of code, on one line.</summary>
    private static readonly List<string> s_codes =
        [.. Quoted().Matches(Fenced().Replace(s_page, "")).Select(m => m.Groups[1].Value.Replace('\n', ' '))];

    private static string SlurmScript => s_blocks["bash"].Single(block => block.StartsWith("#!", StringComparison.Ordinal));

    /// <summary>Commands with what is before <c>ilgpugan</c>; those of a script and of a manifest, too.</summary>
    private static List<string> Commands()
    {
        var choices = Choice().Matches(SlurmScript).Select(m => m.Groups[1].Value).ToList();
        var shown = s_codes.Concat(s_blocks["bash"].SelectMany(block => block.Split('\n')))
            .Where(text => text.Contains("ilgpugan ", StringComparison.Ordinal));
        return
        [
            .. shown.SelectMany(text => text.EndsWith(Chosen, StringComparison.Ordinal)
                ? choices.Select(choice => text["exec ".Length..^Chosen.Length] + choice)
                : [text]),
            .. Manifest().Matches(s_blocks["yaml"].Single()).Select(m => m.Groups[1].Value.Replace(", ", " ", StringComparison.Ordinal)
                .Replace("\"", "", StringComparison.Ordinal)),
        ];
    }

    [Test]
    public void CommandsAreUnderstood()
    {
        var commands = Commands();
        Assert.That(commands, Has.Count.GreaterThan(8));
        foreach (var command in commands)
        {
            var words = command.Split(' ');
            SiteTests.AssertUnderstood(words[(Array.IndexOf(words, "ilgpugan") + 1)..]);
        }
    }

    [Test]
    public void OptionsAreThoseOfAFamilyOrOfTheBenchmark()
    {
        var options = s_codes.Where(c => c.StartsWith("--", StringComparison.Ordinal) && !c.StartsWith(OfMpirun, StringComparison.Ordinal))
            .ToList();
        Assert.That(options, Has.Count.GreaterThan(8));
        foreach (var option in options)
        {
            Assert.That(
                FamilyCatalog.All.Any(family => Takes(family, option.Split(' '))) || RanksCommand.Create().Parse(option).Errors.Count == 0,
                Is.True, option);
        }

        static bool Takes(Family family, string[] option)
        {
            string[] words = ["train", family.Info.Name, "--data", "data", "--out", "run", .. option];
            var parsed = Application.RootFor(words).Parse(words);
            return parsed.UnmatchedTokens.Count == 0 && (option.Length == 1 || parsed.Errors.Count == 0);
        }
    }

    [Test]
    public void BenchmarksAreThere()
    {
        var told = s_codes.Where(c => c.Contains("benchmarks -- ranks", StringComparison.Ordinal)).ToList();
        Assert.That(told, Has.Count.GreaterThan(1));
        foreach (var words in told.Select(c => c.Split(' ')))
        {
            Assert.That(RanksCommand.Create().Parse(words[(Array.IndexOf(words, "ranks") + 1)..]).Errors, Is.Empty);
        }
    }

    [Test]
    [Platform("Linux")]
    public async Task TheScriptIsOne()
    {
        await File.WriteAllTextAsync(In("job.sh"), SlurmScript);
        Assert.That(await Shell($"bash -n {In("job.sh")}"), Is.Zero);
    }

    /// <summary>The other computers are this one here.</summary>
    [Test]
    [Exhaustive]
    public async Task MpirunTakesItsOptions()
    {
        const int NotFound = 127;
        foreach (var command in Commands().Where(c => c.StartsWith("mpirun ", StringComparison.Ordinal)))
        {
            var options = command[..command.IndexOf("ilgpugan", StringComparison.Ordinal)].Replace(
                "laptop:1,desktop:1", "localhost:2", StringComparison.Ordinal);
            var code = await Shell(
                $"OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 {options} true");
            if (code == NotFound)
            {
                Assert.Ignore("there is no mpirun here");
            }

            Assert.That(code, Is.Zero, options);
        }
    }

    [GeneratedRegex("^```(\\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("work=\"([^\"]*)\"")]
    private static partial Regex Choice();

    [GeneratedRegex("command: \\[(.*ilgpugan.*)\\]")]
    private static partial Regex Manifest();
}

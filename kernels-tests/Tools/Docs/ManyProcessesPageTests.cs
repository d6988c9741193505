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

    [Test]
    public void CommandsAndOptionsAreUnderstood()
    {
        var commands = s_codes.Concat(s_blocks["bash"].SelectMany(block => block.Split('\n')))
            .Where(text => text.Contains("ilgpugan ", StringComparison.Ordinal) && !text.EndsWith(Chosen, StringComparison.Ordinal))
            .ToList();
        Assert.That(commands, Has.Count.GreaterThan(5));
        foreach (var command in commands)
        {
            SiteTests.AssertUnderstood(command.Split("ilgpugan ")[1].Split(' '));
        }

        var options = s_codes.Where(c => c.StartsWith("--", StringComparison.Ordinal) && !c.StartsWith(OfMpirun, StringComparison.Ordinal));
        Assert.That(options.Where(o => !Takes(o.Split(' ')) && RanksCommand.Create().Parse(o).Errors.Count > 0), Is.Empty);

        static bool Takes(string[] option) => FamilyCatalog.All.Any(family =>
        {
            string[] words = ["train", family.Info.Name, "--data", "data", "--out", "run", .. option];
            var parsed = Application.RootFor(words).Parse(words);
            return parsed.UnmatchedTokens.Count == 0 && (option.Length == 1 || parsed.Errors.Count == 0);
        });
    }

    [Test]
    [Platform("Linux")]
    public async Task TheScriptIsOne()
    {
        await File.WriteAllTextAsync(In("job.sh"), SlurmScript);
        Assert.That(await Shell($"bash -n {In("job.sh")}"), Is.Zero);
    }

    [GeneratedRegex("^```(\\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}

using System.CommandLine;
using IlgpuGan.Cli;
using IlgpuGan.Models.Families;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>The values of all options of all verbs: a wrong one is refused in a sentence that names the option and what is right.</summary>
internal sealed class OptionValueTests
{
    private static IEnumerable<string> Verbs
    {
        get
        {
            NoiseFamilies.Register();
            return PathsOf(Application.RootFor([]), []);

            static IEnumerable<string> PathsOf(Command command, string[] path) => command.Subcommands.Count == 0
                ? [string.Join(' ', path)]
                : command.Subcommands.SelectMany(sub => PathsOf(sub, [.. path, sub.Name]));
        }
    }

    [TestCaseSource(nameof(Verbs))]
    public void AWrongValueIsRefused(string verb)
    {
        var words = verb.Split(' ');
        var root = Application.RootFor(words);
        foreach (var option in root.Parse(words).CommandResult.Command.Options)
        {
            string[] wrong = option.HelpName switch
            {
                "N" => ["abc", "", "1.5", "-99999999999999999999"],
                "X" => ["abc", "1e999", "0,5"],
                { } choice when choice.Contains('|') && choice == choice.ToLowerInvariant() && !choice.Contains('…') => ["nonsense"],
                _ => [],
            };
            foreach (var value in wrong)
            {
                var errors = root.Parse([.. words, option.Name, value]).Errors.Select(e => e.Message).ToList();
                Assert.That(errors, Has.Some.StartsWith(option.Name), $"{option.Name} '{value}'");
                Assert.That(
                    errors.First(e => e.StartsWith(option.Name, StringComparison.Ordinal)),
                    Does.Match("needs a (whole )?number|must be|can't be '|it can be "), $"{option.Name} '{value}'");
            }
        }
    }

    /// <summary>Each of them by its own bounds.</summary>
    [TestCase("bench infer", "--size", "100000", "--size must be between 1 and 16384, not 100000")]
    [TestCase("translate", "--size", "0", "--size must be between 1 and 16384, not 0")]
    [TestCase("translate", "--overlap", "-1", "--overlap must be at least 0, not -1")]
    [TestCase("translate", "--threads", "-1", "--threads must be between 0 and 4096, not -1")]
    [TestCase("generate", "--size", "9x0", "the height in --size must be between 1 and 16384, not 0")]
    [TestCase("generate", "--size", "12", "--size needs a width and a height such as 320x200, not '12'")]
    [TestCase("bench step", "--steps", "99999999999", "--steps must be at most 2147483647, not 99999999999")]
    [TestCase("data synth", "--seed", "-3", "--seed needs a whole number from 0, not '-3'")]
    [TestCase("data split", "--test", "1.5", "--test must be between 0 and 1, not 1.5")]
    [TestCase("train pix2pix", "--lr", "1e39", "--lr needs a number such as 0.25, not '1e39'")]
    public void TheBoundsAreSaid(string verb, string option, string value, string sentence)
    {
        string[] words = [.. verb.Split(' '), option, value];
        Assert.That(Application.RootFor(words).Parse(words).Errors.Select(e => e.Message), Has.Member(sentence));
    }
}

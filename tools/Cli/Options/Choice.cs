using System.CommandLine;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli.Options;

/// <summary>Options whose values are words: enums in kebab-case (<c>resize-and-crop</c>), or values with a custom parser.</summary>
internal static class Choice
{
    /// <summary>An option over the members of an enum.</summary>
    public static Option<T> Of<T>(string name, string description)
        where T : struct, Enum =>
        Parsed(
            name, description, string.Join('|', OptionExplanation.WordsOf(typeof(T))), text => (T)OptionText.Parse(name, text, typeof(T)));

    /// <summary>An option with a custom parser, which throws a <see cref="FormatException"/> that says which values are valid.</summary>
    public static Option<T> Parsed<T>(string name, string description, string helpName, Func<string, T> parse)
    {
        var option = new Option<T>(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                try
                {
                    return parse(result.Tokens[^1].Value);
                }
                catch (FormatException problem)
                {
                    result.AddError(problem.Message);
                    return default!;
                }
            },
        };
        return option;
    }

    /// <summary>An option over words, without a default.</summary>
    public static Option<string> AnyOf(string name, string description, params string[] words) =>
        Parsed(name, description, string.Join('|', words), text => words.Contains(text, StringComparer.OrdinalIgnoreCase)
            ? text.ToLowerInvariant()
            : throw new FormatException($"{name} can't be '{text}'; it can be {string.Join(", ", words)}"));

    /// <summary>The same; the first of the words is the default.</summary>
    public static Option<string> OneOf(string name, string description, params string[] words)
    {
        var option = AnyOf(name, description, words);
        option.DefaultValueFactory = _ => words[0];
        return option;
    }

    /// <summary>How an enum member is spelled on the command line.</summary>
    public static string WordFor<T>(T value)
        where T : struct, Enum => OptionsJson.TextOf(value);
}

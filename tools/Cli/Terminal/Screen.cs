using System.CommandLine;
using System.Text.Json;
using IlgpuGan.Models.Data;
using Spectre.Console;

namespace IlgpuGan.Cli.Terminal;

/// <summary>Where and how a verb prints: lines for people, JSON for programs (<c>--json</c>), or errors alone (<c>--quiet</c>).</summary>
internal sealed record Screen(TextWriter Output, TextWriter Error, bool Quiet, bool Json)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Whether progress bars can be redrawn in place.</summary>
    public bool IsInteractive => !Quiet && !Json && ReferenceEquals(Output, Console.Out) && !Console.IsOutputRedirected;

    public static Screen Of(ParseResult parsed) => new(
        parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error,
        parsed.GetValue(GlobalOptions.Quiet), parsed.GetValue(GlobalOptions.Json));

    /// <summary>Prints a line for people.</summary>
    public void Say(string line)
    {
        if (!Quiet && !Json)
        {
            Output.WriteLine(Printable.Of(line));
        }
    }

    /// <summary>Prints a line for people during work: above the progress bar, if there is one.</summary>
    public void Announce(string line)
    {
        if (IsInteractive)
        {
            AnsiConsole.WriteLine(Printable.Of(line));
        }
        else
        {
            Say(line);
        }
    }

    /// <summary>Prints an error or a warning to stderr, even under <c>--quiet</c>.</summary>
    public void Complain(string line) => Error.WriteLine(Printable.Of(line));

    /// <param name="warning">a clause without a full stop; null if there is nothing to warn of</param>
    public void Warn(string? warning)
    {
        if (warning is not null)
        {
            Complain($"Warning: {warning}.");
        }
    }

    /// <summary>Warns of pictures beside those that were made: of an earlier call, or the user's own.</summary>
    /// <param name="folder">the folder</param>
    /// <param name="made">the files that were made</param>
    /// <param name="counts">whether a file name, of a PNG, is one that such calls give; null for any</param>
    public void WarnOfOthers(string folder, IEnumerable<string> made, Func<string, bool>? counts = null)
    {
        var own = made.Select(file => Path.GetRelativePath(folder, file)).ToHashSet(StringComparer.Ordinal);
        var others = Directory.EnumerateFiles(folder, "*.png", new EnumerationOptions { RecurseSubdirectories = counts is null })
            .Select(file => Path.GetRelativePath(folder, file)).Where(name => !own.Contains(name) && counts?.Invoke(name) is not false)
            .Order(StringComparer.Ordinal).ToList();
        if (others.Count > 0)
        {
            Complain($"Warning: {folder} also holds {Counted.Of(others.Count, "picture")} that this call has not made ({others[0]}" +
                $"{(others.Count > 1 ? $" to {others[^1]}" : "")}).");
        }
    }

    /// <summary>Prints the result: one JSON object for programs, or lines for people.</summary>
    /// <param name="json">the object, or its text</param>
    /// <param name="lines">the lines</param>
    public void Result(object json, params IEnumerable<string> lines)
    {
        if (Json)
        {
            Output.WriteLine(json as string ?? JsonSerializer.Serialize(json, s_json));
        }
        else
        {
            foreach (var line in lines)
            {
                Say(line);
            }
        }
    }

    /// <summary>After the result: prints what of it could not be written, a line each.</summary>
    /// <returns>the exit code</returns>
    public int Ended(IReadOnlyList<string> failures)
    {
        foreach (var failure in failures)
        {
            Complain(failure);
        }

        return failures.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }
}

using System.CommandLine;
using IlgpuGan.Cli.Terminal;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>completions bash|zsh|pwsh</c>: prints the script by which a shell completes verbs, options and values.</summary>
internal static class CompletionsCommand
{
    private static readonly string[] s_shells = ["bash", "zsh", "pwsh"];

    public static Command Create()
    {
        var names = string.Join('|', s_shells);
        var shell = new Argument<string?>("shell")
        {
            Description = "Shell to print the script for; the script's first line says where to put it.",
            HelpName = names,
            Arity = ArgumentArity.ZeroOrOne,
        };
        var line = new Option<string?>("--line") { Description = "The command line so far; the scripts pass it.", Hidden = true };
        var position = new Option<int?>("--position") { Description = "Position of the cursor in --line.", Hidden = true };
        var command = new Command("completions", "Prints a shell's completion script for verbs, options and their values.")
        {
            shell, line, position,
        };
        command.SetAction(parsed =>
        {
            var screen = Screen.Of(parsed);
            if (parsed.GetValue(line) is { } typed)
            {
                var cursor = Math.Clamp(parsed.GetValue(position) ?? typed.Length, 0, typed.Length + 1);
                foreach (var word in Completion.Of(typed, cursor))
                {
                    screen.Output.WriteLine(word);
                }

                return ExitCode.Done;
            }

            var wanted = parsed.GetValue(shell);
            if (!s_shells.Contains(wanted))
            {
                throw new UsageException(wanted is null ? $"name the shell: completions {names}"
                    : $"there is no script for '{wanted}'; there are {string.Join(", ", s_shells)}");
            }

            using var script = new StreamReader(
                typeof(CompletionsCommand).Assembly.GetManifestResourceStream($"IlgpuGan.Cli.completion.{wanted}")!);
            screen.Output.Write(script.ReadToEnd());
            return ExitCode.Done;
        });
        return command;
    }
}

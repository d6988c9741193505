using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using IlgpuGan.Cli.Commands;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli;

/// <summary>The <c>ilgpugan</c> command: parses, runs a verb, and turns failures into one paragraph and an exit code.</summary>
public static class Application
{
    private const string Learn = "Train a model";
    private const string Use = "Use a model";
    private const string Look = "Look things up";

    /// <summary>SIGXFSZ by its number on Linux and macOS: .NET has no name for it.</summary>
    private const int FileTooLarge = 25;

    /// <summary>What .NET shows in place of bytes that are no UTF-8. A name may also hold this very character.</summary>
    private const char NoCharacter = '\uFFFD';

    /// <summary>Headings of the verbs, in the order of the help.</summary>
    internal static readonly string[] Groups = [Learn, Use, Look];

    /// <summary>Every verb: its name, its heading in the help, and how to build it.</summary>
    internal static readonly (string Name, string Group, Func<Command> Create)[] Verbs =
    [
        ("demo", Learn, DemoCommand.Create),
        ("new", Learn, NewCommand.Create),
        ("models", Use, ModelsCommand.Create),
        ("families", Look, FamiliesCommand.Create),
        ("explain", Look, ExplainCommand.Create),
        ("train", Learn, TrainCommand.Create),
        ("translate", Use, TranslateCommand.Create),
        ("generate", Use, GenerateCommand.Create),
        ("evaluate", Use, EvaluateCommand.Create),
        ("report", Learn, ReportCommand.Create),
        ("experiment", Learn, ExperimentCommand.Create),
        ("distill", Learn, DistillCommand.Create),
        ("data", Learn, DataCommand.Create),
        ("export", Use, ExportCommand.Create),
        ("import", Use, ImportCommand.Create),
        ("inspect", Look, InspectCommand.Create),
        ("devices", Look, DevicesCommand.Create),
        ("bench", Look, BenchCommand.Create),
        ("kernels", Look, KernelsCommand.Create),
        ("completions", Look, CompletionsCommand.Create),
#if !FOR_DEVICE
        ("serve", Use, ServeCommand.Create),
#endif
    ];

    /// <summary>
    /// Verbs that only print, and read no file of the user's, with the subcommand where its siblings are not among them. They work in any
    /// folder.
    /// </summary>
    private static readonly string[] s_printing =
        ["models", "families", "explain", "devices", "completions", "experiment list", "kernels list", "kernels model"];

    /// <summary>Verbs whose work several processes share, or that only print, likewise. Of others each process does all.</summary>
    private static readonly string[] s_shared =
        [.. s_printing, "train", "translate", "evaluate", "data check", "experiment", "bench", "inspect"];

    /// <returns>0 done, 1 the work failed, 2 wrong usage, 129 hung up, 130 interrupted, 143 terminated</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        OptionNames.AreTyped = true;

        // A variable of the environment, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0, goes before the program's own setting.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        ParseResult parsed;
        try
        {
            NoiseFamilies.Register();
            FamilyAssemblies.LoadNamedIn(args);
            parsed = EnvironmentDefaults.Parse(RootFor(args), args, Environment.GetEnvironmentVariable);
        }
        catch (UsageException problem)
        {
            await error.WriteLineAsync(Printable.Of(problem.Message));
            return ExitCode.WrongUsage;
        }

        if (parsed is { CommandResult.Command: { Action: null } group, Action: null or ParseErrorAction, UnmatchedTokens: [] }
            && !args.Contains(""))
        {
            HelpPage.Write(group, output); // An incomplete command: show its verbs.
            return ExitCode.WrongUsage;
        }

        List<string> problems = [.. Problems(parsed), .. EmptyArguments(args)];
        if (problems.Count > 0)
        {
            foreach (var problem in problems)
            {
                await error.WriteLineAsync(Printable.Of(EnvironmentDefaults.Explained(parsed, problem)));
            }

            await error.WriteLineAsync($"Run 'ilgpugan {VerbOf(parsed)}--help' for its usage.");
            return ExitCode.WrongUsage;
        }

        // A file that grows too large would end the process. Ignored, it makes the write fail, which is said as of a full disk.
        using var tooLarge = OperatingSystem.IsWindows()
            ? null
            : PosixSignalRegistration.Create((PosixSignal)FileTooLarge, context => context.Cancel = true);

        // Synchronous verbs can't be cancelled: there, signals keep their default action and end the process at once.
        using var interrupted = parsed.Action is AsynchronousCommandLineAction ? new Interruption() : null;
        try
        {
            var (verb, isVerb) = (VerbOf(parsed).TrimEnd(), parsed.Action == parsed.CommandResult.Command.Action); // Not help or version.
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // Ctrl-C is handled here: a run saves its state first.

                // Nothing is said in between where the output is to be a file's bytes.
                Output = parsed.Tokens.Any(token => OutputPath.StandardStream(token.Value) == 1) ? error : output,
                Error = error,
            };
            var screen = new Screen(
                configuration.Output, error, parsed.GetValue(GlobalOptions.Quiet), parsed.GetValue(GlobalOptions.Json));
            if (isVerb && !IsAmong(s_shared, verb))
            {
                screen.Warn(RankJob.Unshared(verb));
            }

            if (!RankJob.Exists)
            {
                // Of a job each process would say it.
                var variables = Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal);
                EnvironmentDefaults.WithoutEffect(parsed, variables).ToList().ForEach(screen.Warn);
            }

            if (isVerb)
            {
                RequireNames(parsed, onlyPrints: IsAmong(s_printing, verb));
            }

            using var remarks = new RemarkLines(screen);
            var code = await parsed.InvokeAsync(configuration, interrupted?.Token ?? CancellationToken.None);
            return code == ExitCode.Interrupted && interrupted is not null ? interrupted.ExitCode : code;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Interrupted.");
            return interrupted?.ExitCode ?? ExitCode.Interrupted;
        }
        catch (UsageException problem)
        {
            await error.WriteLineAsync(Printable.Of(EnvironmentDefaults.Explained(parsed, problem.Message)));
            return ExitCode.WrongUsage;
        }
        catch (Exception problem)
        {
            var text = parsed.GetValue(GlobalOptions.Verbose) ? problem.ToString()
                : Printable.Of(EnvironmentDefaults.Explained(parsed, ErrorMessage.Of(problem)));
            await error.WriteLineAsync(text);
            return ExitCode.Failed;
        }
    }

    /// <summary>Whether a command that has run printed its result as JSON.</summary>
    internal static bool PrintsJson(string[] args) =>
        EnvironmentDefaults.Parse(RootFor(args), args, Environment.GetEnvironmentVariable).GetValue(GlobalOptions.Json);

    /// <summary>The root command, with the verbs that the arguments need.</summary>
    internal static RootCommand RootFor(string[] args)
    {
        var root = new RootCommand("Trains and runs image-to-image translation GANs in pure C#.")
        {
            GlobalOptions.Verbose,
            GlobalOptions.Quiet,
            GlobalOptions.Json,
            GlobalOptions.Families,
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpPage();
        foreach (var command in CommandsFor(args))
        {
            root.Add(command);
        }

        return root;
    }

    /// <summary>
    /// The requested verb alone, since building all of them takes longer than the work of many verbs; all of them if the first argument
    /// is not a verb. Of <c>train</c> the named family alone.
    /// </summary>
    private static IEnumerable<Command> CommandsFor(string[] args)
    {
        if (args is ["train", var name, ..] && FamilyCatalog.Find(name) is { } family)
        {
            return [TrainCommand.For(family)];
        }

        var requested = Verbs.Where(verb => args.Length > 0 && verb.Name == args[0]).Take(1).ToArray();
        return (requested.Length > 0 ? requested : Verbs).Select(verb => verb.Create());
    }

    /// <summary>
    /// The parse errors. Only the first unknown argument is reported: what follows may be its value, or seem missing because of it.
    /// </summary>
    internal static IEnumerable<string> Problems(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is not [var unknown, ..])
        {
            return parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal);
        }

        var command = parsed.CommandResult.Command;
        var meant = Suggestion.For(unknown, command);
        return [TrainCommand.RefusalOf(unknown, command)
            ?? $"Unrecognized command or argument '{unknown}'.{(meant is null ? "" : $" Did you mean '{meant}'?")}"];
    }

    /// <summary>Refuses empty arguments: a quoted variable that is not set must not mean the current folder.</summary>
    private static IEnumerable<string> EmptyArguments(string[] args) =>
        args.Select((word, i) => (Word: word, Before: i > 0 ? args[i - 1] : "")).Where(w => w.Word.Length == 0).Take(1)
            .Select(w => $"{(w.Before.StartsWith("--", StringComparison.Ordinal) ? w.Before : "an argument")} is an empty text; is a " +
                "variable not set?");

    /// <summary>
    /// Refuses names that are not UTF-8, of the working folder or typed: results would go to a file of the name that .NET shows instead,
    /// and those of two such names to the same one.
    /// </summary>
    /// <param name="parsed">the command</param>
    /// <param name="onlyPrints">whether it has no results that go to files</param>
    /// <exception cref="IOException">there is such a name, or the working folder was deleted</exception>
    private static void RequireNames(ParseResult parsed, bool onlyPrints)
    {
        string folder;
        try
        {
            folder = Environment.CurrentDirectory;
        }
        catch (FileNotFoundException) when (onlyPrints)
        {
            Environment.CurrentDirectory = AppContext.BaseDirectory; // ILGPU asks for one.
            return;
        }
        catch (FileNotFoundException e)
        {
            throw new IOException("the working folder was deleted; change to another one", e);
        }

        if (onlyPrints)
        {
            return;
        }

        const string renaming = "rename it, for example with convmv -f latin1 -t utf8 --notest";
        if (folder.Contains(NoCharacter) && FileIdentity.Of(".") != FileIdentity.Of(folder))
        {
            throw new IOException($"{folder}: the working folder's name is not UTF-8; change to another one, or {renaming}");
        }

        if (parsed.Tokens.Select(token => token.Value).FirstOrDefault(word => word.Contains(NoCharacter)) is { } name
            && !(AreUtf8("/proc/self/cmdline", "") && AreUtf8("/proc/self/environ", "ILGPUGAN_")))
        {
            throw new IOException($"{name}: its name is not UTF-8, so it can't be opened or made; choose another name, or {renaming}");
        }

        // Only Linux takes such names, and has these files.
        static bool AreUtf8(string file, string beginning) => !File.Exists(file)
            || Encoding.Latin1.GetString(Disk.ReadBytes(file)).Split('\0')
                .Where(word => word.StartsWith(beginning, StringComparison.Ordinal))
                .All(word => Utf8.IsValid(Encoding.Latin1.GetBytes(word)));
    }

    /// <summary>Whether a verb is in a list, with its subcommand or as a whole.</summary>
    private static bool IsAmong(string[] verbs, string verb) => verbs.Contains(verb) || verbs.Contains(verb.Split(' ')[0]);

    private static string VerbOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is { Parent: not null }; result = (
            System.CommandLine.Parsing.CommandResult)result.Parent)
        {
            names.Push(result.Command.Name);
        }

        return string.Concat(names.Select(name => name + " "));
    }
}

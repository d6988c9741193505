using System.CommandLine;
using IlgpuGan.Cli.Commands;
using IlgpuGan.Cli.Terminal;

namespace IlgpuGan.Cli;

/// <summary>The <c>ilgpugan</c> command: parses, runs a verb, and turns failures into one paragraph and an exit code.</summary>
public static class Application
{
    /// <returns>0 done, 1 the work failed, 2 wrong usage, 130 interrupted</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Trains and runs image-to-image translation GANs (pix2pix, CycleGAN) in pure C#.")
        {
            GlobalOptions.Verbose,
            GlobalOptions.Quiet,
            GlobalOptions.Json,
        };
        foreach (var command in AllCommands())
        {
            root.Add(command);
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal))
            {
                await error.WriteLineAsync(problem);
            }

            await error.WriteLineAsync($"Run 'ilgpugan {VerbOf(parsed)}--help' to see what can be said.");
            return ExitCode.WrongUsage;
        }

        using var interrupted = new Interruption();
        try
        {
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // Ctrl-C is handled here: a run saves its state first.
                Output = output,
                Error = error,
            };
            return await parsed.InvokeAsync(configuration, interrupted.Token);
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (UsageException problem)
        {
            await error.WriteLineAsync(problem.Message);
            return ExitCode.WrongUsage;
        }
        catch (Exception problem)
        {
            await error.WriteLineAsync(parsed.GetValue(GlobalOptions.Verbose) ? problem.ToString() : Explanation.Of(problem));
            return ExitCode.Failed;
        }
    }

    private static IEnumerable<Command> AllCommands()
    {
        yield return DemoCommand.Create();
        yield return TrainCommand.Create();
        yield return TranslateCommand.Create();
        yield return EvaluateCommand.Create();
        yield return ReportCommand.Create();
        yield return ExperimentCommand.Create();
        yield return DataCommand.Create();
        yield return ExportCommand.Create();
        yield return ImportCommand.Create();
        yield return InspectCommand.Create();
        yield return DevicesCommand.Create();
        yield return BenchCommand.Create();
        yield return KernelsCommand.Create();
    }

    private static string VerbOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is { Parent: not null }; result = (System.CommandLine.Parsing.CommandResult)result.Parent)
        {
            names.Push(result.Command.Name);
        }

        return string.Concat(names.Select(name => name + " "));
    }
}

using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Experiments;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>experiment list</c> and <c>experiment run NAME</c>.</summary>
internal static class ExperimentCommand
{
    public static Command Create() => new("experiment", "Tries claims of the papers in small: trains variants and holds them against each other.") { List(), RunOne() };

    private static Command List()
    {
        var command = new Command("list", "What can be tried.");
        command.SetAction(parsed => Screen.Of(parsed).Result(
            ExperimentCatalogue.All.Select(e => new { name = e.Name, question = e.Question, arms = e.Arms.Select(a => a.Name), steps = e.Steps, sources = e.Published.Select(p => p.Source) }),
            [.. ExperimentCatalogue.All.Select(e => $"{e.Name,-11} {e.Question}\n            {string.Join(", ", e.Arms.Select(a => a.Name))}; {string.Join(", ", e.Published.Select(p => p.Source))}")]));
        return command;
    }

    private static Command RunOne()
    {
        var name = new Argument<string>("NAME") { Description = "One of 'experiment list'." };
        var output = new Option<string>("--out") { Description = "Where runs and tables go; what is there already is taken up.", HelpName = "DIR", Required = true };
        var data = new Option<string>("--data") { Description = "Pairs with label maps (default: facades that the program draws).", HelpName = "DIR" };
        var direction = Choice.Of<Direction>("--direction", "From label maps to photographs: AtoB if the maps are on the left (default AtoB).");
        var size = Number.Whole("--size", "Side of the pictures in pixels, a power of two.", value: 64, least: 1);
        var steps = Number.Whole("--steps", "Training steps of each variant (default the experiment's own).");
        var seed = Number.Seed("Everything random follows from it.");
        var device = Compute.Device();
        var threads = Compute.Threads();
        var command = new Command("run", "Trains and judges the variants, and prints a table beside the paper's.") { name, output, data, direction, size, steps, seed, device, threads };
        command.SetAction((parsed, cancellation) =>
        {
            var screen = Screen.Of(parsed);
            var experiment = Usage.Of(() => ExperimentCatalogue.Find(parsed.GetRequiredValue(name)));
            var settings = new ExperimentSettings
            {
                Output = parsed.GetRequiredValue(output),
                Data = parsed.GetValue(data),
                Direction = parsed.GetValue(direction),
                Size = parsed.GetValue(size),
                Steps = parsed.GetValue(steps),
                Seed = parsed.GetValue(seed),
            };
            using var on = Device.Open(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            var runner = new ExperimentRunner(experiment, settings, on) { Say = screen.Say, Train = (run, stop) => TrainingDisplay.Train(run, screen, stop) };
            return Task.FromResult(Finish(screen, settings, Usage.Of(() => runner.Run(cancellation))));
        });
        return command;
    }

    private static int Finish(Screen screen, ExperimentSettings settings, ExperimentResult? result)
    {
        if (result is null)
        {
            screen.Say($"Stopped; everything is saved in {settings.Output}. The same command goes on.");
            return ExitCode.Interrupted;
        }

        if (screen.Json)
        {
            screen.Output.Write(File.ReadAllText(Path.Combine(settings.Output, ExperimentRunner.JsonName)));
            return ExitCode.Done;
        }

        screen.Say("");
        screen.Say(result.ToMarkdown());
        screen.Say($"wrote {Path.Combine(settings.Output, ExperimentRunner.MarkdownName)}");
        return ExitCode.Done;
    }
}

using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Distilling;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>distill --model RUN --data DIR --out DIR</c>.</summary>
internal static class DistillCommand
{
    public static Command Create()
    {
        var model = Plain.Text("--model", "The trained generator: a run's folder, a checkpoint, or zoo:NAME.", "RUN|FILE", required: true);
        var data = Plain.Text("--data", "Pairs in DIR/train and DIR/val, and in DIR/test if there are any.", "DIR", required: true);
        var output = Plain.Text(
            "--out", "Output folder of the students' runs, distill.md and student.safetensors; a distillation there is resumed.", "DIR",
            required: true);
        var split = new Option<string>("--split")
        {
            Description = "Split that decides; scores are told of test, or of val if test decides, or of the half that did not decide.",
            HelpName = "NAME", DefaultValueFactory = _ => "val",
        };
        var widths = new Option<int[]>("--widths")
        {
            Description = "Widths to try, from the narrowest on (default an eighth, a quarter, three eighths and half of the teacher's).",
            HelpName = "N N …", AllowMultipleArgumentsPerToken = true,
        };
        var loss = Number.Real("--loss", "Percent of the teacher's score that a student may lose.", 5, 0, 100);
        var steps = Number.Whole("--steps", "Training steps of each student.", 20_000, least: 1);
        var seed = Number.Seed("Seed of the students' weights and of the order of the pictures.");
        var device = DeviceOptions.Device();
        var threads = DeviceOptions.Threads();
        var command = new Command("distill", "Makes a trained generator small: trains narrower ones that imitate it.")
        {
            model, data, output, split, widths, loss, steps, seed, device, threads,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(widths) is { } typed && typed.Any(width => width < 1))
            {
                result.AddError("--widths are numbers of channels, from 1 on");
            }
        });
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            Screen.Of(parsed),
            new DistillationSettings
            {
                Teacher = parsed.GetRequiredValue(model), Data = parsed.GetRequiredValue(data), Output = parsed.GetRequiredValue(output),
                Split = parsed.GetRequiredValue(split), Widths = parsed.GetValue(widths) ?? [], MostLoss = parsed.GetValue(loss) / 100,
                Steps = parsed.GetValue(steps), Seed = parsed.GetValue(seed),
            },
            parsed.GetRequiredValue(device), parsed.GetValue(threads), cancellation)));
        return command;
    }

    private static int Run(Screen screen, DistillationSettings settings, string deviceName, int threads, CancellationToken cancellation)
    {
        using var device = Device.Open(deviceName, threads);
        device.Announce = screen.Announce;
        var distillation = new Distillation(settings, device)
        {
            Say = screen.Say,
            Train = (run, stop) => TrainingDisplay.During(run, screen, display => run.Train(display, stop)),
        };
        if (Usage.Of(() => distillation.Run(cancellation)) is not { } report)
        {
            screen.Say($"Stopped; everything is saved in {settings.Output}. The same command resumes it.");
            return ExitCode.Interrupted;
        }

        if (screen.Json)
        {
            screen.Output.Write(report.ToJson());
            return ExitCode.Done;
        }

        screen.Say("");
        screen.Say(report.ToMarkdown().TrimEnd());
        screen.Say(report.Chosen is { } width
            ? $"The student of width {width} is in {distillation.Student}."
            : $"No student loses as little as {100 * settings.MostLoss:0.#} %; the widest is in {distillation.Student}. Try more " +
                "--widths or --steps.");
        return ExitCode.Done;
    }
}

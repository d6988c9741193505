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
        var (settings, device) = (new RecordOptions<DistillationSettings>(), new RecordOptions<ThreadedDeviceOptions>());
        var command = new Command("distill", "Makes a trained generator small: trains narrower ones that imitate it.");
        Array.ForEach([.. settings.All, .. device.All], command.Add);
        command.SetAction((parsed, cancellation) =>
            Task.FromResult(Run(Screen.Of(parsed), settings.Of(parsed), device.Of(parsed), cancellation)));
        return command;
    }

    private static int Run(Screen screen, DistillationSettings settings, ThreadedDeviceOptions on, CancellationToken cancellation)
    {
        using var device = on.Open();
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

        screen.Result(
            report.ToJson().TrimEnd(), "", report.ToMarkdown().TrimEnd(), report.Chosen is { } width
                ? $"The student of width {width} is in {distillation.Student}."
                : $"No student loses as little as {settings.Loss:0.#} %; the widest is in {distillation.Student}. Try more --widths or " +
                    "--steps.");
        return ExitCode.Done;
    }
}

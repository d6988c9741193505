using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Clips;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>translate --model RUN|FILE --input FILE|DIR --out FILE|DIR</c>: pictures, or a clip.</summary>
internal static class TranslateCommand
{
    public static Command Create()
    {
        var model = new Option<string>(
            "--model") { Description = "A run's folder, a checkpoint, a reference .pth generator, an .onnx graph, or zoo:NAME (see " +
                "'ilgpugan models').",
            HelpName = "RUN|FILE", Required = true };
        var input = new Option<string>(
            "--input") { Description = "A picture, a folder of pictures with all folders in it, or a clip (which needs ffmpeg).",
            HelpName = "FILE|DIR", Required = true };
        var output = new Option<string>("--out") { Description = "Where the result goes.", HelpName = "FILE|DIR", Required = true };
        var direction = Choice.Of<Direction>("--direction", "Which way, where a model knows both (default that of training).");
        var eval =
            new Option<bool>("--eval") { Description = "Batch norm by the running statistics of training instead of the picture's own." };
        var dropout = Choice.Parsed<ulong?>(
            "--dropout-seed", "Leave dropout on, as the reference does, with masks of this seed.", "N",
            text => Number.SeedOf("--dropout-seed", text));
        var size = Number.Whole("--size", "Scale pictures to a square of this side first (default: their own size).");
        var keep = new Option<bool>("--keep-size") { Description = "Scale the result back to the picture's size if --size changed it." };
        var tile = Number.Whole("--tile", "Translate big pictures in tiles of this side, in bounded memory.");
        var overlap = Number.Whole("--overlap", "Pixels by which tiles overlap and are blended.", value: 32, least: 0);
        var exact = new Option<bool>("--exact") { Description = "Big pictures layer by layer through temporary files: in the memory of a " +
            "tile, but with the norms of the whole picture and no seams." };
        var scratch = new Option<string>(
            "--scratch") { Description = "Folder of the temporary files of --exact, up to 400 bytes a pixel (default the system's).",
            HelpName = "DIR" };
        var label = new Option<string>(
            "--label") { Description = "What to turn pictures into, for a generator that takes labels; several are separated by commas.",
            HelpName = "L" };
        var samples = Number.Whole(
            "--samples", "Answers to each picture, NAME-1.png and so on, for a generator that has many.", least: 1, most: 10_000);
        var seed = Choice.Parsed<ulong?>("--seed", "Which answers those are (default 1).", "N", text => Number.SeedOf("--seed", text));
        var style = new Option<string>(
            "--style") { Description = "A picture whose style is taken over, for a generator that does so.", HelpName = "FILE" };
        var styleLabels = new Option<string>(
            "--style-labels") { Description = "The label map of that picture, for a generator that takes its style over class by class.",
            HelpName = "FILE" };
        var instances = new Option<string>(
            "--instances") { Description = "Instance maps of label maps, for the borders between instances: a file, or a folder whose " +
            "i-th file by name belongs to the i-th input.", HelpName = "FILE|DIR" };
        var range = Choice.Of<PixelRange>("--range", "What black and white are to an .onnx graph: -1 and 1 (default), 0 and 1, 0 and 255.");
        var temporal = Compute.Temporal();
        var jobs = Number.Whole(
            "--jobs", "Pictures that are read ahead and written behind while one is translated.", FileTranslation.DefaultJobs, least: 1);
        var device = Compute.Device();
        var threads = Compute.Threads();
        var command = new Command("translate", "Turns pictures into pictures with a trained generator.")
        {
            model, input, output, direction, label, samples, seed, style, styleLabels, instances, eval, dropout, size, keep, tile, overlap,
            exact, scratch, range, temporal, jobs, device, threads,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var settings = new TranslationSettings
            {
                Direction = parsed.GetResult(direction) is { Implicit: false } ? parsed.GetValue(direction) : null,
                Eval = parsed.GetValue(eval),
                DropoutSeed = parsed.GetValue(dropout),
                Size = parsed.GetValue(size),
                KeepSize = parsed.GetValue(keep),
                Tile = parsed.GetValue(tile),
                Overlap = parsed.GetValue(overlap),
                Exact = parsed.GetValue(exact),
                Scratch = parsed.GetValue(scratch),
                Label = parsed.GetValue(label),
                Samples = parsed.GetValue(samples),
                Seed = parsed.GetValue(seed),
                Style = parsed.GetValue(style),
                Range = parsed.GetResult(range) is { Implicit: false } ? parsed.GetValue(range) : null,
                StyleLabels = parsed.GetValue(styleLabels),
            };
            return Task.FromResult(RankedWork.Run(parsed, (ranks, screen) =>
            {
                if (ClipFile.HasClipName(parsed.GetRequiredValue(input)) && !Directory.Exists(parsed.GetRequiredValue(input)))
                {
                    // One frame follows on another: there is nothing to share.
                    return ranks.Leads() ? RunClip(screen) : ExitCode.Done;
                }

                if (parsed.GetValue(temporal) > 0)
                {
                    throw new UsageException("--temporal is for a clip, whose frames follow each other; --input names none");
                }

                using var on = ranks.OpenDevice(parsed.GetRequiredValue(device), parsed.GetValue(threads));
                var plan = ranks.Together(
                    () => FileTranslation.Plan(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output), settings.Samples));
                var maps = parsed.GetValue(instances) is { } place
                    ? ranks.Together(() => FileTranslation.InstancesOf(plan, place))
                    : null;

                // Before the work, which would be lost.
                OutputPlace.MakeFolder(
                    plan is [var only] ? Path.GetDirectoryName(Path.GetFullPath(only.Output))! : parsed.GetRequiredValue(output));
                Translator Open() =>
                    Usage.Of(() => Translator.Open(
                        parsed.GetRequiredValue(model), on,
                        settings with { InstanceMaps = maps, Once = plan.Count == 1 && settings.Samples is null or 1 }));
                return Run(ranks, screen, Open, plan, parsed.GetValue(jobs), cancellation);
            }));

            int RunClip(Screen screen)
            {
                foreach (var option in (Option[])[samples, instances])
                {
                    if (parsed.GetResult(option) is { Implicit: false })
                    {
                        throw new UsageException($"{option.Name} is for pictures; --input names a clip, of which there is one result");
                    }
                }

                var file = ClipFile.OutputFor(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output));
                using var clip = ClipReader.Open(parsed.GetRequiredValue(input));
                OutputPlace.MakeFolderOf(file);
                using var on = Device.Open(parsed.GetRequiredValue(device), parsed.GetValue(threads));
                return Run(
                    screen, () => Translator.Open(parsed.GetRequiredValue(model), on, settings), clip, file, parsed.GetValue(temporal),
                    cancellation);
            }
        });
        return command;
    }

    private static int Run(
        Screen screen, Func<Translator> open, ClipReader clip, string output, double temporal, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var info = clip.Info;
        if (info.IsVariable)
        {
            screen.Say($"{info.File}: its frames follow in unequal times; the result has {info.Rate.PerSecond:0.##} a second throughout");
        }

        var result = TranslationDisplay.Run(screen, clip.Count, "frames", report =>
            Usage.Of(() => ClipTranslation.Run(open, clip, output, temporal, _ => report(""), cancellation)));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (clip.Complaint is { } complaint)
        {
            screen.Complain($"{info.File}: ffmpeg complained, and went on: {complaint}");
        }

        screen.Result(
            new { input = info.File, output = result.Output, frames = result.Frames, width = result.Width, height = result.Height,
                rate = info.Rate.PerSecond, sound = info.Sound, seconds = Math.Round(seconds, 3) },
            $"{result.Output}: {Counted.Of(result.Frames, "frame")} of {result.Width}x{result.Height} pixels" +
                $"{(info.Sound.Count > 0 ? ", with the clip's sound" : "")} ({seconds:0.0} s, {result.Frames / seconds:0.0} a second)");
        return ExitCode.Done;
    }

    private static int Run(
        IRanks ranks, Screen screen, Func<Translator> open, IReadOnlyList<(string Input, string Output)> plan, int jobs,
        CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var results = ranks.Shared(plan, part =>
            TranslationDisplay.Run(screen, part.Count, "pictures", report =>
                FileTranslation.Run(open, part, file => report(Path.GetFileName(file.Input)), jobs, cancellation)));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var failures = results.Where(r => r.Failure is not null).ToList();
        foreach (var failure in ranks.Leads() ? failures : [])
        {
            screen.Complain(failure.Failure!);
        }

        var done = results.Count - failures.Count;
        screen.Result(
            new { translated = done, failed = failures.Count, seconds = Math.Round(seconds, 3),
                files = results.SelectMany(r => (r.Failure is null ? r.Outputs : (IEnumerable<string?>)[null])
                    .Select(output => new { input = r.Input, output, failure = r.Failure })) },
            plan.Count == 1 && done == 1
                ? $"{string.Join(", ", results[0].Outputs)} ({seconds:0.00} s)"
                : $"{done} of {plan.Count} pictures translated in {seconds:0.0} " +
                    $"s{(done > 0 ? $" ({done / seconds:0.0} a second)" : "")}{(failures.Count > 0 ? $", {failures.Count} failed" : "")}");
        return results.Count < plan.Count ? ExitCode.Interrupted : failures.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }
}

using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Clips;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>translate --model RUN|FILE --input FILE|DIR --out FILE|DIR</c>: pictures, or a clip.</summary>
internal static class TranslateCommand
{
    /// <summary>
    /// Translates nothing by a tiny generator on another processor, so that the JIT compiles kernels while this thread reads options,
    /// picture and weights: half of a short translation is the JIT's work. A failure is not reported: the translation will meet it.
    /// </summary>
    public static Task WarmUp() => Task.Run(() =>
    {
        using var device = new CpuDevice(threads: 1);
        var network = new UNet(downs: 5, ngf: 16, dropout: false).To(device);
        using var forward = new RecordedStep(device, inputs => [network.Forward(inputs[0])]) { Capacity = 1 };
        using var picture = Tensor.Zeros(new Shape(1, 3, 64, 64), device);
        forward.Run(picture);
    });

    public static Command Create()
    {
        var model = Plain.Text(
            "--model", "A run's folder, a checkpoint, a reference .pth generator, an .onnx graph, or zoo:NAME (see 'ilgpugan " +
                "models').", "RUN|FILE", required: true);
        var input = Plain.Text(
            "--input", "A picture, a folder of pictures including its subfolders, or a clip (which needs " +
                "ffmpeg).", "FILE|DIR", required: true);
        var output = Plain.Text("--out", "Output file or folder.", "FILE|DIR", required: true);
        var network = Plain.Text(
            "--network", "Network of a file that holds several, by its name there: params_ema, generator_AB.", "NAME");
        var direction =
            Choice.Of<Direction>("--direction", "Direction of the translation, for a model with both (default that of training).");
        var eval = Plain.Flag("--eval", "Use the running statistics of training in batch norms instead of the picture's own.");
        var dropout = Choice.Parsed<ulong?>(
            "--dropout-seed", "Keep dropout on, as the reference does, with masks of this seed.", "N",
            text => Number.SeedOf("--dropout-seed", text));
        var size = Number.Whole("--size", "Resize pictures to a square of this side first (default: their own size).");
        var keep = Plain.Flag("--keep-size", "Resize the result back to the picture's size if --size changed it.");
        var whole = Plain.Flag(
            "--whole", "Translate whole pictures, even if they have the shape of the training's pairs (by default only the input half " +
                "of these is translated).");
        var tile = Number.Whole("--tile", "Translate big pictures in tiles of this side, in bounded memory.");
        var overlap = Number.Whole("--overlap", "Pixels by which tiles overlap and are blended.", value: 32, least: 0);
        var exact = Plain.Flag(
            "--exact", "Translate big pictures layer by layer through temporary files: in the memory of a tile, but with the norms of " +
                "the whole picture and no seams.");
        var scratch = Plain.Text(
            "--scratch", "Folder of the temporary files of --exact, up to 400 bytes a pixel (default the system's).", "DIR");
        var label = Plain.Text("--label", "Target label, for a generator that takes labels; several are separated by commas.", "L");
        var samples = Number.Whole(
            "--samples", "Outputs for each picture, NAME-1.png and so on, for a generator with random outputs.", least: 1, most: 10_000);
        var seed = Choice.Parsed<ulong?>("--seed", "Seed of these outputs (default 1).", "N", text => Number.SeedOf("--seed", text));
        var steps = DeviceOptions.Steps();
        var style = Plain.Text("--style", "A picture whose style is used, for a generator with styles.", "FILE");
        var styleLabels = Plain.Text(
            "--style-labels", "The label map of that picture, for a generator with a style for each class.", "FILE");
        var instances = Plain.Text(
            "--instances", "Instance maps of label maps, for the borders between instances: a file, or a folder with a file of each " +
                "input's name.", "FILE|DIR");
        var range =
            Choice.Of<PixelRange>("--range", "Values of black and white for an .onnx graph: -1 and 1 (default), 0 and 1, 0 and 255.");
        var temporal = DeviceOptions.Temporal();
        var jobs = Number.Whole(
            "--jobs", "Pictures that are decoded and encoded in parallel while one is translated.", FileTranslation.DefaultJobs, least: 1);
        var device = DeviceOptions.Device();
        var threads = DeviceOptions.Threads();
        var (tune, noTune) = DeviceOptions.Tune();
        var command = new Command("translate", "Translates pictures with a trained generator.")
        {
            model, input, output, network, direction, label, samples, seed, steps, style, styleLabels, instances, eval, dropout, size, keep,
            whole, tile, overlap, exact, scratch, range, temporal, jobs, device, threads, tune, noTune,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var settings = new TranslationSettings
            {
                Network = parsed.GetValue(network),
                Direction = parsed.GetResult(direction) is { Implicit: false } ? parsed.GetValue(direction) : null,
                Eval = parsed.GetValue(eval),
                DropoutSeed = parsed.GetValue(dropout),
                Size = parsed.GetValue(size),
                KeepSize = parsed.GetValue(keep),
                Whole = parsed.GetValue(whole),
                Tile = parsed.GetValue(tile),
                Overlap = parsed.GetValue(overlap),
                Exact = parsed.GetValue(exact),
                Scratch = parsed.GetValue(scratch),
                Label = parsed.GetValue(label),
                Samples = parsed.GetValue(samples),
                Seed = parsed.GetValue(seed),
                Steps = parsed.GetValue(steps),
                Style = parsed.GetValue(style),
                Range = parsed.GetResult(range) is { Implicit: false } ? parsed.GetValue(range) : null,
                StyleLabels = parsed.GetValue(styleLabels),
            };
            return Task.FromResult(RankedWork.Run(parsed, (ranks, screen) =>
            {
                if (ClipFile.HasClipName(parsed.GetRequiredValue(input)) && !Directory.Exists(parsed.GetRequiredValue(input)))
                {
                    // Each frame depends on the one before, so processes can't share the work.
                    return ranks.Leads() ? RunClip(screen) : ExitCode.Done;
                }

                if (parsed.GetValue(temporal) > 0)
                {
                    throw new UsageException("--temporal is for clips; --input is not one");
                }

                using var on = ranks.OpenDevice(parsed.GetRequiredValue(device), parsed.GetValue(threads));
                (on.Tuning, on.Announce) = (DeviceOptions.TuningOf(parsed, noTune, ranks.Count), screen.Announce);
                // Rank 0's list, for all: other machines may see other files.
                var leftOut = new List<string>();
                var plan = ranks.OfLeader(() => FileTranslation
                    .Plan(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output), settings.Samples, leftOut.Add)
                    .Select(p => new PlannedFile(p.Input, p.Output)).ToList()).ConvertAll(p => (p.Input, p.Output));
                var maps = parsed.GetValue(instances) is { } mapPath
                    ? ranks.OfLeader(() => FileTranslation.InstancesOf(plan, mapPath).ToDictionary(StringComparer.Ordinal))
                    : null;
                ranks.Together(() =>
                {
                    new Originals([parsed.GetValue(model), settings.Style, settings.StyleLabels, .. maps?.Values.AsEnumerable() ?? []])
                        .RefuseOver(plan.SelectMany(p => FileTranslation.Outputs(p.Output, settings.Samples)));
                    return true;
                });

                // Before the work, which would be lost if this failed.
                OutputPath.MakeFolder(
                    plan is [var only] ? Path.GetDirectoryName(Path.GetFullPath(only.Output))! : parsed.GetRequiredValue(output));
                Translator Open() => Said(
                    screen,
                    Usage.Of(() => Translator.Open(parsed.GetRequiredValue(model), on, settings with { InstanceMaps = maps })));
                return Run(ranks, screen, Open, plan, leftOut, parsed.GetValue(jobs), cancellation);
            }));

            int RunClip(Screen screen)
            {
                foreach (var option in (Option[])[samples, instances])
                {
                    if (parsed.GetResult(option) is { Implicit: false })
                    {
                        throw new UsageException($"{option.Name} is for pictures; --input is a clip, which has one result");
                    }
                }

                var file = ClipFile.OutputFor(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output));
                using var clip = Opened(parsed.GetRequiredValue(input), cancellation);
                OutputPath.MakeFolderOf(file);
                using var on = Device.Open(parsed.GetRequiredValue(device), parsed.GetValue(threads));
                (on.Tuning, on.Announce) = (DeviceOptions.TuningOf(parsed, noTune), screen.Announce);
                return Run(
                    screen, () => Said(screen, Translator.Open(parsed.GetRequiredValue(model), on, settings)), clip, file,
                    parsed.GetValue(temporal), cancellation);
            }
        });
        return command;
    }

    /// <summary>Opens a clip. A Ctrl-C also reaches ffprobe, which may fail before this program's handler has run.</summary>
    private static ClipReader Opened(string file, CancellationToken cancellation)
    {
        try
        {
            return ClipReader.Open(file);
        }
        catch (PictureException) when (cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(0.3)))
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>Says what was chosen of a model's file.</summary>
    private static Translator Said(Screen screen, Translator translator)
    {
        foreach (var remark in translator.Remarks)
        {
            screen.Say(remark);
        }

        return translator;
    }

    private static int Run(
        Screen screen, Func<Translator> open, ClipReader clip, string output, double temporal, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var info = clip.Info;
        var result = WorkDisplay.Run(screen, clip.Count, "frames", report =>
            Usage.Of(() => ClipTranslation.Run(open, clip, output, temporal, _ => report(""), cancellation)));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (clip.Warning is { } complaint)
        {
            screen.Complain($"{info.File}: ffmpeg warned: {complaint}");
        }

        screen.Result(
            new { input = info.File, output = result.Output, frames = result.Frames, width = result.Width, height = result.Height,
                rate = info.Rate.PerSecond, sound = info.Sound, seconds = Math.Round(seconds, 3) },
            $"{result.Output}: {Counted.Of(result.Frames, "frame")} of {result.Width}x{result.Height} pixels" +
                $"{(result.HasSound ? ", with the clip's sound" : "")} ({seconds:0.0} s, {result.Frames / seconds:0.0} a second)");
        return ExitCode.Done;
    }

    private static int Run(
        IRanks ranks, Screen screen, Func<Translator> open, IReadOnlyList<(string Input, string Output)> plan,
        IReadOnlyList<string> leftOut, int jobs, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var results = ranks.Shared(plan, part =>
            WorkDisplay.Run(screen, part.Count, "pictures", report =>
                FileTranslation.Run(open, part, file => report(Path.GetFileName(file.Input)), jobs, cancellation)
                    .Select(file => ranks.Leads() || Path.Exists(file.Input) ? file
                        : file with { Failure = $"{file.Input}: rank {ranks.Rank} has no such file, but rank 0 has" }).ToList()));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var failures = results.Where(r => r.Failure is not null).ToList();
        foreach (var problem in leftOut.Concat(failures.Select(failure => failure.Failure!)))
        {
            screen.Complain(problem);
        }

        foreach (var line in PictureRemarks.Lines(
            results.Where(r => r.Failure is null).SelectMany(r => r.Remarks.Select(remark => (r.Input, remark)))))
        {
            screen.Say(line);
        }

        var done = results.Count - failures.Count;
        var halves = results.Where(r => r.Half is not null).ToList();
        IEnumerable<string> remarks = halves.Count == 0 ? [] : [
            $"{(halves.Count == results.Count ? results.Count == 1 ? "The picture is a pair" : "The pictures are pairs"
                : $"{halves.Count} of the pictures are pairs")} side by side, as the model has learnt from: " +
                $"only the {halves[0].Half} half was translated ({(halves[0].Half == "left" ? "A" : "B")}; --whole translates all of it)."];
        screen.Result(
            new { translated = done, failed = failures.Count, left_out = leftOut, seconds = Math.Round(seconds, 3),
                files = results.SelectMany(r => (r.Failure is null ? r.Outputs : (IEnumerable<string?>)[null])
                    .Select(output => new { input = r.Input, output, half = r.Half, failure = r.Failure, remarks = r.Remarks })) },
            [.. remarks, plan.Count == 1 && done == 1
                ? $"{string.Join(", ", results[0].Outputs)} ({seconds:0.00} s)"
                : $"{done} of {plan.Count} pictures translated in {seconds:0.0} " +
                    $"s{(done > 0 ? $" ({done / seconds:0.0} a second)" : "")}{(failures.Count > 0 ? $", {failures.Count} failed" : "")}" +
                    (leftOut.Count > 0 ? $", {leftOut.Count} left out" : "")]);
        return results.Count < plan.Count ? ExitCode.Interrupted
            : failures.Count + leftOut.Count > 0 ? ExitCode.Failed
            : ExitCode.Done;
    }

    /// <summary>A picture of a plan, as it travels between ranks.</summary>
    private sealed record PlannedFile(string Input, string Output);
}

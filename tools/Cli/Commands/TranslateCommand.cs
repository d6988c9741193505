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
internal sealed class TranslateCommand
{
    private readonly RecordOptions<TranslationSettings> _settings = new();
    private readonly Option<string> _model = Plain.Text(
        "--model", "A run's folder, a checkpoint, a reference .pth generator, an .onnx graph, or zoo:NAME (see 'ilgpugan models').",
        "RUN|FILE", required: true);

    private readonly Option<string> _input = Plain.Text(
        "--input", "A picture, a folder of pictures including its subfolders, or a clip (which needs ffmpeg).", "FILE|DIR", required: true);

    private readonly Option<string> _output = Plain.Text("--out", "Output file or folder.", "FILE|DIR", required: true);
    private readonly Option<int?> _samples = Number.Whole(
        "--samples", "Outputs for each picture, NAME-1.png and so on, for a generator with random outputs.", least: 1, most: 10_000);

    private readonly Option<string> _instances = Plain.Text(
        "--instances", "Instance maps of label maps, for the borders between instances: a file, or a folder with a file of each input's " +
            "name.", "FILE|DIR");

    /// <summary>The instance maps of the inputs, which are known once the files are.</summary>
    private readonly Dictionary<string, string> _maps = new(StringComparer.Ordinal);

    private readonly Option<string> _scratch = Plain.Text(
        "--scratch", "Folder of the temporary files of --exact, up to 400 bytes a pixel (default the system's).", "DIR");

    private readonly Option<double> _temporal = DeviceOptions.Temporal();
    private readonly Option<int> _jobs = Number.Whole(
        "--jobs", "Pictures that are decoded and encoded in parallel while one is translated.", FileTranslation.DefaultJobs, least: 1);

    private readonly Option<string> _device = DeviceOptions.Device();
    private readonly Option<int> _threads = DeviceOptions.Threads();
    private readonly (Option<bool> On, Option<bool> Off) _tune = DeviceOptions.Tune();

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
        var verb = new TranslateCommand();
        var command = verb.Declared();
        command.SetAction((parsed, cancellation) => Task.FromResult(
            RankedWork.Run(parsed, (ranks, screen) => verb.Run(parsed, ranks, screen, cancellation))));
        return command;
    }

    private Command Declared() => new("translate", "Translates pictures with a trained generator.")
    {
        _model,
        _input,
        _output,
        _settings.Add(
            Plain.Text("--network", "Network of a file that holds several, by its name there: params_ema, generator_AB.", "NAME"),
            (s, v) => s with { Network = v }),
        _settings.Add(
            Choice.Of<Direction>("--direction", "Direction of the translation, for a model with both (default that of training)."),
            (s, v) => s with { Direction = v }),
        _settings.Add(
            Plain.Text("--label", "Target label, for a generator that takes labels; several are separated by commas.", "L"),
            (s, v) => s with { Label = v }),
        _settings.Add(_samples, (s, v) => s with { Samples = v }),
        _settings.Add(
            Choice.Parsed<ulong?>("--seed", "Seed of these outputs (default 1).", "N", text => Number.SeedOf("--seed", text)),
            (s, v) => s with { Seed = v }),
        _settings.Add(DeviceOptions.Steps(), (s, v) => s with { Steps = v }),
        _settings.Add(
            Plain.Text("--style", "A picture whose style is used, for a generator with styles.", "FILE"), (s, v) => s with { Style = v }),
        _settings.Add(
            Plain.Text("--style-labels", "The label map of that picture, for a generator with a style for each class.", "FILE"),
            (s, v) => s with { StyleLabels = v }),
        _settings.Add(_instances, (s, _) => s with { InstanceMaps = _maps }),
        _settings.Add(
            Plain.Flag("--eval", "Use the running statistics of training in batch norms instead of the picture's own."),
            (s, v) => s with { Eval = v }),
        _settings.Add(
            Choice.Parsed<ulong?>(
                "--dropout-seed", "Keep dropout on, as the reference does, with masks of this seed.", "N",
                text => Number.SeedOf("--dropout-seed", text)),
            (s, v) => s with { DropoutSeed = v }),
        _settings.Add(
            Number.Whole("--size", "Resize pictures to a square of this side first (default: their own size)."),
            (s, v) => s with { Size = v }),
        _settings.Add(
            Number.Whole(
                "--long-side", "Translate longer pictures at this length of their longer side, and scale the result back (default: as " +
                    "the model's file says, mostly their own size)."),
            (s, v) => s with { LongSide = v }),
        _settings.Add(
            Plain.Flag("--keep-size", "Resize the result back to the picture's size if --size changed it."),
            (s, v) => s with { KeepSize = v }),
        _settings.Add(
            Plain.Flag(
                "--whole", "Translate whole pictures, even if they have the shape of the training's pairs (by default only the input " +
                    "half of these is translated)."),
            (s, v) => s with { Whole = v }),
        _settings.Add(
            Number.Whole("--tile", "Translate big pictures in tiles of this side, in bounded memory."), (s, v) => s with { Tile = v }),
        _settings.Add(
            Number.Whole("--overlap", "Pixels by which tiles overlap and are blended.", value: 32, least: 0),
            (s, v) => s with { Overlap = v }),
        _settings.Add(
            Plain.Flag(
                "--exact", "Translate big pictures layer by layer through temporary files: in the memory of a tile, but with the norms " +
                    "of the whole picture and no seams."),
            (s, v) => s with { Exact = v }),
        _settings.Add(_scratch, (s, v) => s with { Scratch = v }),
        _settings.Add(
            Choice.Of<PixelRange>(
                "--range", "Values of black and white for an .onnx graph: -1 and 1, 0 and 1, 0 and 255 (default: -1 and 1, or what a " +
                    "graph shows that takes or scales bytes)."),
            (s, v) => s with { Range = v }),
        _temporal,
        _jobs,
        _device,
        _threads,
        _tune.On,
        _tune.Off,
    };

    private int Run(ParseResult parsed, IRanks ranks, Screen screen, CancellationToken cancellation)
    {
        var (input, output) = (parsed.GetRequiredValue(_input), parsed.GetRequiredValue(_output));
        if (!_settings.Of(parsed, new TranslationSettings()).Exact)
        {
            parsed.RefuseUnused("a translation without --exact", [_scratch]);
        }

        if (ClipFile.HasClipName(input) && !Directory.Exists(input))
        {
            // Each frame depends on the one before, so processes can't share the work.
            return ranks.Leads() ? RunClip(parsed, screen, cancellation) : ExitCode.Done;
        }

        if (parsed.GetValue(_temporal) > 0)
        {
            throw new UsageException("--temporal is for clips; --input is not one");
        }

        using var on = ranks.OpenDevice(parsed.GetRequiredValue(_device), parsed.GetValue(_threads));
        (on.Tuning, on.Announce) = (DeviceOptions.TuningOf(parsed, _tune.Off, ranks.Count), screen.Announce);
        var (model, settings) = (parsed.GetRequiredValue(_model), _settings.Of(parsed, new TranslationSettings()));

        // Rank 0's list, for all: other machines may see other files.
        var leftOut = new List<string>();
        var plan = ranks.OfLeader(() => FileTranslation.Plan(input, output, settings.Samples, leftOut.Add)
            .Select(p => new PlannedFile(p.Input, p.Output)).ToList()).ConvertAll(p => (p.Input, p.Output));
        if (settings.InstanceMaps is not null && parsed.GetValue(_instances) is { } mapPath)
        {
            foreach (var (picture, map) in ranks.OfLeader(
                () => FileTranslation.InstancesOf(plan, mapPath).ToDictionary(StringComparer.Ordinal)))
            {
                _maps.Add(picture, map);
            }
        }

        ranks.Together(() =>
        {
            new Originals([model, settings.Style, settings.StyleLabels, .. _maps.Values])
                .RefuseOver(plan.SelectMany(p => FileTranslation.Outputs(p.Output, settings.Samples)));
            return true;
        });

        // Before the work, which would be lost if this failed.
        OutputPath.MakeFolder(plan is [var only] ? Path.GetDirectoryName(Path.GetFullPath(only.Output))! : output);
        return Run(
            ranks, screen, () => Said(screen, Usage.Of(() => Translator.Open(model, on, settings))), plan, leftOut, parsed.GetValue(_jobs),
            cancellation);
    }

    private int RunClip(ParseResult parsed, Screen screen, CancellationToken cancellation)
    {
        if (((Option[])[_samples, _instances]).FirstOrDefault(parsed.IsSet) is { } option)
        {
            throw new UsageException($"{option.Name} is for pictures; --input is a clip, which has one result");
        }

        var input = parsed.GetRequiredValue(_input);
        var file = ClipFile.OutputFor(input, parsed.GetRequiredValue(_output));
        using var clip = Opened(input, cancellation);
        OutputPath.MakeFolderOf(file);
        using var on = Device.Open(parsed.GetRequiredValue(_device), parsed.GetValue(_threads));
        (on.Tuning, on.Announce) = (DeviceOptions.TuningOf(parsed, _tune.Off), screen.Announce);
        var (model, settings) = (parsed.GetRequiredValue(_model), _settings.Of(parsed, new TranslationSettings()));
        return Run(
            screen, () => Said(screen, Translator.Open(model, on, settings)), clip, file, parsed.GetValue(_temporal), cancellation);
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

        if (clip.Shortage is { } shortage)
        {
            screen.Complain($"{info.File}: {shortage}");
        }

        screen.Result(
            new { input = info.File, output = result.Output, frames = result.Frames, width = result.Width, height = result.Height,
                rate = info.Rate.PerSecond, sound = info.Sound, seconds = Math.Round(seconds, 3) },
            $"{result.Output}: {Counted.Of(result.Frames, "frame")} of {result.Width}x{result.Height} pixels" +
                $"{(result.HasSound ? ", with the clip's sound" : "")} ({seconds:0.0} s, {result.Frames / seconds:0.0} a second)");
        return clip.Shortage is null ? ExitCode.Done : ExitCode.Failed;
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

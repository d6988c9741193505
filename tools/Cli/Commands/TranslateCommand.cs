using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Clips;
using IlgpuGan.Models.Families;
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

/// <summary>What <c>translate</c> is asked for, besides the settings of a translation.</summary>
internal sealed record TranslateOptions
{
    [Option(
        "A run's folder, a checkpoint, a reference .pth generator, an .onnx graph, or zoo:NAME (see 'ilgpugan models').",
        Values = "RUN|FILE"), Required]
    public string Model { get; init; } = "";

    [Option("A picture, a folder of pictures including its subfolders, or a clip (which needs ffmpeg).", Values = "FILE|DIR"), Required]
    public string Input { get; init; } = "";

    [Option("Output file or folder.", Values = "FILE|DIR"), Required]
    public string Out { get; init; } = "";

    [Option(
        "Instance maps of label maps, for the borders between instances: a file, or a folder with a file of each input's name.",
        Values = "FILE|DIR")]
    public string? Instances { get; init; }

    [Option(
        "Against flicker in clips: weight of the previous output where the input has not changed, such as 0.8 (0: frames are independent).",
        Least = 0, Most = 0.99)]
    public double Temporal { get; init; }

    [Option("Most pixels that a picture may have; memory grows with it, also in tiles.", Least = 1)]
    public long MaxPixels { get; init; } = DecodeOptions.DefaultMaxPixels;

    [Option("Pictures that are decoded and encoded in parallel while one is translated.", Least = 1)]
    public int Jobs { get; init; } = FileTranslation.DefaultJobs;
}

/// <summary><c>translate --model RUN|FILE --input FILE|DIR --out FILE|DIR</c>: pictures, or a clip.</summary>
internal sealed class TranslateCommand
{
    private readonly RecordOptions<TranslateOptions> _options = new();
    private readonly RecordOptions<TranslationSettings> _settings = new();
    private readonly RecordOptions<TunedDeviceOptions> _device = new();

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
        var command = new Command("translate", "Translates pictures with a trained generator.");
        Array.ForEach([.. verb._options.All, .. verb._settings.All, .. verb._device.All], command.Add);
        command.SetAction((parsed, cancellation) => Task.FromResult(
            RankedWork.Run(parsed, (ranks, screen) => verb.Run(parsed, ranks, screen, cancellation))));
        return command;
    }

    private int Run(ParseResult parsed, IRanks ranks, Screen screen, CancellationToken cancellation)
    {
        var (asked, settings) = (_options.Of(parsed), _settings.Of(parsed));
        if (ClipFile.HasClipName(asked.Input) && !Directory.Exists(asked.Input))
        {
            // Each frame depends on the one before, so processes can't share the work.
            return ranks.Leads() ? RunClip(_device.Of(parsed), asked, settings, screen, cancellation) : ExitCode.Done;
        }

        if (asked.Temporal > 0)
        {
            throw new UsageException("--temporal is for clips; --input is not one");
        }

        using var on = _device.Of(parsed).Open(ranks, screen);

        // Rank 0's list, for all: other machines may see other files.
        var leftOut = new List<string>();
        var plan = ranks.OfLeader(() => FileTranslation.Plan(asked.Input, asked.Out, settings.Samples, leftOut.Add)
            .Select(p => new PlannedFile(p.Input, p.Output)).ToList()).ConvertAll(p => (p.Input, p.Output));
        if (asked.Instances is not null)
        {
            var maps = ranks.OfLeader(() => FileTranslation.InstancesOf(plan, asked.Instances).ToDictionary(StringComparer.Ordinal));
            settings = settings with { InstanceMaps = maps };
        }

        ranks.Together(() =>
        {
            new Originals([asked.Model, settings.Style, settings.StyleLabels, .. settings.InstanceMaps?.Values ?? []])
                .RefuseOver(plan.SelectMany(p => FileTranslation.Outputs(p.Output, settings.Samples)));
            return true;
        });

        // Before the work, which would be lost if this failed.
        OutputPath.MakeFolder(plan is [var only] ? Path.GetDirectoryName(Path.GetFullPath(only.Output))! : asked.Out);
        return Run(
            ranks, screen, () => Said(screen, Usage.Of(() => Translator.Open(asked.Model, on, settings))), plan, leftOut, asked,
            cancellation);
    }

    private static int RunClip(
        TunedDeviceOptions device, TranslateOptions asked, TranslationSettings settings, Screen screen, CancellationToken cancellation)
    {
        if ((asked.Instances is not null ? "--instances" : settings.Samples is not null ? "--samples" : null) is { } option)
        {
            throw new UsageException($"{option} is for pictures; --input is a clip, which has one result");
        }

        var file = ClipFile.OutputFor(asked.Input, asked.Out);
        using var clip = Opened(asked.Input, cancellation);
        OutputPath.MakeFolderOf(file);
        using var on = device.Open(new SoleRank(), screen);
        return Run(screen, () => Said(screen, Translator.Open(asked.Model, on, settings)), clip, file, asked.Temporal, cancellation);
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
        IReadOnlyList<string> leftOut, TranslateOptions asked, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var results = ranks.Shared(plan, part =>
            WorkDisplay.Run(screen, part.Count, "pictures", report =>
                FileTranslation.Run(open, part, file => report(Path.GetFileName(file.Input)), asked.Jobs, asked.MaxPixels, cancellation)
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

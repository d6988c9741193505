using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Clips;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Generation;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>generate --model RUN --out DIR|FILE</c>: pictures from noise, labels, or the one picture of a training.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var model = Plain.Text("--model", "A run's folder or a checkpoint.", "RUN", required: true);
        var output = Plain.Text(
            "--out", "Folder for the pictures: 0001.png, 0002.png, …; with --animate or --interpolate also a clip (which needs ffmpeg).",
            "DIR|FILE", required: true);
        var count = Number.Whole("--count", "Pictures to make.", value: 1, least: 1, most: 1_000_000);
        var seed = Number.Seed("Seed of all random numbers: the same seed gives the same pictures.");
        var request = new RecordOptions<GenerationRequest>();
        var label = request.Add(
            Plain.Text("--label", "Class of the pictures, or comma-separated attributes (default all in turn).", "L"),
            (r, v) => r with { Label = v });
        var embeddings = request.Add(
            Plain.Text(
                "--embeddings", "Embeddings to generate for in turn, for a model that takes them: an array (N, numbers) of float32.",
                "FILE"),
            (r, v) => r with { Embeddings = NpyFile.LoadVectors(v!) });
        var size = Choice.Parsed<Size2d?>("--size", "Size of the pictures (default that of training).", "WxH", SizeOf);
        var interpolate = request.Add(
            Plain.Flag("--interpolate", "Interpolate between two pictures in equal steps."), (r, v) => r with { Interpolate = v });
        var fromScale = request.Add(
            Number.Whole(
                "--from-scale",
                "For a pyramid, the coarsest scale with new noise, from 0; with --inject, the scale at which the picture is injected.",
                least: 0,
                most: 1000),
            (r, v) => r with { FromScale = v });
        var inject = request.Add(
            Plain.Text("--inject", "A picture to inject: a painting, or an edited picture to harmonise.", "FILE"),
            (r, v) => r with { Inject = PictureFile.Load(v!) });
        var mask = request.Add(
            Plain.Text("--mask", "With --inject: white where its result is used, black for the training picture.", "FILE"),
            (r, v) => r with { Mask = PictureFile.Load(v!) });
        var grow = Number.Whole(
            "--mask-grow", "Pixels by which the white of --mask grows before its edge is smoothed.", value: 7, least: 0, most: 1000);
        var superResolve = request.Add(
            Plain.Flag("--super-resolve", "Enlarge the training picture four times (super-resolution)."),
            (r, v) => r with { SuperResolve = v });
        var animate = request.Add(Plain.Flag("--animate", "Generate the frames of an animation."), (r, v) => r with { Animate = v });
        var device = DeviceOptions.Device();
        var threads = DeviceOptions.Threads();
        var command = new Command("generate", "Generates pictures with a model trained to generate from noise, labels or one picture.")
        {
            model, output, count, seed, label, embeddings, size, interpolate, fromScale, inject, mask, grow, superResolve, animate, device,
            threads,
        };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(mask) is null)
            {
                parsed.RefuseUnused("generate without --mask", [grow]);
            }

            var standard = new GenerationRequest
            {
                Count = parsed.GetValue(count),
                Seed = parsed.GetValue(seed),
                Size = parsed.GetValue(size),
                MaskGrow = parsed.GetValue(grow),
            };
            var to = parsed.GetRequiredValue(output);
            var isClip = ClipFile.HasClipName(to) && !Directory.Exists(to);
            using var on = Device.Open(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            using var generator = PictureGenerator.Open(parsed.GetRequiredValue(model), on);
            var pictures = Usage.Of(() => request.Of(parsed, standard) is var asked && (!isClip || asked.Animate || asked.Interpolate)
                ? generator.Generate(asked)
                : throw new UsageException(
                    $"--out {to}: a clip is of pictures that follow each other: --animate or --interpolate; for others name a folder"));
            string?[] shown = [parsed.GetValue(inject), parsed.GetValue(mask), generator.Options.Data];
            string?[] read = [parsed.GetValue(model), parsed.GetValue(embeddings), .. shown];
            if (isClip)
            {
                new Originals(read).RefuseOver(to);
                var files = read.OfType<string>().Where(File.Exists).Select(file => $"{File.GetLastWriteTimeUtc(file):O}");
                var identity = string.Join('\n', [.. parsed.Tokens.Select(token => token.Value), generator.Weights, .. files]);
                return Task.FromResult(RunClip(Screen.Of(parsed), pictures, to, identity, cancellation));
            }

            RequireOthers(to, read, shown);
            return Task.FromResult(Run(Screen.Of(parsed), pictures, to, cancellation));
        });
        return command;
    }

    /// <summary>
    /// Refuses a folder in which one of the numbered pictures is read, or has been trained on, or lies beside such a picture.
    /// </summary>
    /// <param name="folder">the output</param>
    /// <param name="read">files and folders</param>
    /// <param name="shown">those of them that are pictures, or folders of these</param>
    private static void RequireOthers(string folder, string?[] read, string?[] shown)
    {
        if (Directory.Exists(folder))
        {
            string[] numbered =
                [.. Directory.EnumerateFiles(folder, "*.png").Where(f => Path.GetFileNameWithoutExtension(f).All(char.IsAsciiDigit))];
            new Originals(read).RefuseOver(numbered);
            foreach (var picture in shown.OfType<string>().Where(File.Exists))
            {
                Originals.RefuseBeside(picture, numbered);
            }
        }
    }

    private static int RunClip(
        Screen screen, IEnumerable<Picture> pictures, string file, string identity, CancellationToken cancellation)
    {
        OutputPath.MakeFolderOf(file);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var (frames, width, height) = GeneratedClip.Write(pictures, file, identity, cancellation);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            screen.Result(
                new { generated = frames, width, height, seconds = Math.Round(seconds, 3), files = new[] { file } },
                Invariant.Text($"{Counted.Of(frames, "frame")} of {width}x{height} pixels in {file} ({seconds:0.00} s)"));
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static int Run(Screen screen, IEnumerable<Picture> pictures, string folder, CancellationToken cancellation)
    {
        OutputPath.MakeFolder(folder);
        var start = Stopwatch.GetTimestamp();
        var (files, failures) = (new List<string>(), new List<string>());
        var (width, height) = (0, 0);
        foreach (var picture in pictures)
        {
            var number = files.Count + failures.Count + 1;
            var file = Path.Combine(folder, number.ToString("D4", CultureInfo.InvariantCulture) + ".png");
            if (ResultFile.TryWrite(() => PictureFile.Save(picture, file), failures))
            {
                files.Add(file);
            }

            (width, height) = (picture.Width, picture.Height);
            if (cancellation.IsCancellationRequested)
            {
                break;
            }
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        screen.WarnOfOthers(folder, files, name => name.Length >= 8 && name[..^4].All(char.IsAsciiDigit));
        screen.Result(
            new { generated = files.Count, failed = failures.Count, width, height, seconds = Math.Round(seconds, 3), files },
            Invariant.Text($"{Counted.Of(files.Count, "picture")} of {width}x{height} pixels in {folder} ({seconds:0.00} s)") +
                (failures.Count > 0 ? $", {failures.Count} failed" : ""));
        var code = screen.Ended(failures);
        return cancellation.IsCancellationRequested ? ExitCode.Interrupted : code;
    }

    /// <exception cref="FormatException">the text is not a size; the message says so</exception>
    private static Size2d? SizeOf(string text) =>
        text.Split('x') is [var width, var height]
            ? new Size2d(
                Width: (int)Number.WholeOf("the width in --size", width, 1, OptionsValidation.LargestSide),
                Height: (int)Number.WholeOf("the height in --size", height, 1, OptionsValidation.LargestSide))
            : throw new FormatException($"--size needs a width and a height such as 320x200, not '{text}'");
}

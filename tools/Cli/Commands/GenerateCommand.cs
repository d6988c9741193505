using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Clips;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Generation;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>generate</c> is asked for, besides the pictures' own request.</summary>
internal sealed record GenerateOptions
{
    [Option("A run's folder or a checkpoint.", Values = "RUN"), Required]
    public string Model { get; init; } = "";

    [Option(
        "Folder for the pictures: 0001.png, 0002.png, …; with --animate or --interpolate also a clip (which needs ffmpeg).",
        Values = "DIR|FILE"), Required]
    public string Out { get; init; } = "";

    [Option(
        "Embeddings to generate for in turn, for a model that takes them: an array (N, numbers) of float32.", Values = "FILE")]
    public string? Embeddings { get; init; }

    [Option("A picture to inject: a painting, or an edited picture to harmonise.", Values = "FILE")]
    public string? Inject { get; init; }

    [Option("With --inject: white where its result is used, black for the training picture.", Values = "FILE")]
    public string? Mask { get; init; }
}

/// <summary><c>generate --model RUN --out DIR|FILE</c>: pictures from noise, labels, or the one picture of a training.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var (options, request, device) =
            (new RecordOptions<GenerateOptions>(), new RecordOptions<GenerationRequest>(), new RecordOptions<ThreadedDeviceOptions>());
        var command = new Command("generate", "Generates pictures with a model trained to generate from noise, labels or one picture.");
        Array.ForEach([.. options.All, .. request.All, .. device.All], command.Add);
        command.SetAction((parsed, cancellation) =>
        {
            var asked = options.Of(parsed);
            if (asked.Mask is null)
            {
                parsed.RefuseUnused("generate without --mask", request[nameof(GenerationRequest.MaskGrow)]);
            }

            var to = asked.Out;
            var isClip = ClipFile.HasClipName(to) && !Directory.Exists(to);
            using var on = device.Of(parsed).Open();
            using var generator = PictureGenerator.Open(asked.Model, on);
            var wanted = request.Of(parsed) with
            {
                Embeddings = asked.Embeddings is { } vectors ? NpyFile.LoadVectors(vectors) : null,
                Inject = asked.Inject is { } injected ? PictureFile.Load(injected) : null,
                Mask = asked.Mask is { } mask ? PictureFile.Load(mask) : null,
            };
            var pictures = Usage.Of(() => !isClip || wanted.Animate || wanted.Interpolate
                ? generator.Generate(wanted)
                : throw new UsageException(
                    $"--out {to}: a clip is of pictures that follow each other: --animate or --interpolate; for others name a folder"));
            string?[] shown = [asked.Inject, asked.Mask, generator.Options.Data];
            string?[] read = [asked.Model, asked.Embeddings, .. shown];
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
}

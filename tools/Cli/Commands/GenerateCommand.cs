using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Generation;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>generate --model RUN --out DIR</c>: pictures from noise, labels, or the one picture that a run learned from.</summary>
internal static class GenerateCommand
{
    private const int LargestSide = OptionsValidation.LargestSide;

    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "A run's folder or a checkpoint.", HelpName = "RUN", Required = true };
        var output = new Option<string>(
            "--out") { Description = "Folder for the pictures: 0001.png, 0002.png, …", HelpName = "DIR", Required = true };
        var count = Number.Whole("--count", "Pictures to make.", value: 1, least: 1, most: 1_000_000);
        var seed = Number.Seed("Everything random follows from it: the same seed, the same pictures.");
        var label = new Option<string>(
            "--label") { Description = "The class of the pictures, or attributes separated by commas (default all in turn).",
            HelpName = "L" };
        var embeddings = new Option<string>(
            "--embeddings") { Description = "What to ask for, in turn, of a model that takes embeddings: an array (N, numbers) of float32.",
            HelpName = "FILE" };
        var size = Choice.Parsed<(int Width, int Height)?>("--size", "Another size than that of training.", "WxH", SizeOf);
        var interpolate = new Option<bool>("--interpolate") { Description = "Lead from one picture to another in equal steps." };
        var fromScale = Number.Whole(
            "--from-scale",
            "The scale of a pyramid at which chance begins, 0 being the coarsest; with --inject, at which the picture is put in.", least: 0,
            most: 1000);
        var inject = new Option<string>(
            "--inject") { Description =
                "A picture to put in: a painting to turn into a picture, an edited or pasted picture to make whole.",
            HelpName = "FILE" };
        var mask = new Option<string>(
            "--mask") { Description = "With --inject: white where its result counts, black where the picture of training stays.",
            HelpName = "FILE" };
        var grow = Number.Whole(
            "--mask-grow", "Pixels by which the white of --mask grows before its edge is smoothed.", value: 7, least: 0, most: 1000);
        var superResolve =
            new Option<bool>("--super-resolve") { Description = "Make the picture of training four times as wide and as high." };
        var animate = new Option<bool>("--animate") { Description = "Make frames that follow each other." };
        var device = Compute.Device();
        var threads = Compute.Threads();
        var command = new Command("generate", "Makes pictures with a model that draws from noise, labels or one picture.")
        {
            model, output, count, seed, label, embeddings, size, interpolate, fromScale, inject, mask, grow, superResolve, animate, device,
            threads,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var request = new GenerationRequest
            {
                Count = parsed.GetValue(count),
                Seed = parsed.GetValue(seed),
                Label = parsed.GetValue(label),
                Embeddings = parsed.GetValue(embeddings) is { } vectors ? NpyFile.LoadVectors(vectors) : null,
                Size = parsed.GetValue(size),
                Interpolate = parsed.GetValue(interpolate),
                FromScale = parsed.GetValue(fromScale),
                Inject = parsed.GetValue(inject) is { } injected ? PictureFile.Load(injected) : null,
                Mask = parsed.GetValue(mask) is { } masked ? PictureFile.Load(masked) : null,
                MaskGrow = parsed.GetValue(grow),
                SuperResolve = parsed.GetValue(superResolve),
                Animate = parsed.GetValue(animate),
            };
            using var on = Device.Open(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            using var generator = PictureGenerator.Open(parsed.GetRequiredValue(model), on);
            var pictures = Usage.Of(() => generator.Generate(request));
            return Task.FromResult(Run(Screen.Of(parsed), pictures, parsed.GetRequiredValue(output), cancellation));
        });
        return command;
    }

    private static int Run(Screen screen, IEnumerable<Picture> pictures, string folder, CancellationToken cancellation)
    {
        OutputPlace.MakeFolder(folder);
        var start = Stopwatch.GetTimestamp();
        var files = new List<string>();
        var (width, height) = (0, 0);
        foreach (var picture in pictures)
        {
            var file = Path.Combine(folder, (files.Count + 1).ToString("D4", CultureInfo.InvariantCulture) + ".png");
            PictureFile.Save(picture, file);
            files.Add(file);
            (width, height) = (picture.Width, picture.Height);
            if (cancellation.IsCancellationRequested)
            {
                break;
            }
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        screen.Result(
            new { generated = files.Count, width, height, seconds = Math.Round(seconds, 3), files },
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Of(files.Count, "picture")} of {width}x{height} pixels in {folder} ({seconds:0.00} s)"));
        return cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }

    /// <exception cref="FormatException">the text is no size; the message says so</exception>
    private static (int Width, int Height)? SizeOf(string text) =>
        text.Split('x') is [var width, var height]
            ? (
                (int)Number.WholeOf("the width in --size", width, 1, LargestSide),
                (int)Number.WholeOf("the height in --size", height, 1, LargestSide))
            : throw new FormatException($"--size needs a width and a height such as 320x200, not '{text}'");
}

using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Imaging;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Imaging;

/// <summary>
/// <c>codecs FOLDER [--python PATH]</c>: milliseconds to decode, encode and resize each picture of a folder on one thread, beside Pillow's
/// if that Python has it. Best of many runs, in processor time, which other programs disturb the least.
/// </summary>
internal static class CodecsCommand
{
    private const double SecondsEach = 0.5;

    /// <summary>A run repeats the work for at least this many seconds, since processor time has a coarse resolution.</summary>
    private const double ShortestRun = 0.01;

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "PNG and JPEG pictures." };
        var python = new Option<string?>("--python") { Description = "Interpreter that has Pillow." };
        var command = new Command("codecs", "Times decoding, encoding and resizing of the pictures of a folder.") { folder, python };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder), parsed.GetValue(python)));
        return command;
    }

    private static int Run(string folder, string? python)
    {
        string[] pictures = Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal)] : [];
        if (pictures.Length == 0)
        {
            Console.Error.WriteLine(
                $"{folder}: {(Directory.Exists(folder) ? "holds no PNG or JPEG pictures" : "there is no such folder")}");
            return 1;
        }

        Console.WriteLine("| picture | work | ms | Pillow's ms | ratio |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var path in pictures)
        {
            var peers = python is null ? [] : PillowTimes(python, path);
            foreach (var (work, milliseconds) in Times(path))
            {
                var (peer, ratio) = peers.TryGetValue(work, out var theirs)
                    ? (
                        theirs.ToString("F2", CultureInfo.InvariantCulture),
                        (milliseconds / theirs).ToString("F2", CultureInfo.InvariantCulture))
                    : ("", "");
                Console.WriteLine(Invariant.Text($"| {Path.GetFileName(path)} | {work} | {milliseconds:F2} | {peer} | {ratio} |"));
            }
        }

        return 0;
    }

    private static bool IsPicture(string path) => Path.GetExtension(path) is ".jpg" or ".jpeg" or ".png";

    /// <summary>Times of each work, under the names that pillow_times.py prints.</summary>
    private static IEnumerable<(string Work, double Milliseconds)> Times(string path)
    {
        var file = File.ReadAllBytes(path);
        var image = ImageFile.Load(file).ToEightBits().ToChannels(3);
        yield return ("decode", Best(() => ImageFile.Load(file)));
        yield return ("jpeg-75-420", Best(() => JpegEncoder.Encode(image, 75, ChromaSubsampling.Both)));
        yield return ("jpeg-95-444", Best(() => JpegEncoder.Encode(image, 95, ChromaSubsampling.None)));
        yield return ("png-6", Best(() => PngEncoder.Encode(image)));
        yield return ("bicubic-286", Best(() => image.Resize(286, 286)));
    }

    private static double Best(Action work)
    {
        work();
        var best = double.MaxValue;
        var repetitions = 1;
        var clock = Stopwatch.StartNew();
        for (var runs = 0; runs < 3 || clock.Elapsed.TotalSeconds < SecondsEach; runs++)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var n = 0; n < repetitions; n++)
            {
                work();
            }

            var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            if (seconds < ShortestRun)
            {
                repetitions *= 2;
                continue;
            }

            best = Math.Min(best, seconds / repetitions);
        }

        return best * 1e3;
    }

    private static Dictionary<string, double> PillowTimes(string python, string path)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Imaging", "pillow_times.py");
        using var process =
            Process.Start(new ProcessStartInfo(python, [script, path]) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException($"{python} did not start");
        var times = process.StandardOutput.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(fields => fields[0], fields => double.Parse(fields[1], CultureInfo.InvariantCulture));
        process.WaitForExit();
        return times;
    }
}

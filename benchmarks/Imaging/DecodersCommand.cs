using System.CommandLine;
using IlgpuGan.Benchmarks.Measuring;

namespace IlgpuGan.Benchmarks.Imaging;

/// <summary>
/// <c>decoders FOLDER… [--damaged N] [--limit S] [--seed N]</c>: megapixels per second on one thread over the pictures of folders, of our
/// decoders and of StbImageSharp, and what both do with damaged copies. As Markdown.
/// </summary>
internal static class DecodersCommand
{
    private const int Rounds = 3;

    public static Command Create()
    {
        var folders = new Argument<string[]>("FOLDER") { Description = "PNG and JPEG pictures.", Arity = ArgumentArity.OneOrMore };
        var damaged = new Option<int>("--damaged") { Description = "Number of copies with up to eight bytes changed, or cut off." };
        var limit = PositiveOption.Of("--limit", "Seconds after which decoding a copy counts as a hang.", 10.0);
        var seed = new Option<int>("--seed") { Description = "Seed of the changes.", DefaultValueFactory = _ => 1 };
        var command = new Command("decoders", "Times decoding beside StbImageSharp, and tries both on damaged files.")
        {
            folders, damaged, limit, seed,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folders),
            parsed.GetValue(damaged),
            TimeSpan.FromSeconds(parsed.GetValue(limit)),
            parsed.GetValue(seed)));
        return command;
    }

    private static int Run(string[] folders, int damaged, TimeSpan limit, int seed)
    {
        if (folders.FirstOrDefault(f => !Directory.Exists(f)) is { } missing)
        {
            Console.Error.WriteLine($"{missing}: there is no such folder");
            return 1;
        }

        string[] paths = [.. folders.SelectMany(f => Directory.GetFiles(f)).Where(CodecsCommand.IsPicture).Order(StringComparer.Ordinal)];
        var sound = paths.Where(path => Decoder.All.All(d => d.Attempt(File.ReadAllBytes(path)) == DecodingOutcome.Decoded)).ToList();
        if (sound.Count == 0)
        {
            Console.Error.WriteLine($"{string.Join(", ", folders)}: no PNG or JPEG pictures that both decode");
            return 1;
        }

        Console.WriteLine($"{sound.Count} files that both decode, on one thread, best of {Rounds} rounds in turn:");
        Console.WriteLine();
        Console.WriteLine("| decoder | Mpixel/s |");
        Console.WriteLine("|---|---|");
        foreach (var (decoder, rate) in Rates([.. sound.Select(File.ReadAllBytes)]))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {decoder.Name} | {rate / 1e6:F0} |"));
        }

        if (damaged > 0)
        {
            Console.WriteLine();
            Console.WriteLine($"{damaged} damaged copies (seed {seed}):");
            Console.WriteLine();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| decoder | decoded | refused | other exceptions | crashes | no answer in {limit.TotalSeconds} s | longest answer, s |"));
            Console.WriteLine("|---|---|---|---|---|---|---|");
            var files = new DamagedFiles(sound, seed, damaged, limit);
            foreach (var decoder in Decoder.All)
            {
                var o = files.Attempt(decoder);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {decoder.Name} | {o.Decoded} | {o.Refused} | {o.Threw} | {o.Crashed} | {o.Hung} | {o.LongestSeconds:F3} |"));
            }
        }

        return 0;
    }

    /// <summary>Pixels per second of processor time, which other programs disturb the least.</summary>
    private static IEnumerable<(Decoder Decoder, double Rate)> Rates(List<byte[]> files)
    {
        var best = new double[Decoder.All.Length];
        for (var round = 0; round < Rounds; round++)
        {
            for (var d = 0; d < best.Length; d++)
            {
                var before = Environment.CpuUsage.TotalTime;
                var pixels = files.Sum(Decoder.All[d].Decode);
                best[d] = Math.Max(best[d], pixels / (Environment.CpuUsage.TotalTime - before).TotalSeconds);
            }
        }

        return Decoder.All.Zip(best);
    }
}

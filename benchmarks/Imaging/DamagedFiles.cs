using System.Diagnostics;
using IlgpuGan.Benchmarks.Peers;

namespace IlgpuGan.Benchmarks.Imaging;

/// <summary>What a decoder did with damaged files.</summary>
internal sealed record DamagedFilesOutcome
{
    public int Decoded { get; set; }

    public int Refused { get; set; }

    public int Threw { get; set; }

    /// <summary>Files that crashed the process, or exhausted its memory.</summary>
    public int Crashed { get; set; }

    /// <summary>Files that exceeded the time limit.</summary>
    public int Hung { get; set; }

    /// <summary>The longest time of the files that were answered.</summary>
    public double LongestSeconds { get; set; }
}

/// <summary>
/// Gives a decoder files with up to eight bytes changed, or the end cut off. It runs in a separate process, since only a process that hangs
/// can be killed. The next process continues after the file that hung or crashed the last one.
/// </summary>
internal sealed class DamagedFiles(IReadOnlyList<string> samples, int seed, int count, TimeSpan limit)
{
    /// <summary>First argument that makes this program the decoding process.</summary>
    public const string Verb = "decode-damaged";

    private const int MaxChangedBytes = 8;

    public DamagedFilesOutcome Attempt(Decoder decoder)
    {
        var outcome = new DamagedFilesOutcome();
        for (var next = 0; next < count; next++)
        {
            next = Attempt(decoder, next, outcome);
        }

        return outcome;
    }

    /// <summary>The decoding process: reads the paths of the samples from stdin, and prints a line for each damaged file.</summary>
    /// <param name="arguments">the decoder's name, the seed, the number of the first file, and the number after the last</param>
    public static int Run(string[] arguments)
    {
        var decoder = Decoder.All.Single(d => d.Name == arguments[0]);
        var numbers = arguments[1..].Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        var files = new List<byte[]>();
        while (Console.ReadLine() is { } path)
        {
            files.Add(File.ReadAllBytes(path));
        }

        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        decoder.Attempt(files[0]); // Warm-up: JIT compilation is not part of the times.
        output.WriteLine("ready");
        for (var n = numbers[1]; n < numbers[2]; n++)
        {
            var file = Damage(files, new Random(unchecked((numbers[0] * 1_000_003) + n)));
            var clock = Stopwatch.StartNew();
            var outcome = decoder.Attempt(file);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome} {clock.Elapsed.TotalSeconds:F6}"));
        }

        return 0;
    }

    /// <returns>the last file that was attempted</returns>
    private int Attempt(Decoder decoder, int first, DamagedFilesOutcome outcome)
    {
        var start = new ProcessStartInfo(IlgpuGanRunner.Host)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] arguments = [typeof(DamagedFiles).Assembly.Location, Verb, decoder.Name, $"{seed}", $"{first}", $"{count}"];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        process.BeginErrorReadLine();
        foreach (var sample in samples)
        {
            process.StandardInput.WriteLine(sample);
        }

        process.StandardInput.Close();
        try
        {
            _ = process.StandardOutput.ReadLine();
            for (var n = first; n < count; n++)
            {
                var answer = process.StandardOutput.ReadLineAsync();
                if (!answer.Wait(limit))
                {
                    outcome.Hung++;
                    return n;
                }

                if (answer.Result is not { } line)
                {
                    outcome.Crashed++;
                    return n;
                }

                Count(line, outcome);
            }

            return count - 1;
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static void Count(string line, DamagedFilesOutcome outcome)
    {
        var fields = line.Split(' ');
        switch (Enum.Parse<DecodingOutcome>(fields[0]))
        {
            case DecodingOutcome.Decoded:
                outcome.Decoded++;
                break;
            case DecodingOutcome.Refused:
                outcome.Refused++;
                break;
            default:
                outcome.Threw++;
                break;
        }

        outcome.LongestSeconds = Math.Max(outcome.LongestSeconds, double.Parse(fields[1], CultureInfo.InvariantCulture));
    }

    private static byte[] Damage(List<byte[]> files, Random random)
    {
        var file = (byte[])files[random.Next(files.Count)].Clone();
        if (random.Next(4) == 0)
        {
            return file[..random.Next(file.Length)];
        }

        for (var changes = 1 + random.Next(MaxChangedBytes); changes > 0; changes--)
        {
            file[random.Next(file.Length)] = (byte)random.Next(256);
        }

        return file;
    }
}

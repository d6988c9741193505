using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>
/// <c>rungs [--channels 128] [--size 64] [--threads N] [--from RUNG] [--seconds S]</c>: runs, checks and times every rung, as a Markdown
/// table.
/// </summary>
internal static class RungsCommand
{
    /// <summary>Allows for other orders of a thousand products and for Winograd's rounding; a mistake gives an error of about 1.</summary>
    private const double Tolerance = 1e-4;

    public static Command Create()
    {
        var channels = PositiveOption.Of("--channels", "Channels in and out.", 128);
        var size = PositiveOption.Of("--size", "Side of the output in pixels.", 64);
        var threads = PositiveOption.Of("--threads", "Threads of the rungs that use them.", Environment.ProcessorCount);
        var from = PositiveOption.Of("--from", "First rung to run; the others are compared with it.", 1);
        var seconds = PositiveOption.Of("--seconds", "Seconds for each rung; at least one run.", 1.0);
        var command = new Command(
            "rungs", "From the naive loop to the engine's kernels: runs, checks and times each step of HOW-IT-IS-FAST.md.") { channels,
            size, threads, from, seconds };
        command.SetAction(parsed => Run(
            new Convolution3x3(parsed.GetValue(channels), parsed.GetValue(channels), parsed.GetValue(size), parsed.GetValue(size)),
            parsed.GetValue(threads), parsed.GetValue(from), parsed.GetValue(seconds)));
        return command;
    }

    private static int Run(Convolution3x3 layer, int threads, int from, double seconds)
    {
        var rungs = Ladder.Rungs();
        if (from > rungs.Count)
        {
            Console.Error.WriteLine($"--from must be one of the {rungs.Count} rungs, not {from}");
            return 1;
        }

        var machine = Machine.Measure([1, threads]);
        var (one, all) = (machine.Peaks[0], machine.Peaks[1]);
        Console.WriteLine(machine);
        Console.WriteLine(Invariant.Text(
            $"3 × 3 convolution, {layer.Channels} → {layer.Filters} channels, {layer.Height} × {layer.Width}: {layer.Flops / 1e9:0.00} " +
                $"GFLOP; peak {one.Gflops:0} GFLOP/s on 1 thread, {all.Gflops:0} on {threads}\n"));
        Console.WriteLine("| rung | what changes | threads | ms | GFLOP/s | share of peak | × the one before | × the first " +
            "|\n|---|---|---|---|---|---|---|---|");
        var (x, w, y) = (layer.DrawInput(), layer.DrawWeight(), layer.NewOutput());
        float[]? expected = null;
        double first = 0, before = 0;
        var number = from;
        foreach (var rung in rungs.Skip(from - 1))
        {
            using var owner = rung as IDisposable;
            Array.Fill(y, float.NaN);
            var time = Best(() => rung.Run(layer, x, w, y, threads), seconds);
            expected ??= [.. y];
            if (RelativeError(y, expected) is var error && !(error < Tolerance))
            {
                Console.Error.WriteLine($"{rung.Name} is wrong: its relative error is {error:0.0e0}");
                return 1;
            }

            (first, before) = (first == 0 ? time : first, before == 0 ? time : before);
            var (gflops, peak) = (layer.Flops / time / 1e9, rung.UsesThreads ? all.Gflops : one.Gflops);
            Console.WriteLine(Invariant.Text(
                $"| {number++}. {rung.Name} | {rung.Change} | {(rung.UsesThreads ? threads : 1)} | {time * 1e3:0.0} | {gflops:0.0} | " +
                    $"{gflops / peak:P1} | {before / time:0.0} | {first / time:0.#} |"));
            before = time;
        }

        return 0;
    }

    /// <summary>‖y − expected‖ / ‖expected‖.</summary>
    public static double RelativeError(float[] y, float[] expected)
    {
        double difference = 0, norm = 0;
        for (var i = 0; i < y.Length; i++)
        {
            difference += Math.Pow(y[i] - (double)expected[i], 2);
            norm += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(difference / norm);
    }

    private static double Best(Action run, double seconds)
    {
        var best = double.MaxValue;
        var clock = Stopwatch.StartNew();
        do
        {
            var start = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        while (clock.Elapsed.TotalSeconds < seconds);
        return best;
    }
}

using System.Diagnostics;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Measured choices of convolutions' algorithms on one processor. Algorithms add in other orders, so a choice by measurement has other bits
/// than one by cost, and is made only for whoever asks for it.
/// </summary>
internal sealed class ConvolutionTunings(TuningTable table)
{
    /// <summary>An algorithm must beat the one of least cost by so much: less is noise.</summary>
    private const double LeastGain = 0.97;

    /// <summary>How long one algorithm is looked at.</summary>
    private static readonly TimeSpan s_enough = TimeSpan.FromMilliseconds(20);

    /// <summary>Seconds of a call.</summary>
    internal Func<Action, double> Clock { get; init; } = Fastest;

    /// <summary>This processor's, for so many threads; null unless <c>ILGPUGAN_TUNE=1</c>, or where there is no folder for them.</summary>
    public static ConvolutionTunings? Of(CpuThreads threads)
    {
        if (!Tunings.IsWanted)
        {
            return null;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{Processor.Name}, {CpuDevice.InstructionSet}, {threads.Count} threads");
        return Tunings.FileOf(name) is { } path
            ? new ConvolutionTunings(new TuningTable(path, $"{name}, {Tunings.Version}", ConvolutionAlgorithms.IsName))
            : null;
    }

    /// <summary>
    /// The fastest candidate: as measured before, else as measured now, else the one of least cost.
    /// </summary>
    /// <param name="pass">what is computed, with all that the candidates depend on</param>
    /// <param name="candidates">all ways that apply</param>
    /// <param name="trial">computes the pass at hand in one way; null where nothing can be computed yet</param>
    public ConvolutionChoice<TPass> Choose<TPass>(
        string pass, IReadOnlyList<ConvolutionCandidate<TPass>> candidates, Action<TPass>? trial)
    {
        var byCost = ConvolutionChoice<TPass>.Of(candidates);
        if (candidates.Count == 1)
        {
            return byCost;
        }

        if (candidates.FirstOrDefault(c => c.Name == table.Find(pass)) is { } known)
        {
            return new ConvolutionChoice<TPass>(known.Name, $"{known.Name}: measured to be the fastest before", known.Build());
        }

        return trial is null ? byCost : Measure(pass, byCost, candidates, trial);
    }

    private ConvolutionChoice<TPass> Measure<TPass>(
        string pass, ConvolutionChoice<TPass> byCost, IReadOnlyList<ConvolutionCandidate<TPass>> candidates, Action<TPass> trial)
    {
        var (best, least) = (byCost, Clock(() => trial(byCost.Pass)));
        var seen = new List<(string Name, double Seconds)> { (byCost.Name, least) };
        least *= LeastGain;
        foreach (var candidate in candidates.Where(c => c.Name != byCost.Name))
        {
            var other = new ConvolutionChoice<TPass>(candidate.Name, "", candidate.Build());
            var seconds = Clock(() => trial(other.Pass));
            seen.Add((other.Name, seconds));
            if (seconds < least)
            {
                (best, least) = (other, seconds);
            }
        }

        table.Add(pass, best.Name);
        var times = seen.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Name} {s.Seconds * 1e6:0} µs"));
        return best with { Note = $"{best.Name}: measured, {string.Join(", ", times)}" };
    }

    /// <summary>The fastest of several calls, after one that finds memory and caches cold.</summary>
    private static double Fastest(Action call)
    {
        call();
        var (best, begun) = (TimeSpan.MaxValue, Stopwatch.GetTimestamp());
        do
        {
            var start = Stopwatch.GetTimestamp();
            call();
            var taken = Stopwatch.GetElapsedTime(start);
            best = taken < best ? taken : best;
        }
        while (Stopwatch.GetElapsedTime(begun) < s_enough);
        return best.TotalSeconds;
    }
}

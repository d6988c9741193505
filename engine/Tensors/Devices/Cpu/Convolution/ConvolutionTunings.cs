using System.Diagnostics;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Measured choices of convolution algorithms on one processor. Algorithms differ in their order of summation, so that a choice by
/// measurement may change the bits; it is therefore opt-in.
/// </summary>
internal sealed class ConvolutionTunings(TuningTable table)
{
    /// <summary>An algorithm must take less than this fraction of the time of the one of least cost: smaller gains are noise.</summary>
    private const double MaxTimeRatio = 0.97;

    /// <summary>Measuring time per algorithm.</summary>
    private static readonly TimeSpan s_measuringTime = TimeSpan.FromMilliseconds(20);

    /// <summary>Measures the seconds of a call.</summary>
    internal Func<Action, double> Clock { get; init; } = Fastest;

    /// <summary>Tunings of this processor and number of threads; null unless <c>ILGPUGAN_TUNE=1</c>, or without a tuning folder.</summary>
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
    /// <param name="pass">key of the pass, with everything that the candidates depend on</param>
    /// <param name="candidates">all algorithms that apply</param>
    /// <param name="trial">runs a candidate on the present operands; null if there are none yet</param>
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
        least *= MaxTimeRatio;
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

    /// <summary>The fastest of several calls, after a warm-up call.</summary>
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
        while (Stopwatch.GetElapsedTime(begun) < s_measuringTime);
        return best.TotalSeconds;
    }
}

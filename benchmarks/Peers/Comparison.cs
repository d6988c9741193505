using System.Diagnostics;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// Runs all workloads in rounds until the time is used up. In each round the runners take turns, one process after another, so that changes
/// of the machine's speed affect all of them. A runner's processes on one thread and on more run directly one after the other, so that the
/// gain by threads is not confused with such changes. Before its first turn at a workload, a short scan finds the runner's fastest variant.
/// </summary>
/// <param name="runners">ours first</param>
/// <param name="workloads">the rows of the table</param>
/// <param name="journal">earlier measurements; new ones are added</param>
/// <param name="say">prints a line</param>
internal sealed class Comparison(
    IReadOnlyList<Runner> runners, IReadOnlyList<Workload> workloads, Journal journal, Action<string> say)
{
    /// <summary>
    /// Losses for equal weights and inputs differ by rounding alone, which optimisers and norms over few values amplify from step to step.
    /// </summary>
    private const double LossTolerance = 0.01;

    /// <summary>Tolerance of operation counts for the same work, which are rounded.</summary>
    private const double FlopTolerance = 0.01;

    private readonly Dictionary<(Workload, Runner), List<Sample>> _samples = [];
    private readonly Dictionary<(Workload, Runner), RunnerVariant> _variants = [];
    private readonly HashSet<(Workload, Runner)> _failed = [];
    private readonly List<string> _notes = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Whether measurements are left for another run with the same journal.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>No process is started after this time.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.MaxValue;

    /// <summary>Maximum number of rounds.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Runs one whole round, then as many more as fit.</summary>
    /// <param name="budget">after the first round, nothing is started that would probably end later than this</param>
    public (IReadOnlyList<ResultRow> Rows, IReadOnlyList<string> Notes) Run(TimeSpan budget)
    {
        using var files = new BenchmarkFiles();
        Runner[] present = [.. runners.Where(Present)];
        Workload[][] groups = [.. workloads.GroupBy(w => w.Title).Select(g => g.ToArray())];
        var cost = new TimeSpan[groups.Length];
        for (var round = 1; round <= Rounds; round++)
        {
            for (var i = 0; i < groups.Length; i++)
            {
                if (round == 1 || _clock.Elapsed + cost[i] < budget)
                {
                    var start = _clock.Elapsed;
                    for (var turn = 0; turn < groups[i][0].Turns; turn++)
                    {
                        Turn(groups[i], present, files, round, turn);
                    }

                    cost[i] = _clock.Elapsed - start;
                }
            }
        }

        foreach (var work in workloads)
        {
            CheckWork(work, present);
        }

        return ([.. groups.SelectMany(g => g).Where(w => Of(w, present[0]).Count > 0).Select(w => Row(w, present))], _notes);
    }

    private bool Present(Runner runner)
    {
        if (runner.Absence is { } reason)
        {
            Note($"{runner.Name} takes no part: {reason}");
            return false;
        }

        return true;
    }

    /// <param name="group">the same work on different numbers of threads</param>
    private void Turn(Workload[] group, Runner[] present, BenchmarkFiles files, int round, int turn)
    {
        for (var place = 0; place < present.Length; place++)
        {
            // Alternately up and down the numbers of threads: a machine that becomes slower or faster meanwhile favours neither end.
            var runner = present[place];
            foreach (var work in (place + round) % 2 == 1 ? group : group.Reverse())
            {
                // A workload that failed once is not repeated.
                if (runner.CanRun(work) && !_failed.Contains((work, runner)))
                {
                    Measure(work, runner, files, $"{round}.{turn}", group[^1]);
                }
            }
        }
    }

    /// <param name="time">round and turn</param>
    /// <param name="most">the same work on the most threads, by which the variant is chosen</param>
    private void Measure(Workload work, Runner runner, BenchmarkFiles files, string time, Workload most)
    {
        try
        {
            if (FastestVariant(most, runner, files) is not { } variant
                || Take(work, runner, variant, files, time) is not { } sample)
            {
                IsIncomplete = true;
                return;
            }

            _variants[(work, runner)] = variant;
            Of(work, runner).Add(sample);
            say(Invariant.Text(
                $"round {time}: {work.Title}, threads {work.Threads}: {runner.Name}" +
                    $"{(variant.Name.Length > 0 ? $" ({variant.Name})" : "")} {sample.Times.Min():0.0000} s"));
        }
        catch (PeerException problem)
        {
            _failed.Add((work, runner));
            Note($"{runner.Name}, {work.Title}, threads {work.Threads}: {problem.Message}");
        }
    }

    /// <summary>The runner's fastest variant on some work; null if there is no time left to find it.</summary>
    /// <exception cref="PeerException">no variant gave a measurement</exception>
    private RunnerVariant? FastestVariant(Workload work, Runner runner, BenchmarkFiles files)
    {
        var variants = runner.Variants(work);
        if (variants.Count == 1)
        {
            return variants[0];
        }

        (RunnerVariant? Variant, double Seconds) best = (null, double.PositiveInfinity);
        PeerException? first = null;
        foreach (var variant in variants)
        {
            try
            {
                if (Take(work.Shortened, runner, variant, files, "scan") is not { } sample)
                {
                    return null;
                }

                best = sample.Times.Min() < best.Seconds ? (variant, sample.Times.Min()) : best;
            }
            catch (PeerException problem)
            {
                first ??= problem;
                Note($"{runner.Name}, {work.Title}, threads {work.Threads}, {variant.Name}: {problem.Message}");
            }
        }

        return best.Variant ?? throw first!;
    }

    /// <summary>A measurement; null if there is no time left for it.</summary>
    private Sample? Take(Workload work, Runner runner, RunnerVariant variant, BenchmarkFiles files, string time)
    {
        var key = $"{work.Title}; threads {work.Threads}; {runner.Name}; {variant.Name}; {time}";
        return journal.Contains(key) || _clock.Elapsed < TimeLimit
            ? journal.GetOrMeasure(key, () => runner.Run(work, variant, files))
            : null;
    }

    private void CheckWork(Workload work, Runner[] present)
    {
        var counted = present.SelectMany(c => Of(work, c).Select(s => s.GflopPerStep)).OfType<double>().ToList();
        if (counted.Count > 0 && counted.Max() > counted.Min() * (1 + FlopTolerance))
        {
            Note(Invariant.Text(
                $"{work.Title}: the programs count between {counted.Min():0.00} and {counted.Max():0.00} GFLOP a step, so they do not " +
                    $"do the same work"));
        }

        var weights = present.SelectMany(c => Of(work, c).Select(s => s.Parameters)).OfType<long>().Distinct().Order().ToList();
        if (weights.Count > 1)
        {
            Note(Invariant.Text(
                $"{work.Title}: the programs' networks have {string.Join(" and ", weights)} weights, so they do not do the same work"));
        }

        var ours = Of(work, present[0]).Select(s => s.FirstLosses).FirstOrDefault();
        foreach (var peer in present.Skip(1).Where(c => c.IsFloat32 && ours is not null))
        {
            if (Of(work, peer).Select(s => s.FirstLosses).FirstOrDefault() is { } theirs
                && ours!.SelectMany(l => l).Zip(theirs.SelectMany(l => l), (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(a)))
                    .Max() is var apart && !(apart < LossTolerance))
            {
                Note(Invariant.Text(
                    $"{work.Title}: {peer.Name}'s first losses are {apart:0.0000} from ours, so it does not do the same work"));
            }
        }
    }

    private ResultRow Row(Workload work, Runner[] present) =>
        new(
            work.Title, work.Threads,
            [.. present.Where(c => Of(work, c).Count > 0)
                .Select(c => Entry.Of(c.Name, Of(work, c)) with { Way = _variants[(work, c)].Name, IsFloat32 = c.IsFloat32 })]);

    private List<Sample> Of(Workload work, Runner runner)
    {
        if (!_samples.TryGetValue((work, runner), out var samples))
        {
            _samples.Add((work, runner), samples = []);
        }

        return samples;
    }

    private void Note(string note)
    {
        if (!_notes.Contains(note))
        {
            _notes.Add(note);
            say(note);
        }
    }
}

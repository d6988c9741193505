using System.Diagnostics;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// The contest: round after round through all work, in each of which all who can take their turn, one process after another,
/// until the time is used up. So everybody meets the machine in all its moods. A contestant's processes on one thread and on more run
/// one right after the other, so that what more threads gain can be told from how the machine was. Before its first turn at a workload, a
/// short scan finds the fastest of a contestant's settings.
/// </summary>
/// <param name="contestants">ours first</param>
/// <param name="workloads">the rows</param>
/// <param name="journal">what has been measured already, and where measurements go</param>
/// <param name="say">gets a line for each</param>
internal sealed class Comparison(
    IReadOnlyList<Contestant> contestants, IReadOnlyList<Workload> workloads, Journal journal, Action<string> say)
{
    /// <summary>
    /// Losses of equal weights and inputs part by rounding alone, which optimisers and norms of few values enlarge from step to step.
    /// </summary>
    private const double LossTolerance = 0.01;

    /// <summary>Counts of the same work may differ by this: they are rounded.</summary>
    private const double FlopTolerance = 0.01;

    private readonly Dictionary<(Workload, Contestant), List<Sample>> _samples = [];
    private readonly Dictionary<(Workload, Contestant), Way> _ways = [];
    private readonly HashSet<(Workload, Contestant)> _failed = [];
    private readonly List<string> _notes = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Whether something is left for another run with the same journal.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>When no process is begun any more.</summary>
    public TimeSpan Slice { get; init; } = TimeSpan.MaxValue;

    /// <summary>Most rounds.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Runs one round for all, then as many more as fit.</summary>
    /// <param name="budget">no process of a second or later round is begun that would probably end later than this</param>
    public (IReadOnlyList<ResultRow> Rows, IReadOnlyList<string> Notes) Run(TimeSpan budget)
    {
        using var materials = new Materials();
        Contestant[] present = [.. contestants.Where(Present)];
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
                        Turn(groups[i], present, materials, round, turn);
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

    private bool Present(Contestant contestant)
    {
        if (contestant.Absence is { } reason)
        {
            Note($"{contestant.Name} takes no part: {reason}");
            return false;
        }

        return true;
    }

    /// <param name="group">the same work on different numbers of threads</param>
    private void Turn(Workload[] group, Contestant[] present, Materials materials, int round, int turn)
    {
        for (var place = 0; place < present.Length; place++)
        {
            // Up and down the numbers of threads in turn: a machine that becomes slower or faster meanwhile favours neither end.
            var contestant = present[place];
            foreach (var work in (place + round) % 2 == 1 ? group : group.Reverse())
            {
                // What failed before would again.
                if (contestant.CanRun(work) && !_failed.Contains((work, contestant)))
                {
                    Measure(work, contestant, materials, $"{round}.{turn}", group[^1]);
                }
            }
        }
    }

    /// <param name="work">what is measured</param>
    /// <param name="contestant">whom</param>
    /// <param name="materials">files to work on</param>
    /// <param name="time">round and turn</param>
    /// <param name="most">the same work on the most threads, on which the scan is made</param>
    private void Measure(Workload work, Contestant contestant, Materials materials, string time, Workload most)
    {
        try
        {
            if (Fastest(most, contestant, materials) is not { } way || Take(work, contestant, way, materials, time) is not { } sample)
            {
                IsCutShort = true;
                return;
            }

            _ways[(work, contestant)] = way;
            Of(work, contestant).Add(sample);
            say(string.Create(
                CultureInfo.InvariantCulture,
                $"round {time}: {work.Title}, threads {work.Threads}: {contestant.Name}{(way.Name.Length > 0 ? $" ({way.Name})" : "")} " +
                    $"{sample.Times.Min():0.0000} s"));
        }
        catch (PeerException problem)
        {
            _failed.Add((work, contestant));
            Note($"{contestant.Name}, {work.Title}, threads {work.Threads}: {problem.Message}");
        }
    }

    /// <summary>The contestant's settings that are fastest on some work; null where there is no time left to find out.</summary>
    /// <exception cref="PeerException">none gives a measurement</exception>
    private Way? Fastest(Workload work, Contestant contestant, Materials materials)
    {
        var ways = contestant.Ways(work);
        if (ways.Count == 1)
        {
            return ways[0];
        }

        (Way? Way, double Seconds) best = (null, double.PositiveInfinity);
        PeerException? first = null;
        foreach (var way in ways)
        {
            try
            {
                if (Take(work.Shortened, contestant, way, materials, "scan") is not { } sample)
                {
                    return null;
                }

                best = sample.Times.Min() < best.Seconds ? (way, sample.Times.Min()) : best;
            }
            catch (PeerException problem)
            {
                first ??= problem;
                Note($"{contestant.Name}, {work.Title}, threads {work.Threads}, {way.Name}: {problem.Message}");
            }
        }

        return best.Way ?? throw first!;
    }

    /// <summary>A measurement; null where there is no time left for it.</summary>
    private Sample? Take(Workload work, Contestant contestant, Way way, Materials materials, string time)
    {
        var key = $"{work.Title}; threads {work.Threads}; {contestant.Name}; {way.Name}; {time}";
        return journal.Has(key) || _clock.Elapsed < Slice ? journal.Take(key, () => contestant.Run(work, way, materials)) : null;
    }

    private void CheckWork(Workload work, Contestant[] present)
    {
        var counted = present.SelectMany(c => Of(work, c).Select(s => s.GflopPerStep)).OfType<double>().ToList();
        if (counted.Count > 0 && counted.Max() > counted.Min() * (1 + FlopTolerance))
        {
            Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{work.Title}: the contestants count between {counted.Min():0.00} and {counted.Max():0.00} GFLOP a step, so they do not " +
                    $"do the same work"));
        }

        var weights = present.SelectMany(c => Of(work, c).Select(s => s.Parameters)).OfType<long>().Distinct().Order().ToList();
        if (weights.Count > 1)
        {
            Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{work.Title}: the contestants' networks have {string.Join(" and ", weights)} weights, so they do not do the same work"));
        }

        var ours = Of(work, present[0]).Select(s => s.FirstLosses).FirstOrDefault();
        foreach (var peer in present.Skip(1).Where(c => c.IsFloat32 && ours is not null))
        {
            if (Of(work, peer).Select(s => s.FirstLosses).FirstOrDefault() is { } theirs
                && ours!.SelectMany(l => l).Zip(theirs.SelectMany(l => l), (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(a)))
                    .Max() is var apart && !(apart < LossTolerance))
            {
                Note(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{work.Title}: {peer.Name}'s first losses are {apart:0.0000} from ours, so it does not do the same work"));
            }
        }
    }

    private ResultRow Row(Workload work, Contestant[] present) =>
        new(
            work.Title, work.Threads,
            [.. present.Where(c => Of(work, c).Count > 0)
                .Select(c => Entry.Of(c.Name, Of(work, c)) with { Way = _ways[(work, c)].Name, IsFloat32 = c.IsFloat32 })]);

    private List<Sample> Of(Workload work, Contestant contestant)
    {
        if (!_samples.TryGetValue((work, contestant), out var samples))
        {
            _samples.Add((work, contestant), samples = []);
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

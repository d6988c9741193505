using System.Diagnostics;
using System.Globalization;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// The contest: round after round through all work, in each of which all who can take their turn, one process after another,
/// until the time is used up. So everybody meets the machine in all its moods. A contestant's processes on one thread and on more run
/// one right after the other, so that what more threads gain can be told from how the machine was.
/// </summary>
internal sealed class Comparison(IReadOnlyList<Contestant> contestants, IReadOnlyList<Workload> workloads, Action<string> say)
{
    private const int MostRounds = 5;

    /// <summary>Counts of the same work may differ by this: they are rounded.</summary>
    private const double FlopTolerance = 0.01;

    private readonly Dictionary<(Workload, Contestant), List<Sample>> _samples = [];
    private readonly HashSet<(Workload, Contestant)> _failed = [];
    private readonly List<string> _notes = [];

    /// <summary>Runs one round for all, then as many more as fit.</summary>
    /// <param name="budget">no process of a second or later round is begun that would probably end later than this</param>
    public (IReadOnlyList<ResultRow> Rows, IReadOnlyList<string> Notes) Run(TimeSpan budget)
    {
        var clock = Stopwatch.StartNew();
        using var materials = new Materials();
        Contestant[] present = [.. contestants.Where(Present)];
        Workload[][] groups = [.. workloads.GroupBy(w => w.Title).Select(g => g.ToArray())];
        var cost = new TimeSpan[groups.Length];
        for (var round = 1; round <= MostRounds; round++)
        {
            for (var i = 0; i < groups.Length; i++)
            {
                if (round == 1 || clock.Elapsed + cost[i] < budget)
                {
                    var start = clock.Elapsed;
                    for (var turn = 0; turn < groups[i][0].Turns; turn++)
                    {
                        Turn(groups[i], present, materials, round);
                    }

                    cost[i] = clock.Elapsed - start;
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
    private void Turn(Workload[] group, Contestant[] present, Materials materials, int round)
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
                    Measure(work, contestant, materials, round);
                }
            }
        }
    }

    private void Measure(Workload work, Contestant contestant, Materials materials, int round)
    {
        try
        {
            var sample = contestant.Run(work, materials);
            Of(work, contestant).Add(sample);
            say(string.Create(
                CultureInfo.InvariantCulture, $"round {round}: {work.Title}, threads {work.Threads}: {contestant.Name} {sample.Times.Min():0.000} s"));
        }
        catch (PeerException problem)
        {
            _failed.Add((work, contestant));
            Note($"{contestant.Name}, {work.Title}, threads {work.Threads}: {problem.Message}");
        }
    }

    private void CheckWork(Workload work, Contestant[] present)
    {
        var counted = present.SelectMany(c => Of(work, c).Select(s => s.GflopPerStep)).OfType<double>().ToList();
        if (counted.Count > 0 && counted.Max() > counted.Min() * (1 + FlopTolerance))
        {
            Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{work.Title}: the contestants count between {counted.Min():0.00} and {counted.Max():0.00} GFLOP a step, so they do not do the same work"));
        }
    }

    private ResultRow Row(Workload work, Contestant[] present) =>
        new(work.Title, work.Threads, [.. present.Where(c => Of(work, c).Count > 0).Select(c => Entry.Of(c.Name, Of(work, c)))]);

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

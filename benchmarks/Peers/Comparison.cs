using System.Diagnostics;
using System.Globalization;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// The contest: round after round through all workloads, in each of which all who can take their turn, one process after another,
/// until the time is used up. So everybody meets the machine in all its moods.
/// </summary>
internal sealed class Comparison(IReadOnlyList<Contestant> contestants, IReadOnlyList<Workload> workloads, Action<string> say)
{
    private const int MostRounds = 5;

    /// <summary>Counts of the same work may differ by this: they are rounded.</summary>
    private const double FlopTolerance = 0.01;

    private readonly Dictionary<(Workload, Contestant), List<Sample>> _samples = [];
    private readonly Dictionary<Workload, TimeSpan> _cost = [];
    private readonly List<string> _notes = [];

    /// <summary>Runs one round for all, then as many more as fit.</summary>
    /// <param name="budget">no process of a second or later round is begun that would probably end later than this</param>
    public (IReadOnlyList<ResultRow> Rows, IReadOnlyList<string> Notes) Run(TimeSpan budget)
    {
        var clock = Stopwatch.StartNew();
        using var materials = new Materials();
        Contestant[] present = [.. contestants.Where(Present)];
        for (var round = 1; round <= MostRounds; round++)
        {
            foreach (var work in workloads)
            {
                if (round == 1 || clock.Elapsed + _cost[work] < budget)
                {
                    var start = clock.Elapsed;
                    Turn(work, present, materials, round);
                    _cost[work] = clock.Elapsed - start;
                }
            }
        }

        foreach (var work in workloads)
        {
            CheckWork(work, present);
        }

        // What takes long is run last, but the page has all threads of a workload together.
        var inOrder = workloads.GroupBy(w => w.Title).SelectMany(g => g.OrderBy(w => w.Threads));
        return ([.. inOrder.Where(w => Of(w, present[0]).Count > 0).Select(w => Row(w, present))], _notes);
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

    private void Turn(Workload work, Contestant[] present, Materials materials, int round)
    {
        var line = new List<string>();
        foreach (var contestant in present.Where(c => c.CanRun(work)))
        {
            if (round > 1 && Of(work, contestant).Count == 0)
            {
                continue; // It failed before, and would again.
            }

            try
            {
                var sample = contestant.Run(work, materials);
                Of(work, contestant).Add(sample);
                line.Add(string.Create(CultureInfo.InvariantCulture, $"{contestant.Name} {sample.Times.Min():0.000} s"));
            }
            catch (PeerException problem)
            {
                Note($"{contestant.Name}, {work.Title}, threads {work.Threads}: {problem.Message}");
            }
        }

        say($"round {round}: {work.Title}, threads {work.Threads}: {string.Join(", ", line)}");
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

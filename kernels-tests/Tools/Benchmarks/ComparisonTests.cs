using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Benchmarks.Peers;
using Sample = IlgpuGan.Benchmarks.Peers.Sample;

namespace IlgpuGan.ToolsTests.Benchmarks;

/// <summary>How runners take turns, and what happens to those who can't.</summary>
internal sealed class ComparisonTests
{
    private static readonly Workload s_step = new(WorkKind.Training, "pix2pix", 256, 1, 1, 0);
    private static readonly Workload s_forward = new(WorkKind.Inference, "resnet9", 256, 1, 1, 0);

    [Test]
    public void AllTakeTurnsRoundAfterRound()
    {
        var order = new List<string>();
        var (rows, notes) = Run(TimeSpan.FromHours(1), new Player("us", order), new Player("them", order));
        Assert.That(order.Take(4), Is.EqualTo(new[] { "us on 1", "them on 1", "us on 1", "them on 1" }));
        Assert.That(order, Has.Count.EqualTo(2 * 2 * 5), "two runners, two workloads, five rounds");
        Assert.That(
            rows.Select(r => (r.Work, r.Entries.Count, r.Entries[0].Processes)),
            Is.EqualTo(new[] { (s_step.Title, 2, 5), (s_forward.Title, 2, 5) }));
        Assert.That(notes, Is.Empty);
    }

    /// <summary>However the machine's speed drifts, it drifts little between two processes of which one follows the other.</summary>
    [Test]
    public void ARunnersNumbersOfThreadsFollowEachOtherUpAndDown()
    {
        var order = new List<string>();
        Workload[] counts = [s_step, s_step with { Threads = 2 }];
        var (rows, _) =
            new Comparison([new Player("us", order), new Player("them", order)], counts, Fresh(), _ => { }).Run(TimeSpan.FromHours(1));
        Assert.That(
            order.Take(8),
            Is.EqualTo(new[] { "us on 1", "us on 2", "them on 2", "them on 1", "us on 2", "us on 1", "them on 1", "them on 2" }));
        Assert.That(rows.Select(r => (r.Threads, r.Entries.Count, r.Entries[0].Processes)), Is.EqualTo(new[] { (1, 2, 5), (2, 2, 5) }));
    }

    /// <summary>Ours takes no more threads than there are processors, peers do: a row of more would compare two things.</summary>
    [TestCase("0")]
    [TestCase("100000")]
    public void MoreThreadsThanProcessorsAreRefused(string threads) => Assert.That(
        PeersCommand.Create().Parse(["--threads", "1", threads]).Errors.Single().Message,
        Is.EqualTo($"--threads must be between 1 and {Environment.ProcessorCount}, one a processor, not {threads}"));

    [Test]
    public void AWorkOfManyTurnsIsMeasuredAsOftenInEveryRound()
    {
        var order = new List<string>();
        var (rows, _) = new Comparison(
            [new Player("us", order), new Player("them", order)], [s_step with { Turns = 3 }, s_forward], Fresh(), _ => { })
            .Run(TimeSpan.Zero);
        Assert.That(rows.Select(r => r.Entries.Select(e => e.Processes)), Is.EqualTo(new[] { new[] { 3, 3 }, [1, 1] }));
        Assert.That(order.Take(4), Is.EqualTo(new[] { "us on 1", "them on 1", "us on 1", "them on 1" }));
    }

    [Test]
    public void WithoutTimeThereIsStillOneWholeRound()
    {
        var order = new List<string>();
        var (rows, _) = Run(TimeSpan.Zero, new Player("us", order), new Player("them", order));
        Assert.That(order, Has.Count.EqualTo(4));
        Assert.That(rows, Has.Count.EqualTo(2));
    }

    [Test]
    public void TheAbsentAreNamedWithTheReason()
    {
        var (rows, notes) = Run(TimeSpan.Zero, new Player("us", []), new Player("them", []) { Reason = "not installed" });
        Assert.That(rows.Select(r => r.Entries.Single().Name), Is.All.EqualTo("us"));
        Assert.That(notes, Is.EqualTo(new[] { "them takes no part: not installed" }));
    }

    [Test]
    public void AFailureIsNotedOnceAndTheRestGoesOn()
    {
        var order = new List<string>();
        var (rows, notes) = Run(TimeSpan.FromHours(1), new Player("us", order), new Player("them", order) { FailsAt = s_step });
        Assert.That(order.Count(o => o == "them on 1"), Is.EqualTo(1 + 5), "the failed work is not tried again");
        Assert.That(rows.Select(r => r.Entries.Count), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(notes.Single(), Does.Contain("them").And.Contain(s_step.Title).And.Contain("broken"));
    }

    [Test]
    public void OtherWorkIsFoundOut()
    {
        var (_, notes) = Run(TimeSpan.Zero, new Player("us", []), new Player("them", []) { Gflop = 9 });
        Assert.That(notes, Has.Count.EqualTo(2).And.All.Contains("do not do the same work"));
    }

    [Test]
    public void AShortScanFindsTheFastestSettingsForAllTurns()
    {
        var order = new List<string>();
        var (rows, notes) = Run(
            TimeSpan.FromHours(1), new Player("us", []),
            new Player("them", order) { Choice = [new RunnerVariant("slow"), new RunnerVariant("fast"), new RunnerVariant("broken")] });
        Assert.That(order.Take(4), Is.EqualTo(new[] { "them slow on 1", "them fast on 1", "them broken on 1", "them fast on 1" }));
        Assert.That(order.Count(o => o == "them slow on 1"), Is.EqualTo(2), "once a workload");
        Assert.That(rows.Select(r => (r.Entries[1].Way, r.Entries[1].MinS, r.Entries[1].Processes)), Is.All.EqualTo(("fast", 0.25, 5)));
        Assert.That(notes, Has.Count.EqualTo(2).And.All.Contains("broken"));
    }

    [Test]
    public void LossesThatPartAreFoundOut()
    {
        double[][] losses = [[1.5, 0.5], [1.25, -0.5]], others = [[1.5, 0.5], [1.25, -0.55]], near = [[1.5001, 0.5], [1.25, -0.501]];
        Assert.That(Run(TimeSpan.Zero, new Player("us", []) { Losses = losses }, new Player("them", []) { Losses = near }).Notes, Is.Empty);
        Assert.That(
            Run(TimeSpan.Zero, new Player("us", []) { Losses = losses }, new Player("them", []) { Losses = others }).Notes,
            Has.Count.EqualTo(2).And.All.Contains("0.0500"));
    }

    /// <summary>A comparison in pieces ends with the rows of one in a piece, and measures nothing twice.</summary>
    [Test]
    public void AJournalIsGoneOnWith()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var order = new List<string>();
            RunnerVariant[] choice = [new("slow"), new("fast"), new("broken")];
            var slices = 0;
            IReadOnlyList<ResultRow> rows;
            Comparison piece;
            do
            {
                piece = new Comparison(
                    [new Player("us", order), new Player("them", order) { Choice = choice }], [s_step, s_forward],
                    Journal.Open(file, Head("1.0")), _ => { })
                {
                    TimeLimit = TimeSpan.FromTicks(++slices == 1 ? 0 : long.MaxValue), Rounds = 2,
                };
                (rows, _) = piece.Run(TimeSpan.MaxValue);
                Assert.That(piece.IsIncomplete, Is.EqualTo(slices == 1));
            }
            while (piece.IsIncomplete);

            Assert.That(
                rows.Select(r => (r.Entries[0].Processes, r.Entries[1].Processes, r.Entries[1].Way)), Is.All.EqualTo((2, 2, "fast")));
            Assert.That(
                order, Has.Count.EqualTo(2 * (2 + 3 + 2)), "two turns of ours, three settings and two turns of theirs for each workload");
            var again =
                new Comparison([new Player("us", order)], [s_step, s_forward], Journal.Open(file, Head("1.0")), _ => { }) { Rounds = 2 };
            Assert.That(again.Run(TimeSpan.MaxValue).Rows, Has.Count.EqualTo(2));
            Assert.That(order, Has.Count.EqualTo(14), "nothing is measured again");
            Fails.With<PeerException>(() => Journal.Open(file, Head("1.1")), "1.0", "1.1");
            File.AppendAllText(file, "no line\n");
            Fails.With<PeerException>(() => Journal.Open(file, Head("1.0")), "no journal");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestCase("Traceback", "no measurement")]
    [TestCase("{\"times_s\":[]}", "no times")]
    [TestCase("{\"times_s\":[0]}", "no times")]
    public void WhatIsNoMeasurementIsRefused(string line, string because) =>
        Fails.With<PeerException>(() => Sample.Parse(line), because);

    [Test]
    public void TheLineOfOurOwnBenchIsAMeasurement()
    {
        var sample = Sample.Parse(
            """
            {"bench":"step","gflop_per_step":86.94,"peak_rss_mb":1132.5,"new_buffers":0,"managed_kb_per_step":3.5,"times_s":[0.5,0.4]}
            """);
        Assert.That(
            (sample.GflopPerStep, sample.PeakMb, sample.NewBuffers, sample.ManagedKbPerStep),
            Is.EqualTo(((double?)86.94, (double?)1132.5, (long?)0, (double?)3.5)));
        Assert.That(sample.Times, Is.EqualTo(new[] { 0.5, 0.4 }));
    }

    private static (IReadOnlyList<ResultRow> Rows, IReadOnlyList<string> Notes) Run(TimeSpan budget, params Runner[] runners) =>
        new Comparison(runners, [s_step, s_forward], Fresh(), _ => { }).Run(budget);

    private static Journal Fresh() => Journal.InMemory(Head("1.0"));

    private static Journal.Header Head(string version) =>
        new(version, DateTimeOffset.UnixEpoch, new Machine("some processor", 2, "512-bit SIMD", 16, "Linux", ".NET", 0, []));

    private sealed class Player(string name, List<string> order) : Runner
    {
        public string? Reason { get; init; }

        public Workload? FailsAt { get; init; }

        public double Gflop { get; init; } = 10;

        public override string Name => name;

        public override string? Absence => Reason;

        public override IEnumerable<(string Name, string Value)> Settings => [];

        public override bool CanRun(Workload work) => true;

        public IReadOnlyList<RunnerVariant> Choice { get; init; } = [RunnerVariant.Default];

        public double[][]? Losses { get; init; }

        public override IReadOnlyList<RunnerVariant> Variants(Workload work) => Choice;

        public override Sample Run(Workload work, RunnerVariant variant, BenchmarkFiles files)
        {
            order.Add($"{name}{(variant.Name.Length > 0 ? $" {variant.Name}" : "")} on {work.Threads}");
            return work == FailsAt || variant.Name == "broken"
                ? throw new PeerException("broken")
                : new Sample { Times = [variant.Name == "fast" ? 0.25 : 0.5], GflopPerStep = Gflop, FirstLosses = Losses };
        }
    }
}

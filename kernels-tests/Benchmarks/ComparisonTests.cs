using IlgpuGan.Benchmarks.Peers;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Benchmarks;

/// <summary>How contestants take turns, and what happens to those who can't.</summary>
internal sealed class ComparisonTests
{
    private static readonly Workload Step = new(WorkKind.Training, "pix2pix", 256, 1, 1, 0);
    private static readonly Workload Forward = new(WorkKind.Inference, "resnet9", 256, 1, 1, 0);

    [Test]
    public void AllTakeTurnsRoundAfterRound()
    {
        var order = new List<string>();
        var (rows, notes) = Run(TimeSpan.FromHours(1), new Player("us", order), new Player("them", order));
        Assert.That(order.Take(4), Is.EqualTo(new[] { "us on 1", "them on 1", "us on 1", "them on 1" }));
        Assert.That(order, Has.Count.EqualTo(2 * 2 * 5), "two contestants, two workloads, five rounds");
        Assert.That(rows.Select(r => (r.Work, r.Entries.Count, r.Entries[0].Processes)), Is.EqualTo(new[] { (Step.Title, 2, 5), (Forward.Title, 2, 5) }));
        Assert.That(notes, Is.Empty);
    }

    /// <summary>However the machine's speed drifts, it drifts little between two processes of which one follows the other.</summary>
    [Test]
    public void AContestantsNumbersOfThreadsFollowEachOtherUpAndDown()
    {
        var order = new List<string>();
        Workload[] counts = [Step, Step with { Threads = 2 }];
        var (rows, _) = new Comparison([new Player("us", order), new Player("them", order)], counts, _ => { }).Run(TimeSpan.FromHours(1));
        Assert.That(order.Take(8), Is.EqualTo(new[] { "us on 1", "us on 2", "them on 2", "them on 1", "us on 2", "us on 1", "them on 1", "them on 2" }));
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
        var (rows, _) = new Comparison([new Player("us", order), new Player("them", order)], [Step with { Turns = 3 }, Forward], _ => { }).Run(TimeSpan.Zero);
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
        var (rows, notes) = Run(TimeSpan.FromHours(1), new Player("us", order), new Player("them", order) { FailsAt = Step });
        Assert.That(order.Count(o => o == "them on 1"), Is.EqualTo(1 + 5), "the failed work is not tried again");
        Assert.That(rows.Select(r => r.Entries.Count), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(notes.Single(), Does.Contain("them").And.Contain(Step.Title).And.Contain("broken"));
    }

    [Test]
    public void OtherWorkIsFoundOut()
    {
        var (_, notes) = Run(TimeSpan.Zero, new Player("us", []), new Player("them", []) { Gflop = 9 });
        Assert.That(notes, Has.Count.EqualTo(2).And.All.Contains("do not do the same work"));
    }

    [TestCase("Traceback", "no measurement")]
    [TestCase("{\"times_s\":[]}", "no times")]
    [TestCase("{\"times_s\":[0]}", "no times")]
    public void WhatIsNoMeasurementIsRefused(string line, string because) =>
        Assert.That(() => Sample.Parse(line), Throws.TypeOf<PeerException>().With.Message.Contains(because));

    [Test]
    public void TheLineOfOurOwnBenchIsAMeasurement()
    {
        var sample = Sample.Parse("""{"bench":"step","gflop_per_step":86.94,"peak_rss_mb":1132.5,"new_buffers":0,"managed_kb_per_step":3.5,"times_s":[0.5,0.4]}""");
        Assert.That((sample.GflopPerStep, sample.PeakMb, sample.NewBuffers, sample.ManagedKbPerStep), Is.EqualTo(((double?)86.94, (double?)1132.5, (long?)0, (double?)3.5)));
        Assert.That(sample.Times, Is.EqualTo(new[] { 0.5, 0.4 }));
    }

    private static (IReadOnlyList<ResultRow> Rows, IReadOnlyList<string> Notes) Run(TimeSpan budget, params Contestant[] contestants) =>
        new Comparison(contestants, [Step, Forward], _ => { }).Run(budget);

    private sealed class Player(string name, List<string> order) : Contestant
    {
        public string? Reason { get; init; }

        public Workload? FailsAt { get; init; }

        public double Gflop { get; init; } = 10;

        public override string Name => name;

        public override string? Absence => Reason;

        public override IEnumerable<(string Name, string Value)> Settings => [];

        public override bool CanRun(Workload work) => true;

        public override Sample Run(Workload work, Materials materials)
        {
            order.Add($"{name} on {work.Threads}");
            return work == FailsAt ? throw new PeerException("broken") : new Sample { Times = [0.5], GflopPerStep = Gflop };
        }
    }
}

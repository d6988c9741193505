using IlgpuGan.Cli;
using IlgpuGan.Cli.Commands;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>What only the first rank does, has or knows, by threads in place of processes.</summary>
internal sealed class LeadingRankTests() : InFolder(threads: 1)
{
    private static readonly Pix2PixOptions s_options = TinyRun.Pix2Pix with
    {
        Norm = NormKind.Instance, Dropout = false, Reduction = GradientReduction.Tree, BatchSize = 2, Steps = 4, Threads = 1,
    };

    /// <summary>Sample pictures and an evaluation may take longer than the others wait for a rank without heartbeats.</summary>
    [Test]
    public void HeartbeatsAreSentDuringItsOwnWork()
    {
        var options = s_options with { KeepBest = BestMetric.L1, EvaluateFreq = 2, SampleFreq = 2 };
        var seen = ThreadRanks.Run(2, ranks =>
        {
            var observer = new HeartbeatObserver(ranks);
            using var run = TrainingRun.Create(_runs.PathOf("run"), options, ranks, TinyRun.Data(options));
            run.Train(observer);
            return observer.Seen;
        });
        Assert.That(seen[0], Is.EqualTo(new[]
        {
            ("sampled", 0L, true), ("sampled", 2L, true), ("evaluated", 2L, true), ("sampled", 4L, true), ("evaluated", 4L, true),
        }));
    }

    /// <summary>Up to two thousand pictures are decoded, by each rank at its own pace.</summary>
    [Test]
    public void HeartbeatsAreSentWhileARunIsBuilt()
    {
        _runs.Train("run", s_options with { Steps = 1 });
        Assert.That(
            ThreadRanks.Run(2, ranks =>
            {
                var heartbeats = 0;
                using var run = TrainingRun.Resume(
                    _runs.PathOf("run"), ranks,
                    options =>
                    {
                        heartbeats = ranks.Heartbeats;
                        return options;
                    },
                    TinyRun.Data(s_options));
                return heartbeats;
            }),
            Is.All.EqualTo(1));
    }

    /// <summary>Only the first rank evaluates, but all have succeeded. With next to no learning rate nothing becomes better.</summary>
    [Test]
    public void EarlyStoppingIsASuccessOfAllRanks()
    {
        new SyntheticFacades(4, 32).WriteTo(In("data", "train"));
        new SyntheticFacades(2, 32).WriteTo(In("data", "val"));
        var ended = Commanded(
            3, s_options with { Data = In("data"), KeepBest = BestMetric.L1, EvaluateFreq = 2, Patience = 2, Steps = 20, Lr = 1e-12f });
        Assert.That(ended.Select(e => e.Code), Is.All.EqualTo(ExitCode.Done));
        Assert.That(ended[0].Said, Does.Contain("Stopped after step 6: no improvement in 2 evaluations"));
        Assert.That(ended[1].Said + ended[2].Said, Does.Not.Contain("Stopped"));
    }

    /// <summary>The others hear from it what they need of the run, be that resumed from its folder or one of its checkpoints.</summary>
    [Test]
    public void OnlyItNeedsTheRunsFolder([Values] bool isOfFile)
    {
        var options = s_options with { KeepLast = 1, SaveEpochFreq = 1, Steps = 6, EmaDecay = 0.9f };
        _runs.Train("whole", options);
        _runs.Train("run", options with { Steps = 3 });
        var place = isOfFile ? new RunDirectory(In("run")).AllNumbered()[^1] : In("run");
        var outcomes = ThreadRanks.Run(3, ranks =>
        {
            using var run = TrainingRun.Resume(
                ranks.Rank == 0 ? place : In($"other{ranks.Rank}", "run"), ranks, o => o with { Steps = 6 }, TinyRun.Data(options));
            return run.Train();
        });
        Assert.That(outcomes, Is.All.EqualTo(TrainingOutcome.Finished));
        Assert.That(_runs.FinalTensors("run"), Is.EqualTo(_runs.FinalTensors("whole")));
        Assert.That(Directory.GetDirectories(Folder), Has.Length.EqualTo(2));
    }

    /// <summary>Whatever the others could read.</summary>
    [Test]
    public void ARunThatItCanNotReadIsReported()
    {
        _runs.Train("run", s_options with { Steps = 1 });
        var told = ThreadRanks.Run(2, ranks =>
        {
            try
            {
                using var run = TrainingRun.Resume(In(ranks.Rank == 0 ? "nowhere" : "run"), ranks, data: TinyRun.Data(s_options));
                return "resumed";
            }
            catch (Exception e)
            {
                return $"{e.GetType().Name}: {e.Message}";
            }
        });
        Assert.That(told[0], Does.StartWith("RunException").And.Contain("nowhere: holds no run"));
        Assert.That(told[1], Does.StartWith("RankFailedException: rank 0 can't go on").And.Contain("nowhere: holds no run"));
    }

    /// <summary>A batch has at most as many parts as samples.</summary>
    [TestCase(1, true)]
    [TestCase(2, false)]
    public void ProcessesWithoutWorkAreSaid(int batchSize, bool isSaid)
    {
        new SyntheticFacades(4, 32).WriteTo(In("data", "train"));
        var said = Commanded(2, s_options with { Data = In("data"), BatchSize = batchSize, Steps = 1 })[0].Said;
        Assert.That(
            said.Contains("Warning: --batch-size 1 gives work to 1 of 2 processes.", StringComparison.Ordinal), Is.EqualTo(isSaid), said);
    }

    /// <summary>Trains a new run as the command does, in so many ranks: their exit codes, and what they print.</summary>
    private (int Code, string Said)[] Commanded(int count, TrainingOptions options) => ThreadRanks.Run(count, ranks =>
    {
        using var said = new StringWriter();
        using var run = TrainingRun.Create(_runs.PathOf("run"), options, ranks);
        var screen = new Screen(said, said, Quiet: false, Json: false);
        return (TrainCommand.Train(run, screen, CancellationToken.None, previews: false, ranks), said.ToString());
    });

    private sealed class HeartbeatObserver(ThreadRanks ranks) : ITrainingObserver
    {
        public List<(string What, long Step, bool HasHeartbeats)> Seen { get; } = [];

        public void Sampled(long step, string caption, IReadOnlyList<string> files) => Seen.Add(("sampled", step, ranks.Heartbeats > 0));

        public void Evaluated(long step, string metric, double value, BestSoFar best) =>
            Seen.Add(("evaluated", step, ranks.Heartbeats > 0));
    }
}

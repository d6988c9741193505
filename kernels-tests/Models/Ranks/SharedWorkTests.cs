using IlgpuGan.Claims;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>Work that ranks share comes to what one process comes to, by threads in place of processes.</summary>
internal sealed class SharedWorkTests : InFolder
{
    /// <summary>Of five pictures two or three ranks have unequal parts; the last of seven ranks have none.</summary>
    [Test]
    public void ScoresAndPicturesAreThoseOfOne([Values(2, 3, 7)] int count)
    {
        var options = TinyRun.Pix2Pix with { Steps = 2 };
        _runs.Train("run", options);
        var alone = Evaluated(new SoleRank());
        Assert.That(alone.Scores.Images, Has.Count.EqualTo(5));
        foreach (var (scores, names, outputs, real) in ThreadRanks.Run(count, Evaluated))
        {
            Assert.That(scores.Images, Is.EqualTo(alone.Scores.Images));
            Assert.That(scores with { Images = [], Checkerboard = [] }, Is.EqualTo(alone.Scores with { Images = [], Checkerboard = [] }));
            Assert.That(scores.Checkerboard, Is.EqualTo(alone.Scores.Checkerboard));
            Assert.That(names, Is.EqualTo(alone.Names), "told of in the order of the set");
            Assert.That(outputs, Is.EqualTo(alone.Outputs));
            Assert.That(real, Is.EqualTo(alone.Real));
        }

        (PairScores Scores, List<string> Names, List<byte> Outputs, List<byte> Real) Evaluated(IRanks ranks)
        {
            using var device = Device.Open("cpu", threads: 1);
            var translator = Translator.Open(new RunDirectory(_runs.PathOf("run")).Latest, device);
            var pairs = (PairSource)TinyRun.Data(options).Train;
            var names = new List<string>();
            var scores = Evaluator.Run(translator, pairs, labels: null, ranks, (score, _, _, _) => names.Add(score.Name));
            var (outputs, real) = Evaluator.Collect(translator, pairs, ranks: ranks);
            return (scores, names, [.. outputs.SelectMany(Bytes)], [.. real.SelectMany(Bytes)]);
        }

        static byte[] Bytes(Picture picture)
        {
            var planes = new float[picture.Width * picture.Height * picture.Channels];
            picture.CopyTo(planes);
            return [.. planes.SelectMany(BitConverter.GetBytes)];
        }
    }

    [Test]
    public void PixelsAreCountedOverAllRanks()
    {
        int[] truth = [0, 1, 1, 2, 2, 2], predicted = [0, 1, 2, 2, 2, 0];
        var alone = new ConfusionMatrix(3);
        alone.Add(truth, predicted);
        Assert.That(
            ThreadRanks.Run(3, ranks =>
            {
                var matrix = new ConfusionMatrix(3);
                matrix.Add(truth.AsSpan(2 * ranks.Rank, 2), predicted.AsSpan(2 * ranks.Rank, 2));
                matrix.AllReduce(ranks);
                return matrix.Score();
            }),
            Is.All.EqualTo(alone.Score()));
    }

    [Test]
    public void AFolderIsCheckedTogether()
    {
        var folder = _runs.PathOf("pictures");
        new SyntheticFacades(5, 32, seed: 1).WriteTo(folder);
        File.WriteAllText(Path.Combine(folder, "0-broken.png"), "no picture");
        var alone = FolderCheck.Run(folder);
        Assert.That(alone.Problems, Has.Count.EqualTo(1));
        foreach (var report in ThreadRanks.Run(4, ranks => FolderCheck.Run(folder, ranks)))
        {
            Assert.That(report.Problems, Is.EqualTo(alone.Problems));
            Assert.That(report.Sizes, Is.EqualTo(alone.Sizes));
            Assert.That(report.Pictures, Is.EqualTo(alone.Pictures));
        }
    }

    /// <summary>Each of the six runs is trained once, by one of the ranks.</summary>
    [Test]
    public void AClaimIsTriedTogether()
    {
        var trained = new System.Collections.Concurrent.ConcurrentBag<string>();
        var alone = Try(new SoleRank(), _runs.PathOf("alone"));
        var together = ThreadRanks.Run(2, ranks => Try(ranks, _runs.PathOf("together")));
        Assert.That(together, Is.All.EqualTo(alone));
        var runs = trained.Where(t => t.StartsWith("together", StringComparison.Ordinal)).ToList();
        Assert.That(runs, Has.Count.EqualTo(6));
        Assert.That(runs, Is.Unique);
        Assert.That(Directory.GetFiles(_runs.Folder, "finding.json", SearchOption.AllDirectories), Is.Empty, "what was begun is complete");

        string Try(IRanks ranks, string folder)
        {
            using var device = Device.Open("cpu", threads: 1);
            var settings = new ClaimSettings
            {
                Output = folder, Results = folder + "-results", Seeds = 2, Seed = 5, Steps = 2,
            };
            var runner = new ClaimRunner(ClaimCatalogue.Find("discogan"), settings, device)
            {
                Ranks = ranks,
                Train = (run, stop) =>
                {
                    trained.Add(Path.GetRelativePath(_runs.Folder, run.Directory.Path));
                    return run.Train(cancellationToken: stop);
                },
            };
            return runner.Run()!.ToCsv();
        }
    }

    [Test]
    public void TheLeaderGoesFirst()
    {
        var order = new System.Collections.Concurrent.ConcurrentQueue<int>();
        ThreadRanks.Run(3, ranks => ranks.LeaderFirst(() =>
        {
            Thread.Sleep(ranks.Leads() ? 50 : 0);
            order.Enqueue(ranks.Rank);
            return true;
        }));
        Assert.That(order, Has.Count.EqualTo(3));
        Assert.That(order.First(), Is.Zero);
    }

    [Test]
    public void PartsComeBackInTheListsOrder([Values(1, 2, 3, 8)] int count)
    {
        int[] items = [3, 1, 4, 1, 5];
        Assert.That(
            ThreadRanks.Run(count, ranks => ranks.Shared<int, int>(items, part => [.. part.Select(i => 10 * i)])),
            Is.All.EqualTo((int[])[30, 10, 40, 10, 50]));
    }
}

using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuGan.ModelsTests.Ranks;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Serve;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;
using Checkpoint = IlgpuGan.Models.Runs.Checkpoint;

namespace IlgpuGan.ModelsTests.Faults;

/// <summary>
/// Training, on one rank or two, and a server that writes pairs, on disks that fail and under processes that die: as many times as a seed
/// says, at the moments that it says. What goes on afterwards ends as what nothing happened to.
/// </summary>
internal sealed class FaultTests
{
    private const int SeedsOfPart = 63;
    private const string SeedVariable = "ILGPUGAN_FAULT_SEED";

    private static readonly (PictureOptions Options, int Ranks)[] s_trainings =
    [
        (TinyRun.Pix2Pix with { Steps = 4, SaveSteps = 1, SampleFreq = 2, Threads = 1 }, 1),
        (TinyRun.CycleGan with { Steps = 6, SaveEpochFreq = 1, KeepLast = 1, SampleFreq = 3, Threads = 1 }, 1),
        (TinyRun.Pix2Pix with
        {
            Norm = NormKind.Instance, Reduction = GradientReduction.Tree, BatchSize = 2, Steps = 4, SaveSteps = 2, Threads = 1,
        }, 2),
    ];

    private readonly Dictionary<int, (byte[] Tensors, List<string> Log, long[] Numbered, int Operations)> _undisturbed = [];

    [TearDown]
    public void TearDown() => Disk.Current = new Disk();

    [Test]
    [MaxSeconds(5)] // Each trains a run several times.
    public void ASeed([Values(0, 1, 2, 3, 4, 6, 16, 66, 1000)] int seed) =>
        Survive(int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var asked) ? asked : seed);

    [Test]
    [Exhaustive]
    public void AThousandSeeds([Range(0, 15)] int part)
    {
        for (var seed = part * SeedsOfPart; seed < (part + 1) * SeedsOfPart; seed++)
        {
            Survive(seed);
        }
    }

    private void Survive(int seed)
    {
        var random = new Random(seed);
        try
        {
            if (random.Next(s_trainings.Length + 1) is var kind && kind < s_trainings.Length)
            {
                TrainOn(kind, random);
            }
            else
            {
                ServeOn(random);
            }
        }
        catch
        {
            TestContext.Out.WriteLine($"Again: {SeedVariable}={seed} dotnet test kernels-tests/Models -c Release --filter 'Name~ASeed(0)'");
            throw;
        }
    }

    private void TrainOn(int kind, Random random)
    {
        using var runs = new TinyRun();
        var run = new RunDirectory(runs.PathOf("run"));
        if (!_undisturbed.TryGetValue(kind, out var whole))
        {
            var disk = new FaultyDisk(random, Fault.None, moment: 0);
            Assert.That(Under(disk, () => Train(kind, runs.PathOf("whole"))), Is.Null);
            whole = (
                runs.FinalTensors("whole"), TinyRun.LogOf(runs.PathOf("whole")),
                [.. new RunDirectory(runs.PathOf("whole")).AllNumbered().Select(file => Checkpoint.Read(file).Position.Step)],
                disk.Operations);
            _undisturbed[kind] = whole;
        }

        var losesPower = false;
        for (var faults = 1 + random.Next(3); faults > 0; faults--)
        {
            var fault = AnyFault(random);
            var disk = new FaultyDisk(random, fault, random.Next(whole.Operations));
            var problem = Under(disk, () => Train(kind, run.Path, threads: 1 + random.Next(3)));
            disk.LosePower();
            losesPower |= fault == Fault.PowerCut;
            if (fault == Fault.Full && disk.HasStruck && problem is null)
            {
                // Only the report had no room any more, which ends no training.
                Assert.That(Checkpoint.Read(run.Latest).Position.Step, Is.EqualTo(s_trainings[kind].Options.Steps));
            }
            else if (fault == Fault.Full && disk.HasStruck)
            {
                Assert.That(problem, Is.InstanceOf<RunException>());
                Assert.That(
                    problem!.Message,
                    Does.Match($@"^{Regex.Escape(run.Path)}[^\n]*No space left on device[^\n]*o(od)? checkpoint [^\n]*\.$"));
            }
            else
            {
                Assert.That(problem, disk.HasStruck ? Is.InstanceOf<KilledException>() : Is.Null);
            }

            if (run.Exists)
            {
                Assert.That(() => TinyRun.TensorsOf(run.Path), Throws.Nothing, $"{fault}: what has the name of a checkpoint is whole");
            }
        }

        Assert.That(Under(new Disk(), () => Train(kind, run.Path)), Is.Null);
        Assert.That(runs.FinalTensors("run"), Is.EqualTo(whole.Tensors));
        Assert.That(TinyRun.LogOf(run.Path), losesPower ? Is.SubsetOf(whole.Log) : Is.EqualTo(whole.Log));
        Assert.That(TinyRun.LogOf(run.Path), Is.Unique);
        Assert.That(run.AllNumbered().Select(file => Checkpoint.Read(file).Position.Step), Is.EqualTo(whole.Numbered));
        Assert.That(File.ReadAllText(run.Report), Does.EndWith("</html>\n"));
    }

    /// <summary>Begins a run, or goes on with it.</summary>
    private static void Train(int kind, string folder, int threads = 1)
    {
        var (options, ranks) = s_trainings[kind];
        ThreadRanks.Run(ranks, rank =>
        {
            var data = TinyRun.Data(options, count: 3);
            var together = ranks > 1 ? rank : (IRanks)new SoleRank();
            using var run = new RunDirectory(folder).Exists
                ? TrainingRun.Resume(folder, together, o => o with { Threads = threads }, data)
                : TrainingRun.Create(folder, options, together, data);
            return run.Train();
        });
    }

    /// <returns>why it ended before its end; null if it did not</returns>
    private static Exception? Under(Disk disk, Action work)
    {
        Disk.Current = disk;
        try
        {
            work();
            return null;
        }
        catch (AggregateException problems)
        {
            return problems.InnerExceptions.FirstOrDefault(p => p is not RankFailedException) ?? problems;
        }
        finally
        {
            Disk.Current = new Disk();
        }
    }

    private static Fault AnyFault(Random random) => (Fault)random.Next((int)Fault.Full, (int)Fault.PowerCut + 1);

    /// <summary>Decisions about pairs, and the pairs themselves: a request that fails is told so, and nothing of it is kept.</summary>
    private static void ServeOn(Random random)
    {
        IlgpuGan.Cli.WebFramework.Provide();
        using var folder = new TinyRun();
        var (data, output) = (folder.PathOf("data"), folder.PathOf("out"));
        new SyntheticFacades(4, 32).WriteTo(data);
        var decided = new bool[4];
        var (fault, unsure) = (AnyFault(random), -1);
        var disk = new FaultyDisk(random, fault, random.Next(40));
        using (var client = new Served(data, output))
        {
            Disk.Current = disk;
            for (var request = 0; request < 6 && (fault == Fault.Full || !disk.HasStruck); request++)
            {
                var (pair, isBad) = (random.Next(4), random.Next(2) == 0);
                if (client.Decide(pair, isBad))
                {
                    decided[pair] = isBad;
                }
                else
                {
                    unsure = pair;
                }
            }

            _ = client.Write();
            Disk.Current = new Disk();
            if (fault == Fault.Full)
            {
                Assert.That(client.Decisions(), Is.EqualTo(decided), "what was refused is not done");
            }
        }

        disk.LosePower();
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        using var again = new Served(data, output);
        var kept = again.Decisions();
        for (var i = 0; i < decided.Length; i++)
        {
            Assert.That(kept[i], Is.EqualTo(decided[i]).Or.EqualTo(i == unsure && fault != Fault.Full ? kept[i] : decided[i]));
        }

        Assert.That(again.Write(), Is.True);
        Assert.That(
            Directory.GetFiles(output).Select(f => ImageFile.Load(f).Width), Is.EqualTo(Enumerable.Repeat(64, kept.Count(bad => !bad))));
    }

    /// <summary>A server of pairs, and who asks it. What is refused is refused in a sentence.</summary>
    private sealed class Served(string data, string output) : IDisposable
    {
        private readonly PictureServer _server = PictureServer.StartAsync(
            new ServeSettings { Data = data, DataOut = output, Port = 0 }, Device.Open("cpu", threads: 1)).GetAwaiter().GetResult();

        private readonly HttpClient _client = new();

        public bool Decide(int pair, bool isBad) =>
            Ask(HttpMethod.Put, $"api/data/{pair}", JsonContent.Create(new { bad = isBad })) is not null;

        public bool Write() => Ask(HttpMethod.Post, "api/data/write") is { } told && told.GetProperty("problems").GetArrayLength() == 0;

        public List<bool> Decisions() => [.. Enumerable.Range(0, 4).Select(i => ((JsonElement)Ask(HttpMethod.Get, "api/data")!)
            .GetProperty("pairs")[i].GetProperty("bad").GetBoolean())];

        public void Dispose()
        {
            _client.Dispose();
            _server.DisposeAsync().AsTask().Wait();
        }

        private JsonElement? Ask(HttpMethod method, string address, HttpContent? content = null)
        {
            using var request = new HttpRequestMessage(method, new Uri(_server.Address, address)) { Content = content };
            using var answer = _client.Send(request);
            var told = JsonDocument.Parse(answer.Content.ReadAsStringAsync().Result).RootElement;
            if (answer.IsSuccessStatusCode)
            {
                return told;
            }

            Assert.That((int)answer.StatusCode, Is.AnyOf(400, 409, 500, 503));
            Assert.That(told.GetProperty("error").GetString(), Does.Match(@"^[^\n]{10,}$").And.Not.Contain(data));
            return null;
        }
    }
}

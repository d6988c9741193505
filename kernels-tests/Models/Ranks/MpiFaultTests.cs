using System.Diagnostics;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>
/// What goes wrong with one process ends all of them soon, with one sentence that names it, and the run goes on from its checkpoint.
/// </summary>
[Exhaustive]
public sealed class MpiFaultTests : MpiCommandLine
{
    [SetUp]
    public Task DrawData() => DrawnData();

    [Test]
    public async Task ARankThatFailsIsNamedAndNothingIsBegun()
    {
        var (code, output) = await MpiRun(
            2,
            ["sh", "-c", "[ $OMPI_COMM_WORLD_RANK = 1 ] && cd /; " +
                $"exec dotnet {Program} {string.Join(' ', Training("run", data: "data"))}"]);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("rank 1: data: there is no such folder"));
        Assert.That(output.Split("no such folder").Length - 1, Is.EqualTo(1), "one sentence");
        Assert.That(Directory.Exists(In("run")), Is.False);
    }

    [Test]
    public async Task OtherOptionsAreTold()
    {
        var (code, output) = await MpiRun(
            3, ["sh", "-c", $"exec dotnet {Program} {string.Join(' ', Training("run"))} --lr 0.00$((1 + OMPI_COMM_WORLD_RANK / 2))"]);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("rank 0: rank 2 has other options than rank 0: lr is 0.002, not 0.001"));
        Assert.That(output.Split("other options").Length - 1, Is.EqualTo(1), "one sentence");
        Assert.That(Directory.Exists(In("run")), Is.False);
    }

    /// <summary>
    /// A copy of the program in another folder is the same build, until one of its assemblies says that a source was another.
    /// </summary>
    [Test]
    public async Task AnotherBuildIsTold()
    {
        var other = Directory.CreateDirectory(In("other")).FullName;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Program)!))
        {
            File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
        }

        var (code, output) = await Check();
        Assert.That(code, Is.Zero, output);
        var library = Path.Combine(other, Path.GetFileName(typeof(Tensor).Assembly.Location));
        var bytes = File.ReadAllBytes(library);
        var hash = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(ProgramBuild.HashesIn(typeof(Tensor).Assembly)[0]));
        Assert.That(hash, Is.Positive);
        bytes[hash] = bytes[hash] == 'A' ? (byte)'B' : (byte)'A';
        File.WriteAllBytes(library, bytes);
        (code, output) = await Check();
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Match(
            @"rank 0: rank 1 has another build of the program than rank 0: version \S+ of sources (\w+), " +
                @"not version \S+ of sources (?!\1)\w+; install the same on all machines"));
        Assert.That(output.Split("another build").Length - 1, Is.EqualTo(1), "one sentence");

        Task<(int Code, string Output)> Check() => MpiRun(
            3,
            ["sh", "-c", $"[ $OMPI_COMM_WORLD_RANK = 1 ] && cd {other} || cd {Path.GetDirectoryName(Program)}; " +
                $"exec dotnet ilgpugan.dll data check {In("data")}"]);
    }

    /// <summary>A rank that is gone takes the others with it, and the run goes on from its checkpoint.</summary>
    [Test]
    public async Task AKilledRankEndsAllAndTheRunGoesOn()
    {
        await Do([.. Training("whole", "60"), "--reduction", "tree"]);
        var job = MpiRun(2, WithProcessIdFile([.. Training("run", "60"), "--save-steps", "1"]));
        await SomeSteps(() => job.IsCompleted);
        Assert.That(job.IsCompleted, Is.False, "60 steps take seconds");
        var since = Stopwatch.GetTimestamp();
        await Shell($"kill -KILL {ProcessIdOf(1)}");

        var (code, _) = await job;
        Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(code, Is.Not.Zero);
        (code, var output) = await MpiRun(2, ["dotnet", Program, "train", "--resume", In("run")]);
        Assert.That(code, Is.Zero, output);
        Assert.That(TinyRun.TensorsOf(In("run")), Is.EqualTo(TinyRun.TensorsOf(In("whole"))));
    }

    /// <summary>
    /// Stopped processes give no sign: they are not waited for, and the job ends. One who waits for them tells it, and names nobody who
    /// waits himself.
    /// </summary>
    [TestCase(new[] { 1 }, "rank [02]: rank 1")]
    [TestCase(new[] { 1, 2 }, "rank 0: rank(?:s 1 and 2| [12])")]
    [TestCase(new[] { 0 }, "rank [12]: rank 0")]
    public async Task HungRanksAreNamed(int[] hung, string told)
    {
        var job = MpiRun(3, WithProcessIdFile(Training("run", "100000")), timeout: 5);
        await SomeSteps(() => job.IsCompleted);
        var since = Stopwatch.GetTimestamp();
        await Shell($"kill -STOP {string.Join(' ', hung.Select(ProcessIdOf))}");
        var (code, output) = await job;
        Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(TimeSpan.FromSeconds(30)));
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Match($"{told} gave no sign for 5 s"));
        Assert.That(output.Split("gave no sign").Length - 1, Is.EqualTo(1), $"one sentence, of the first of them: {output}");
    }

    /// <summary>Rank 1 has given up rank 0, and waits before it reports that; rank 0 goes on meanwhile, and does not name rank 1.</summary>
    [Test]
    public async Task AProcessThatWasLateIsNamedAndNotWhoWaitedForIt()
    {
        const int Timeout = 3;
        var job = MpiRun(2, WithProcessIdFile(Training("run", "100000")), timeout: Timeout);
        await SomeSteps(() => job.IsCompleted);
        await Shell($"kill -STOP {ProcessIdOf(0)}");
        await Task.Delay(TimeSpan.FromSeconds(Timeout + 1));
        await Shell($"kill -CONT {ProcessIdOf(0)}");
        var (code, output) = await job;
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain($"rank 1: rank 0 gave no sign for {Timeout} s").And.Not.Contain("rank 1 gave no sign"));
    }

    /// <summary>Rank 0 evaluates alone, for longer than a rank may be silent.</summary>
    [Test]
    public async Task ALongEvaluationIsWaitedFor()
    {
        foreach (var i in Enumerable.Range(0, 500))
        {
            File.Copy(Directory.GetFiles(In("data", "train"))[0], In("data", "val", $"more{i}.png"));
        }

        var (code, output) = await MpiRun(
            2,
            ["dotnet", Program, .. Training("run"), "--threads", "1", "--keep-best", "ms-ssim", "--evaluate-freq", "2"], timeout: 1);
        Assert.That(code, Is.Zero, output);
        Assert.That(Checkpoint.Read(new RunDirectory(In("run")).Latest).Position.Best, Is.Not.Null);
    }

    /// <summary>Processes that were all stopped for longer than they may give no sign, as with a machine that sleeps, go on.</summary>
    [Test]
    public async Task AFrozenJobGoesOn()
    {
        const int Timeout = 5;
        var job = MpiRun(3, WithProcessIdFile(Training("run", "100000")), timeout: Timeout);
        await SomeSteps(() => job.IsCompleted);
        var all = string.Join(' ', Enumerable.Range(0, 3).Select(ProcessIdOf));
        await Shell($"kill -STOP {all}");
        var before = File.ReadLines(In("run", "log.jsonl")).Count();
        await Task.Delay(TimeSpan.FromSeconds(Timeout + 2));
        await Shell($"kill -CONT {all}");
        while (!job.IsCompleted && File.ReadLines(In("run", "log.jsonl")).Count() < before + 3)
        {
            await Task.Delay(50);
        }

        await Shell($"kill -KILL {all}");
        var (_, output) = await job;
        Assert.That(output, Does.Not.Contain("gave no sign"));
    }

    /// <summary>
    /// What processes do apart takes as long as it takes, here half a minute for large pictures, unless one of them is stopped.
    /// </summary>
    [Test]
    public async Task WorkApartIsWaitedForWhileItsProcessLives([Values] bool stops)
    {
        const int Timeout = 4, Side = 4096;
        var pictures = 250 * Environment.ProcessorCount; // Half a minute.
        var folder = In("data", "large");
        Directory.CreateDirectory(folder);
        var bytes = new byte[3 * Side * Side];
        new Random(1).NextBytes(bytes);
        PictureFile.Save(new Picture(new Image(Side, Side, 3, bytes)), Path.Combine(folder, "0.png"));
        Assert.That(await Shell($"cd {folder} && for i in $(seq {pictures}); do ln 0.png $i.png; done"), Is.Zero);

        var job = MpiRun(3, WithProcessIdFile("data", "check", folder), timeout: Timeout);
        await Task.Delay(TimeSpan.FromSeconds(3 * Timeout));
        Assert.That(job.IsCompleted, Is.False, "it waits");
        var since = Stopwatch.GetTimestamp();
        await Shell(stops ? $"kill -STOP {ProcessIdOf(2)}" : $"kill -KILL {ProcessIdOf(2)}");
        var (code, output) = await job;
        Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(TimeSpan.FromMinutes(1)));
        Assert.That(code, Is.Not.Zero, output);
        Assert.That(output.Split("gave no sign").Length - 1, Is.EqualTo(stops ? 1 : 0), output);
        Assert.That(output, stops ? Does.Contain($"rank 0: rank 2 gave no sign for {Timeout} s") : Is.Not.Null);
    }

    /// <summary>
    /// What Slurm and Kubernetes send before they take a machine away, to one of the processes or to mpirun: that of Open MPI 4 passes on
    /// another signal than that of 5.
    /// </summary>
    [Test]
    public async Task ALeaseThatEndsSavesTheRun([Values] bool toMpirun)
    {
        var signal = toMpirun && !VersionOf(["mpirun"]).Contains(OpenMpi5, StringComparison.Ordinal) ? "TERM" : "USR1";
        var job = MpiRun(
            2, WithProcessIdFile([.. Training("run", "100000"), "--save-steps", "100000"]),
            started: async mpirun =>
            {
                await SomeSteps(() => mpirun.HasExited);
                await Shell($"kill -{signal} {(toMpirun ? mpirun.Id : ProcessIdOf(1))}");
            },
            grace: 4);
        var (code, output) = await job;
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("everything is saved"));
        var step = Checkpoint.Read(new RunDirectory(In("run")).Latest).Position.Step;
        Assert.That(step, Is.InRange(3, 99_999));
        (code, output) = await MpiRun(2, ["dotnet", Program, "train", "--resume", In("run"), "--steps", $"{step + 2}"]);
        Assert.That(code, Is.Zero, output);
    }

    /// <summary>A disk too small for a second checkpoint, which only root can make, in a namespace of its own.</summary>
    [Test]
    public async Task AFullDiskOfTheFirstRankEndsAllWithOneSentence()
    {
        Directory.CreateDirectory(In("disk"));
        if ((await MpiRun(1, OnDisk(64, "true"))).Code != 0)
        {
            Assert.Ignore("no disk can be mounted here");
        }

        var since = Stopwatch.GetTimestamp();
        var (code, output) = await MpiRun(2, OnDisk(400, $"exec dotnet {Program} {string.Join(' ', Training("disk/run", "60"))}"));
        Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(TimeSpan.FromSeconds(60)));
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("rank 0: ").And.Contain("latest"));
        Assert.That(output.Split("rank 0: ").Length - 1, Is.EqualTo(1), "one sentence");

        string[] OnDisk(int kilobytes, string command) =>
            ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o size={kilobytes}k none {In("disk")} && {command}"];
    }
}

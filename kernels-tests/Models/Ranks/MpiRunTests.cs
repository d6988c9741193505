using System.Text.RegularExpressions;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>Processes under mpirun come to what one process comes to.</summary>
[Exhaustive]
public sealed class MpiRunTests : MpiCommandLine
{
    [Test]
    public async Task ProcessesGiveTheBitsOfOne()
    {
        await DrawnData();
        await Do([.. Training("one"), "--reduction", "tree"]);
        var (code, output) = await MpiRun(3, ["dotnet", Program, .. Training("three")]);
        Assert.That(code, Is.Zero, output);
        Assert.That(TinyRun.TensorsOf(In("three")), Is.EqualTo(TinyRun.TensorsOf(In("one"))));
        Assert.That(output.Split("Finished.").Length - 1, Is.EqualTo(1), "one of them speaks");
    }

    /// <summary>Label maps in colours, an encoder beside the generator, and clusters that each checkpoint works out.</summary>
    [Test]
    public async Task ProcessesLearnFeaturesOfInstancesWithTheBitsOfOne()
    {
        await DrawnData();
        await Do([.. Features("one"), "--reduction", "tree"]);
        var (code, output) = await MpiRun(2, ["dotnet", Program, .. Features("two")]);
        Assert.That(code, Is.Zero, output);
        Assert.That(TinyRun.TensorsOf(In("two")), Is.EqualTo(TinyRun.TensorsOf(In("one"))));

        string[] Features(string run) =>
        [
            "train", "pix2pixhd", "--data", In("data"), "--out", In(run), "--steps", "3", "--batch-size", "4", "--instance-feat", "--nef",
            "4", "--n-downsample-e", "2", "--ngf", "4", "--ndf", "4", "--n-downsample-global", "2", "--n-blocks-global", "1",
            "--n-layers-d", "2", "--preprocess", "resize-and-crop", "--load-size", "32", "--crop-size", "32", "--sample-freq", "0",
            "--log-freq", "1", "--threads", "1",
        ];
    }

    [Test]
    public async Task PicturesAreSharedAndFailuresToldOnce()
    {
        var run = await TrainedRun();
        foreach (var i in Enumerable.Range(0, 5))
        {
            File.Copy(Directory.GetFiles(In("data", "train"))[i], In("data", "val", $"more{i}.png"));
        }

        File.WriteAllText(In("data", "val", "broken.png"), "no picture");
        await Run("translate", "--model", run, "--input", In("data", "val"), "--out", In("alone"));
        var (code, output) =
            await MpiRun(3, ["dotnet", Program, "translate", "--model", run, "--input", In("data", "val"), "--out", In("shared")]);
        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("7 of 8 pictures translated").And.Contain("1 failed"));
        Assert.That(output.Split("broken.png").Length - 1, Is.EqualTo(1), "told once");
        var names = Directory.GetFiles(In("alone")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.That(Directory.GetFiles(In("shared")).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(names));
        Assert.That(names.All(n => File.ReadAllBytes(In("alone", n!)).SequenceEqual(File.ReadAllBytes(In("shared", n!)))));
    }

    [Test]
    public async Task JudgingAndCheckingAreShared()
    {
        var run = await TrainedRun();
        string[] judge = ["evaluate", "--model", run, "--data", In("data"), "--split", "train", "--sets", "--no-labels"];
        await Do([.. judge, "--out", In("alone")]);
        var (code, output) = await MpiRun(3, ["dotnet", Program, .. judge, "--out", In("shared")]);
        Assert.That(code, Is.Zero, output);
        Assert.That(output.Split("this model").Length - 1, Is.EqualTo(1), "one of them speaks");
        foreach (var file in Directory.GetFiles(In("alone"), "*", SearchOption.AllDirectories))
        {
            var other = Path.Combine(In("shared"), Path.GetRelativePath(In("alone"), file));
            Assert.That(File.ReadAllBytes(other), Is.EqualTo(File.ReadAllBytes(file)), file);
        }

        File.WriteAllText(In("data", "val", "broken.png"), "no picture");
        var alone = await Run("data", "check", In("data"));
        (code, output) = await MpiRun(3, ["dotnet", Program, "data", "check", In("data")]);
        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(alone.Output.Trim()));
        (code, output) = await MpiRun(2, ["dotnet", Program, "data", "check", In("nothing")]);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output.Split("nothing").Length - 1, Is.EqualTo(1), output);
    }

    /// <summary>
    /// Two network namespaces with a cable between them, of 100 Mbit/s and 10 ms there and back, stand for two machines; where nobody may
    /// make them, skipped by name.
    /// </summary>
    [Test]
    [Platform("Linux")]
    public async Task MachinesOverTcpGiveTheBitsOfOne()
    {
        var (a, b) = ($"ilgpugan-{Environment.ProcessId}a", $"ilgpugan-{Environment.ProcessId}b");
        using var cable = Cable();
        await DrawnData();
        await Do([.. Training("one"), "--reduction", "tree"]);
        string[] connected =
        [
            $"ip netns add {a}", $"ip netns add {b}", $"ip link set ilgpugan-a netns {a}", $"ip link set ilgpugan-b netns {b}",
            $"ip -n {a} addr add 10.9.0.1/24 dev ilgpugan-a", $"ip -n {b} addr add 10.9.0.2/24 dev ilgpugan-b",
            .. new[] { $"{a} link set lo", $"{b} link set lo", $"{a} link set ilgpugan-a", $"{b} link set ilgpugan-b" }
                .Select(link => $"ip -n {link} up"),
        ];
        try
        {
            if (await Shell(string.Join(" && ", connected)) != 0)
            {
                Assert.Ignore("network namespaces can't be made here");
            }

            // In place of ssh: the address says whose namespace the command is for.
            File.WriteAllText(In("agent"), $"#!/bin/sh\nhost=$1; shift; [ $host = 10.9.0.2 ] && exec ip netns exec {b} sh -c \"$*\"\n");
            await Shell($"chmod +x {In("agent")}");
            string[] overTcp =
            [
                "ip", "netns", "exec", a, "mpirun", "--mca", "plm_rsh_agent", In("agent"), "--mca", "btl", "tcp,self", "--mca",
                "btl_tcp_if_include", "10.9.0.0/24", "--mca", "oob_tcp_if_include", "10.9.0.0/24", "-x", "ILGPUGAN_RANK_TIMEOUT", "-H",
                "10.9.0.1:1,10.9.0.2:1",
            ];
            var (code, output) = await MpiRun(2, ["dotnet", Program, "devices"], mpirun: overTcp);
            Assert.That(code, Is.Zero, output);
            var link = Regex.Match(output, @"rank 0 to rank 1 on \S+: ([0-9.]+) us there and back, ([0-9.]+) Gbit/s \(measured\)");
            Assert.That(Number(1), Is.GreaterThan(10_000), output);
            Assert.That(Number(2), Is.LessThan(0.11), output);
            (code, output) = await MpiRun(2, ["dotnet", Program, .. Training("two")], mpirun: overTcp);
            Assert.That(code, Is.Zero, output);
            Assert.That(TinyRun.TensorsOf(In("two")), Is.EqualTo(TinyRun.TensorsOf(In("one"))));
            Assert.That(cable.Frames, Is.GreaterThan(100));

            double Number(int group) => double.Parse(link.Groups[group].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            await Shell($"ip netns del {a}; ip netns del {b}; ip link del ilgpugan-a; ip link del ilgpugan-b");
        }

        static SlowCable Cable()
        {
            try
            {
                return new SlowCable("ilgpugan-a", "ilgpugan-b", TimeSpan.FromMilliseconds(5), 100e6);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Assert.Ignore($"network interfaces can't be made here: {e.Message}");
                throw;
            }
        }
    }

    [Test]
    public async Task DevicesTellsOfTheJob()
    {
        var (code, output) = await MpiRun(2, ["dotnet", Program, "devices"]);
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("2 processes by Open MPI").And.Contain($"2 on {Environment.MachineName}"));
        Assert.That(output, Does.Match(@"rank 0 to rank 1 on \S+: [0-9.]+ us there and back, [0-9.]+ Gbit/s \(measured\)"));
        Assert.That(output.Split("rank 0 to rank 1").Length - 1, Is.EqualTo(1), "one of them speaks");
        (code, output) = await MpiRun(3, ["dotnet", Program, "--json", "devices"]);
        Assert.That(code, Is.Zero, output);
        var begin = output.IndexOf('{', StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(output[begin..(output.LastIndexOf('}') + 1)]);
        var ranks = json.RootElement.GetProperty("ranks");
        Assert.That(ranks.GetProperty("count").GetInt32(), Is.EqualTo(3));
        Assert.That(ranks.GetProperty("links").GetArrayLength(), Is.EqualTo(1), "one for each machine");
        Assert.That(ranks.GetProperty("links")[0].GetProperty("gbit_per_s").GetDouble(), Is.GreaterThan(0));
    }

    /// <summary>
    /// Open MPI 5, whose starter is another program than that of 4: where <c>mpirun</c> is of 5, or <c>ILGPUGAN_OPENMPI5</c> names the
    /// folder that one is installed in. Else skipped by name.
    /// </summary>
    [Test]
    public async Task OpenMpi5GivesTheBitsOfOne()
    {
        var mpirun = MpirunOf5();
        await DrawnData();
        await Do([.. Training("one"), "--reduction", "tree"]);
        var (code, output) = await MpiRun(2, ["dotnet", Program, "devices"], mpirun: mpirun);
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Match(@"2 processes by Open MPI v?5\."));
        (code, output) = await MpiRun(3, ["dotnet", Program, .. Training("three")], mpirun: mpirun);
        Assert.That(code, Is.Zero, output);
        Assert.That(TinyRun.TensorsOf(In("three")), Is.EqualTo(TinyRun.TensorsOf(In("one"))));
    }

    /// <summary>Steps that processes share are measured together, and the trace has what they exchanged.</summary>
    [Test]
    public async Task SharedStepsAreMeasured()
    {
        var (code, output) = await MpiRun(
            2,
            [
                "dotnet", Program, "bench", "step", "--workload", "cyclegan", "--size", "32", "--batch", "2", "--steps", "1", "--warmup",
                "1", "--threads", "1", "--profile", In("trace.json"),
            ]);
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("2 processes").And.Contain("exchanges with other processes: "));
        using var trace = System.Text.Json.JsonDocument.Parse(File.ReadAllText(In("trace.json")));
        var events = trace.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        var exchanges = events.Where(e => e.TryGetProperty("cat", out var c) && c.GetString() == "exchange").ToList();
        Assert.That(exchanges, Has.Count.GreaterThan(4), "several pieces of each optimiser's gradients");
        Assert.That(events.Where(e => e.TryGetProperty("cat", out var c) && c.GetString() == "op"), Is.Not.Empty);

        // While the first one went on, the backward did.
        var first = exchanges.Min(e => e.GetProperty("ts").GetDouble());
        var update = events.Where(e => e.GetProperty("name").GetString() == "adam").Min(e => e.GetProperty("ts").GetDouble());
        var between = events.Where(e => e.TryGetProperty("cat", out var c) && c.GetString() == "op")
            .Count(e => e.GetProperty("ts").GetDouble() is var at && at > first && at < update);
        Assert.That(between, Is.GreaterThan(0));
    }

    /// <summary>The command that starts processes by Open MPI 5.</summary>
    private static string[] MpirunOf5()
    {
        string[] mpirun = Environment.GetEnvironmentVariable("ILGPUGAN_OPENMPI5") is { Length: > 0 } folder
            ? ["env", $"OPAL_PREFIX={folder}", $"LD_LIBRARY_PATH={folder}/lib:{folder}/lib64", $"{folder}/bin/mpirun"]
            : ["mpirun"];
        var version = VersionOf(mpirun);
        if (!version.Contains(OpenMpi5, StringComparison.Ordinal))
        {
            Assert.Ignore(
                $"there is no Open MPI 5 ({version.Split('\n')[0]}); ILGPUGAN_OPENMPI5 can name the folder that one is installed in");
        }

        return mpirun;
    }
}

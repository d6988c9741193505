using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>Runs in a folder, as they are and while they train.</summary>
public sealed class RunsOverHttpTests : ServedTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [OneTimeSetUp]
    public async Task Start() => _served = await ServedFamilies.StartAsync(["pix2pix", "cyclegan"]);

    [Test]
    public async Task RunsAreListed()
    {
        Directory.CreateDirectory(_served.PathOf("runs/no run"));
        var damaged = Directory.CreateDirectory(_served.PathOf("runs/damaged")).FullName;
        await File.WriteAllTextAsync(Path.Combine(damaged, "options.json"), "{");
        var runs = JsonDocument.Parse(await _served.Client.GetStringAsync("api/runs")).RootElement.EnumerateArray().ToList();
        Directory.Delete(damaged, recursive: true);
        Assert.That(runs.Select(r => r.GetProperty("name").GetString()), Is.EqualTo(new[] { "cyclegan", "damaged", "pix2pix" }));
        Assert.That(runs[1].GetProperty("problem").GetString(), Is.Not.Empty.And.Not.Contain(_served.PathOf("")));
        Assert.That(
            (
                runs[2].GetProperty("step").GetInt64(), runs[2].GetProperty("total_steps").GetInt64(),
                runs[2].GetProperty("finished").GetBoolean()),
            Is.EqualTo((2, 2, true)));
    }

    /// <summary>A loss twice in a line of the log, an event file of no time, an endless training: the run is listed.</summary>
    [Test]
    public async Task ADamagedRunIsListedWithWhatItHas()
    {
        using var runs = new TinyRun();
        runs.Train("runs/one", TinyRun.Pix2Pix with { Steps = 2 });
        var run = new RunDirectory(runs.PathOf("runs/one"));
        await File.AppendAllTextAsync(run.Log, "{\"step\":3,\"epoch\":1,\"G_L1\":1,\"lr\":0.1,\"seconds\":1,\"G_L1\":0.25}\n");
        Directory.Delete(run.TensorBoard, recursive: true);
        Directory.CreateDirectory(run.TensorBoard);
        await File.WriteAllTextAsync(Path.Combine(run.TensorBoard, "events.out.tfevents.99999999999999999.y"), "");
        var facts = await File.ReadAllTextAsync(run.ReportFacts);
        var endless = Regex.Replace(facts, "\"steps\": [0-9]+,\\s*\"seconds\": [^\\s}]+", "\"steps\": 9, \"seconds\": 1e999");
        Assert.That(endless, Is.Not.EqualTo(facts));
        await File.WriteAllTextAsync(run.ReportFacts, endless);
        await using var server = await PictureServer.StartAsync(
            new ServeSettings { Runs = runs.PathOf("runs"), Port = 0 }, Device.Open("cpu", threads: 1));
        using var client = new HttpClient { BaseAddress = server.Address };
        var listed = JsonDocument.Parse(await client.GetStringAsync("api/runs")).RootElement[0];
        Assert.That(
            (listed.GetProperty("step").GetInt64(), listed.GetProperty("losses").GetProperty("G_L1").GetDouble()), Is.EqualTo((3L, 0.25)));
        Assert.That(listed.GetProperty("started").GetDateTime(), Is.EqualTo(DateTime.UtcNow).Within(TimeSpan.FromHours(1)));
        Assert.That(await client.GetStringAsync("api/runs/one"), Does.Contain("G_L1"));
    }

    /// <summary>What is written into a run's folder later, such as an evaluation, does not change when it began.</summary>
    [Test]
    public async Task ARunBeganWithItsFirstLoggedStep()
    {
        var events = Directory.GetFiles(_served.PathOf("runs/pix2pix/tensorboard")).Order(StringComparer.Ordinal).First();
        var expected = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Path.GetFileName(events).Split('.')[3], CultureInfo.InvariantCulture));
        Assert.That(await Started(), Is.EqualTo(expected));
        await File.WriteAllTextAsync(_served.PathOf("runs/pix2pix/notes.txt"), "later");
        await File.WriteAllTextAsync(_served.PathOf("runs/pix2pix/tensorboard/events.out.tfevents.9999999999.1.0000000"), "");
        Assert.That(await Started(), Is.EqualTo(expected));

        async Task<DateTimeOffset> Started() =>
            JsonDocument.Parse(await _served.Client.GetStringAsync("api/runs")).RootElement.EnumerateArray()
                .First(r => r.GetProperty("name").GetString() == "pix2pix").GetProperty("started").GetDateTimeOffset();
    }

    [Test]
    public async Task ARunHasCurvesSamplesAndAReport()
    {
        var run = JsonDocument.Parse(await _served.Client.GetStringAsync("api/runs/pix2pix")).RootElement;
        Assert.That(run.GetProperty("options").GetProperty("--ngf").GetString(), Is.EqualTo("4"));
        var curve = run.GetProperty("curves").EnumerateArray().First(c => c.GetProperty("name").GetString() == "G_L1");
        Assert.That(curve.GetProperty("steps").EnumerateArray().Select(s => s.GetInt64()), Is.EqualTo(new[] { 1, 2 }));
        var sample = run.GetProperty("samples")[0];
        var picture =
            ImageFile.Load(await _served.Client.GetByteArrayAsync($"api/runs/pix2pix/samples/{sample.GetProperty("index").GetInt32()}"));
        Assert.That((picture.Width, picture.Height), Is.EqualTo((32 * sample.GetProperty("columns").GetArrayLength(), 32)));
        Assert.That(await _served.Client.GetStringAsync("api/runs/pix2pix/report"), Does.Contain("--ngf").And.Contain("</html>"));
        var file = new RunDirectory(_served.PathOf("runs/pix2pix")).AllSamples().Last().File;
        var bytes = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, []); // As a power cut leaves it.
        var page = await _served.Client.GetStringAsync("api/runs/pix2pix/report");
        await File.WriteAllBytesAsync(file, bytes);
        Assert.That(page, Does.Contain("the files are damaged").And.Contain(Path.GetFileName(file)).And.Contain("</html>"));
    }

    [TestCase("api/runs/nobody")]
    [TestCase("api/runs/..%2Fdata")]
    [TestCase("api/events?run=nobody")]
    [TestCase("api/events?run=cyclegan&run=..%2Fdata")]
    [TestCase("api/runs/pix2pix/samples/99")]
    [TestCase("api/runs/pix2pix/samples/-1")]
    [TestCase("api/runs/pix2pix/samples/..%2Foptions.json")]
    public async Task WhatIsNotThereIsNotFound(string address)
    {
        using var answer = await _served.Client.GetAsync(address);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    /// <summary>All that is logged so far comes first, then what is logged later, and a log that was cut begins anew.</summary>
    [Test]
    public async Task ATrainingIsToldLive()
    {
        var log = _served.PathOf("runs/cyclegan/log.jsonl");
        var before = await File.ReadAllTextAsync(log);
        using var limit = new CancellationTokenSource(s_patience);
        using var stream =
            new StreamReader(await _served.Client.GetStreamAsync("api/events?run=cyclegan&run=pix2pix", limit.Token), Encoding.UTF8);
        Assert.That(await Next("log"), Has.Count.EqualTo(2));
        Assert.That(
            (await Event("log", "pix2pix")).GetProperty("entries").GetArrayLength(), Is.EqualTo(2), "of both runs over one connection");
        await File.AppendAllTextAsync(log, "{\"step\":3,\"epoch\":1,\"G_A\":0.5,\"cycle_A\":\"NaN\",\"lr\":0.1,\"seconds\":0.25}\n");
        var later = await Next("log");
        Assert.That(
            (later.Count, later[0].GetProperty("step").GetInt64(), later[0].GetProperty("losses").GetProperty("G_A").GetDouble()),
            Is.EqualTo((1, 3, 0.5)));
        Assert.That(later[0].GetProperty("losses").TryGetProperty("cycle_A", out _), Is.False, "no number is nothing to draw");
        await File.WriteAllTextAsync(log, before);
        await Event("again");
        Assert.That(await Next("log"), Has.Count.EqualTo(2));

        async Task<List<JsonElement>> Next(string name) => [.. (await Event(name)).GetProperty("entries").EnumerateArray()];

        async Task<JsonElement> Event(string name, string of = "cyclegan")
        {
            while (await stream.ReadLineAsync(limit.Token) is { } line)
            {
                if (line != $"event: {name}")
                {
                    continue;
                }

                var data = JsonDocument.Parse((await stream.ReadLineAsync(limit.Token))!["data: ".Length..]).RootElement;
                if (data.GetProperty("run").GetString() == of)
                {
                    return data;
                }
            }

            throw new EndOfStreamException($"no event {name} of {of} came");
        }
    }

    /// <summary>A feed whose log can no longer be read ends, and whoever runs the server is told.</summary>
    [Test]
    public async Task AFeedThatFailsIsTold()
    {
        using var runs = new TinyRun();
        runs.Train("runs/one", TinyRun.Pix2Pix with { Steps = 2 });
        using var failed = new BlockingCollection<Exception>();
        var settings = new ServeSettings { Runs = runs.PathOf("runs"), Port = 0, Failed = failed.Add };
        await using var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1));
        using var client = new HttpClient { BaseAddress = server.Address };
        using var stream = new StreamReader(await client.GetStreamAsync("api/events?run=one"));
        Assert.That(await stream.ReadLineAsync(), Is.EqualTo("event: log"));
        using var held = new FileStream(new RunDirectory(runs.PathOf("runs/one")).Log, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.That(failed.TryTake(out var problem, s_patience), Is.True);
        Assert.That(problem, Is.InstanceOf<IOException>());
        Assert.That(async () => await stream.ReadToEndAsync(), Throws.InstanceOf<IOException>());
    }

    /// <summary>
    /// A server that ends asks until it is heard: a program that has just been started forgets what was asked before the run was its own.
    /// </summary>
    [Test]
    public async Task AProgramThatIsStillStartingEndsWithTheServer()
    {
        SystemProgram.Require("/bin/sh", "rm", "sleep");
        using var runs = new TinyRun();
        runs.Train("runs/one", TinyRun.Pix2Pix with { Steps = 1_000_000 }, stopAfter: 1);
        const string Program =
            "rm -f \"$2/.stop\"; : > \"$2/begun\"; sleep 0.5; rm -f \"$2/.stop\"; i=0; "
            + "while [ $((i += 1)) -le 100 ]; do [ -f \"$2/.stop\" ] && { : > \"$2/heard\"; exit 130; }; sleep 0.1; done";
        var settings = new ServeSettings { Runs = runs.PathOf("runs"), Port = 0, Program = ["/bin/sh", "-c", Program] };
        await using (var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1)))
        {
            using var client = new HttpClient { BaseAddress = server.Address };
            Assert.That((await client.PostAsync("api/runs/one/resume", null)).StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(() => File.Exists(runs.PathOf("runs/one/begun")), Is.True.After(20_000, 10), "the program begins");
        }

        Assert.That(runs.PathOf("runs/one/heard"), Does.Exist);
    }

    /// <summary>Nothing can be asked in a folder that has been moved away: the program is told by a signal.</summary>
    [Test]
    public async Task AProgramWhoseFolderIsGoneEndsWithTheServer()
    {
        SystemProgram.Require("/bin/sh", "sleep");
        using var runs = new TinyRun();
        runs.Train("runs/one", TinyRun.Pix2Pix with { Steps = 1_000_000 }, stopAfter: 1);
        const string Program =
            "trap ': > \"$2-heard\"; exit 143' TERM; : > \"$2/begun\"; i=0; while [ $((i += 1)) -le 100 ]; do sleep 0.1; done";
        var settings = new ServeSettings { Runs = runs.PathOf("runs"), Port = 0, Program = ["/bin/sh", "-c", Program] };
        await using (var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1)))
        {
            using var client = new HttpClient { BaseAddress = server.Address };
            Assert.That((await client.PostAsync("api/runs/one/resume", null)).StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(() => File.Exists(runs.PathOf("runs/one/begun")), Is.True.After(20_000, 10), "the program begins");
            Directory.Move(runs.PathOf("runs/one"), runs.PathOf("moved"));
        }

        Assert.That(runs.PathOf("runs/one-heard"), Does.Exist);
    }

    /// <summary>A run that was stopped goes on in a process of its own until it is stopped again, and loses nothing.</summary>
    [Test]
    public async Task ARunGoesOnAndIsStopped()
    {
        using var runs = new TinyRun();
        var one = CatalogueCase.All["pix2pix"];
        one.WriteData(runs.PathOf("data"));
        foreach (var name in new[] { "runs/long", "runs/other" })
        {
            Assert.That(
                runs.TrainOnFiles(name, one.Options with { Data = runs.PathOf("data"), Steps = 1_000_000 }, stopAfter: 2),
                Is.EqualTo(TrainingOutcome.Interrupted));
        }

        var settings = new ServeSettings { Runs = runs.PathOf("runs"), Port = 0, Program = ["dotnet", SystemProgram.Command] };
        await using (var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1)))
        {
            using var client = new HttpClient { BaseAddress = server.Address };
            Assert.That(await Post("long/stop"), Is.EqualTo((409, "long is not training now")));
            Assert.That((await Post("nobody/resume")).Status, Is.EqualTo(404));
            Assert.That(await Post("long/resume"), Is.EqualTo((202, "")));
            Assert.That(await Post("other/resume"), Is.EqualTo((409, "long is training; stop it first: one run is trained at a time")));
            await Until(run => run.GetProperty("step").GetInt64() > 10);
            Assert.That(await Post("long/stop"), Is.EqualTo((202, "")));
            await Until(run => !run.GetProperty("is_training").GetBoolean());
            Assert.That((await Run()).GetProperty("problem_of_training").GetString(), Is.Null);
            var stopped = Checkpoint.Read(new RunDirectory(runs.PathOf("runs/long")).Latest).Position.Step;
            Assert.That((await Run()).GetProperty("step").GetInt64(), Is.EqualTo(stopped), "all that was logged is saved");

            Directory.Delete(runs.PathOf("data"), recursive: true);
            Assert.That(await Post("long/resume"), Is.EqualTo((202, "")));
            await Until(run => !run.GetProperty("is_training").GetBoolean());
            Assert.That((await Run()).GetProperty("problem_of_training").GetString(), Does.Contain("data"));

            one.WriteData(runs.PathOf("data"));
            Assert.That(await Post("long/resume"), Is.EqualTo((202, "")));
            await Until(run => run.GetProperty("step").GetInt64() > stopped);

            async Task<JsonElement> Run() =>
                JsonDocument.Parse(await client.GetStringAsync("api/runs")).RootElement.EnumerateArray()
                    .First(r => r.GetProperty("name").GetString() == "long");

            async Task Until(Func<JsonElement, bool> holds)
            {
                using var limit = new CancellationTokenSource(s_patience);
                while (!holds(await Run()))
                {
                    await Task.Delay(50, limit.Token);
                }
            }

            async Task<(int Status, string Error)> Post(string address)
            {
                using var answer = await client.PostAsync($"api/runs/{address}", content: null);
                var text = await answer.Content.ReadAsStringAsync();
                return (
                    (int)answer.StatusCode, text.Length == 0 ? "" : JsonDocument.Parse(text).RootElement.GetProperty("error").GetString()!);
            }
        }

        Assert.That(TrainingRun.IsTrainedNow(new RunDirectory(runs.PathOf("runs/long"))), Is.False, "it ends with the server");
    }

    [Test]
    public async Task WhoFollowsNothingIsTold()
    {
        using var answer = await _served.Client.GetAsync("api/events");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("run=NAME"));
    }
}

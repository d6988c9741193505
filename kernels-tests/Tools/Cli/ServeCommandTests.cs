using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>The verb <c>serve</c>, in a process of its own as people start it.</summary>
public sealed class ServeCommandTests : CommandFixture
{
    private Process? _serving;

    [TearDown]
    public void Stop()
    {
        _serving?.Kill();
        _serving?.Dispose();
        _serving = null;
    }

    [TestCase(SignalledProcess.Interrupt)]
    [TestCase(SignalledProcess.Terminate)]
    public async Task ItServesUntilItIsInterrupted(int signal)
    {
        SignalledProcess.RequireSignals();
        var run = await TrainedRun();
        var serving = Start("--model", run, "--runs", Folder, "--port", "0");
        var page = await PageOf(serving);
        Assert.That(page.Host, Is.EqualTo("127.0.0.1"));
        using var client = new HttpClient { BaseAddress = page };
        Assert.That(await client.GetStringAsync("api/models"), Does.Contain("\"name\":\"run\""));
        Assert.That(await client.GetStringAsync("api/runs"), Does.Contain("\"name\":\"run\""));
        Assert.That(await client.GetStringAsync(""), Does.Contain("<html"));
        serving.Send(signal);
        Assert.That(serving.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.That(serving.ExitCode, Is.Zero);
    }

    [Test]
    public async Task AnotherAddressGetsAToken()
    {
        var serving = Start("--runs", Folder, "--port", "0", "--address", "0.0.0.0");
        var page = await PageOf(serving);
        Assert.That(page.Fragment, Does.Match("^#token=[0-9a-f]{36}$"));
        Assert.That(page.Host, Is.EqualTo("127.0.0.1"), "no browser opens 0.0.0.0");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{page.Port}/") };
        Assert.That((await client.GetAsync("api/runs")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        client.DefaultRequestHeaders.Authorization = new("Bearer", page.Fragment["#token=".Length..]);
        Assert.That((await client.GetAsync("api/runs")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    /// <summary>An exported page needs a server for files, which many systems don't bring.</summary>
    [Test]
    public async Task AnExportedPageIsShown()
    {
        Directory.CreateDirectory(In("page"));
        Assert.That((await Run("serve", "--page", In("page"))).Error, Does.Contain("there is no index.html in it"));
        File.WriteAllText(In("page", "index.html"), "<p>a page");
        File.WriteAllText(In("page", "model-0.js"), "1");
        Assert.That((await Run("serve", "--page", In("page"), "--runs", Folder)).Code, Is.EqualTo(2));
        Assert.That((await Run("serve", "--page", In("page"), "--address", "0.0.0.0")).Code, Is.EqualTo(2));
        // No device is opened for files.
        var serving = _serving = SignalledProcess.Start("serve", "--json", "--page", In("page"), "--port", "0", "--device", "cuda:9");
        using var client = new HttpClient { BaseAddress = await PageOf(serving) };
        Assert.That(await client.GetStringAsync(""), Is.EqualTo("<p>a page"));
        var script = await client.GetAsync("model-0.js");
        Assert.That(script.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/javascript"));
        Assert.That((await client.GetAsync("../secret")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    /// <summary>
    /// After pictures of many sizes a server holds little more than after the largest alone. What is measured is all that the process
    /// holds: a C library keeps freed memory, too.
    /// </summary>
    [Test]
    [Exhaustive]
    public async Task MemoryDoesNotGrowWithTheVarietyOfSizes()
    {
        var serving = Start("--model", "zoo:facades", "--port", "0");
        using var client = new HttpClient { BaseAddress = await PageOf(serving) };
        for (var i = 0; i < 8; i++)
        {
            await Send(520, 520);
        }

        serving.Refresh();
        var one = serving.WorkingSet64;
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            await Send(40 + random.Next(480), 40 + random.Next(480));
        }

        serving.Refresh();
        TestContext.Out.WriteLine($"{one / 1e6:F0} MB after one size, {serving.WorkingSet64 / 1e6:F0} MB after many");
        Assert.That(serving.WorkingSet64, Is.LessThan(1.25 * one));

        async Task Send(int width, int height)
        {
            var samples = new byte[width * height * 3];
            new Random(width).NextBytes(samples);
            using var body = new ByteArrayContent(PictureFile.EncodePng(new Picture(new Image(width, height, 3, samples)), "noise"));
            using var answer = await client.PostAsync("api/models/facades/translate", body);
            Assert.That(answer.IsSuccessStatusCode);
        }
    }

    /// <summary>
    /// Two hundred requests at sixteen in flight, a fifth of them damaged, take little more memory than the first few did: nothing is left
    /// behind, and what waits is bounded.
    /// </summary>
    [Test]
    [Exhaustive]
    public async Task MemoryIsBoundedUnderLoad()
    {
        const long Slack = 128 << 20;
        var run = await TrainedRun();
        var picture = PictureFile.EncodePng(new Picture(new SyntheticFacades(1, 256).Draw(0).Labels), "map");
        var serving = Start("--model", run, "--port", "0", "--places", "16");
        using var client = new HttpClient { BaseAddress = await PageOf(serving) };
        await Ask(client, picture, 32);
        serving.Refresh();
        var before = serving.PeakWorkingSet64;
        await Ask(client, picture, 200);
        serving.Refresh();
        TestContext.Out.WriteLine($"{before / 1e6:F0} MB after 32 requests, {serving.PeakWorkingSet64 / 1e6:F0} MB after 200 more");
        Assert.That(serving.PeakWorkingSet64 - before, Is.LessThan(Slack));
    }

    [Test]
    public async Task APortThatIsTakenIsNamed()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        AssertExplained(
            await Run("serve", "--runs", Folder, "--token", "open sesame", "--port", $"{((IPEndPoint)taken.LocalEndpoint).Port}"), 1,
            "address already in use", "--port 0 takes any free one");
        taken.Stop();
    }

    private static Task Ask(HttpClient client, byte[] picture, int count) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellation) =>
        {
            var isDamaged = i % 5 == 3;
            using var body = new ByteArrayContent(isDamaged ? picture[..^30] : picture);
            using var answer = await client.PostAsync("api/models/run/translate", body, cancellation);
            Assert.That((int)answer.StatusCode, Is.AnyOf(isDamaged ? 400 : 200, 503));
            await answer.Content.ReadAsByteArrayAsync(cancellation);
        });

    private static async Task<Uri> PageOf(Process serving) =>
        new(JsonDocument.Parse((await serving.StandardOutput.ReadLineAsync())!).RootElement.GetProperty("page").GetString()!);

    private Process Start(params string[] options) =>
        _serving = SignalledProcess.Start(["serve", "--json", "--device", "cpu", .. options]);
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Cli;

/// <summary>The verb <c>serve</c>, in a process of its own as people start it.</summary>
public sealed class ServeCommandTests : CommandLine
{
    [Test]
    public async Task ItServesUntilItIsInterrupted()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("sends the signal with kill");
        }

        var run = await TrainedRun();
        using var serving = Start("--model", run, "--runs", Folder, "--port", "0");
        try
        {
            var page =
                new Uri(JsonDocument.Parse((await serving.StandardOutput.ReadLineAsync())!).RootElement.GetProperty("page").GetString()!);
            Assert.That(page.Host, Is.EqualTo("127.0.0.1"));
            using var client = new HttpClient { BaseAddress = page };
            Assert.That(await client.GetStringAsync("api/models"), Does.Contain("\"name\":\"run\""));
            Assert.That(await client.GetStringAsync("api/runs"), Does.Contain("\"name\":\"run\""));
            Assert.That(await client.GetStringAsync(""), Does.Contain("<html"));
            using var interrupt = Process.Start("kill", ["-INT", $"{serving.Id}"]);
            await interrupt.WaitForExitAsync();
            Assert.That(serving.WaitForExit(TimeSpan.FromSeconds(20)));
            Assert.That(serving.ExitCode, Is.Zero);
        }
        finally
        {
            serving.Kill();
        }
    }

    [Test]
    public async Task AnotherAddressGetsAToken()
    {
        using var serving = Start("--runs", Folder, "--port", "0", "--address", "0.0.0.0");
        try
        {
            var page =
                new Uri(JsonDocument.Parse((await serving.StandardOutput.ReadLineAsync())!).RootElement.GetProperty("page").GetString()!);
            Assert.That(page.Fragment, Does.Match("^#token=[0-9a-f]{36}$"));
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{page.Port}/") };
            Assert.That((await client.GetAsync("api/runs")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            client.DefaultRequestHeaders.Authorization = new("Bearer", page.Fragment["#token=".Length..]);
            Assert.That((await client.GetAsync("api/runs")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
        finally
        {
            serving.Kill();
        }
    }

    [Test]
    public async Task MistakesAreExplained()
    {
        AssertExplained(await Run("serve"), 2, "--model", "--runs");
        AssertExplained(await Run("serve", "--runs", In("nowhere")), 1, "nowhere", "no such folder");
        AssertExplained(await Run("serve", "--model", In("nowhere")), 1, "nowhere", "no such file");
        AssertExplained(await Run("serve", "--runs", Folder, "--address", "here"), 2, "--address", "here");
        AssertExplained(await Run("serve", "--runs", Folder, "--port", "99999"), 2, "--port", "65535");
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        AssertExplained(
            await Run("serve", "--runs", Folder, "--port", $"{((IPEndPoint)taken.LocalEndpoint).Port}"), 1, "address already in use");
        taken.Stop();
    }

    private static Process Start(params string[] options) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll"), "serve", "--json", "--device", "cpu",
            .. options])
    {
        UseShellExecute = false, RedirectStandardOutput = true,
    })!;
}

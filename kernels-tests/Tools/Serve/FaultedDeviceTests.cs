using System.Net;
using System.Text.Json;
using ILGPU.Runtime.Cuda;
using IlgpuGan.Hosting;
using IlgpuGan.Serve;
using IlgpuGan.TestsCommon.PtxMachine.Driver;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>A card computes nothing more after a fault: what watches a service is told, so that it starts the service again.</summary>
internal sealed class FaultedDeviceTests
{
    [TearDown]
    public void TheMachineGoesOnAfterAFault() => (PtxDriver.NextFailure, PtxDriver.FaultsPersist) = (null, false);

    [TestCase(CudaError.CUDA_ERROR_ILLEGAL_ADDRESS, true)]
    [TestCase(CudaError.CUDA_ERROR_OUT_OF_MEMORY, false)] // As any failure of one call.
    public async Task TheServerSaysWhetherItsDeviceStillWorks(CudaError error, bool persists)
    {
        var device = PtxDriver.Open();
        await using var server = await PictureServer.StartAsync(new ServeSettings { Port = 0 }, device);
        using var client = new HttpClient { BaseAddress = server.Address };
        Assert.That(await client.GetStringAsync("health"), Does.Contain("\"ok\""));
        Fail(device, error, persists);
        using var answer = await client.GetAsync("health");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(persists ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK), text);
        if (persists)
        {
            var sentence = JsonDocument.Parse(text).RootElement.GetProperty("error").GetString();
            Assert.That(sentence, Does.Contain("cuda:0 has failed").And.Contain("ILLEGAL_ADDRESS").And.Contain("start the server again"));
        }
    }

    [Test]
    public async Task TheHealthOfAnApplicationIsThatOfItsDevice()
    {
        using var runs = new TinyRun();
        runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 });
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddHealthChecks().AddIlgpuGan();
        services.AddIlgpuGan(options =>
        {
            options.Device = "cuda";
            options.Add("houses", runs.PathOf("run"));
        });
        await using var provider = services.BuildServiceProvider();
        if (PtxDriver.UnavailableReason.Length > 0)
        {
            Assert.Ignore(PtxDriver.UnavailableReason);
        }

        var model = PtxDriver.Shown(() => provider.GetRequiredService<HostedTranslators>().Opened("houses"));
        var health = provider.GetRequiredService<HealthCheckService>();
        Assert.That((await health.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        Fail(model.Device, CudaError.CUDA_ERROR_ILLEGAL_ADDRESS, persists: true);
        var report = await health.CheckHealthAsync();
        Assert.That(report.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(report.Entries.Single().Value.Description, Does.Contain("the device has failed").And.Contain("ILLEGAL_ADDRESS"));
    }

    private static void Fail(Device device, CudaError error, bool persists)
    {
        (PtxDriver.FaultsPersist, PtxDriver.NextFailure) = (persists, ("cuStreamSynchronize", error));
        Assert.That(device.Synchronize, Throws.TypeOf<DeviceException>());
    }
}

namespace IlgpuGan.EngineTests.PublicUse;

/// <summary>The ways to a device.</summary>
internal sealed class DeviceOpeningTests
{
    [Test]
    public void EachWayLeadsToItsDevice()
    {
        var entries = Device.List();
        Assert.That(entries.Select(e => e.Name), Does.Contain("cpu").And.Some.StartsWith("cuda"));
        using var cpu = Device.Cpu(threads: 1);
        Assert.That(cpu.Name, Is.EqualTo("cpu"));
        var hasCard = entries.Any(e => e.IsAvailable && e.Name == "cuda:0");
        using var best = Device.OpenBest();
        Assert.That(best.Name, Is.EqualTo(hasCard ? "cuda:0" : "cpu"));
        Assert.That(Device.TryOpen("cpu", out var tried));
        tried!.Dispose();
        if (hasCard)
        {
            using var card = Device.Cuda();
            Assert.That(card.Name, Is.EqualTo("cuda:0"));
        }
        else
        {
            Fails.With<DeviceException>(() => Device.Cuda(), "CUDA");
        }
    }

    /// <summary>Such as a step of a loop of one's own, among threads that share the device.</summary>
    [Test]
    public void TheQueueDoesWorkWithoutAResult()
    {
        using var device = Device.Cpu(threads: 1);
        var isDone = false;
        device.WorkQueue.Run(() =>
        {
            isDone = true;
        });
        Assert.That(isDone);
    }

    [TestCase("cuda:99")]
    [TestCase("nothing")]
    public void WhatIsNotThereIsNotOpened(string name)
    {
        Assert.That(Device.TryOpen(name, out var device), Is.False);
        Assert.That(device, Is.Null);
        Assert.That(() => Device.Open(name), Throws.TypeOf<DeviceException>().With.Message.Contains(name.Split(':')[0]));
        Assert.That(() => Device.Cuda(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}

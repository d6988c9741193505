using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// Buffers that nobody disposes are reported: on the simulator always, on devices in debug builds, and there with who made them.
/// </summary>
[TestFixture]
public sealed class LeakTests
{
    [Test]
    public void DebugBuildsNameTheAllocator()
    {
        List<string> leaks = Leaks(builder => builder.Cuda(PtxDriver.Api).Assertions());
        Assert.That(leaks, Has.Count.EqualTo(1));
        Assert.That(leaks[0], Does.Match(@"^7 elements of 4 bytes, allocated by LeakTests\.Leaks( \(LeakTests\.cs:\d+\))?$"));
        Assert.That(Leaks(builder => builder.Cuda(PtxDriver.Api).Optimize(OptimizationLevel.Debug)), Has.Count.EqualTo(1));
    }

    [Test]
    public void ReleaseBuildsSayNothingOfDevices()
    {
#if DEBUG
        Assert.Ignore("This is a debug build of the library.");
#endif
        Assert.That(Leaks(builder => builder.Cuda(PtxDriver.Api)), Is.Empty);
        Assert.That(
            Leaks(builder => builder.CPU(CPUDeviceKind.Nvidia)), Is.EqualTo(new[] { "7 elements of 4 bytes" }),
            "the simulator always does");
    }

    [Test]
    public void WhatTheCollectorFindsIsReported()
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        List<string> leaks = [];
        accelerator.BufferLeaked += (_, leak) => leaks.Add(leak);
        Forget(accelerator);
        for (int tries = 0; tries < 20 && leaks.Count == 0; tries++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(leaks, Is.EqualTo(new[] { "9 elements of 8 bytes" }));
    }

    [Test]
    public void AnAcceleratorWaitsForWhatTheCollectorReleases()
    {
        PtxDriver.Violations.Clear();
        for (int round = 0; round < 20; round++)
        {
            using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
            Accelerator accelerator = context.Devices[0].CreateAccelerator(context);
            ForgetStreams(accelerator);
            Task collecting = Task.Run(() => GC.Collect());
            accelerator.Dispose();
            collecting.Wait();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(PtxDriver.Violations, Is.Empty);
    }

    private static List<string> Leaks(Func<Context.Builder, Context.Builder> build)
    {
        using Context context = Context.Create(builder => build(builder));
        Accelerator accelerator = context.Devices[0].CreateAccelerator(context);
        List<string> leaks = [];
        accelerator.BufferLeaked += (_, leak) => leaks.Add(leak);
        accelerator.Allocate1D<long>(5).Dispose();
        var forgotten = accelerator.Allocate1D<int>(7);
        accelerator.Dispose();
        GC.KeepAlive(forgotten);
        return leaks;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(Accelerator accelerator) => accelerator.Allocate1D<double>(9);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ForgetStreams(Accelerator accelerator)
    {
        for (int i = 0; i < 300; i++)
        {
            accelerator.CreateStream();
        }
    }
}

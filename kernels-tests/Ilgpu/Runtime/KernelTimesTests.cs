using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.OpenCL;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>Device time by kernel.</summary>
[TestFixture]
public sealed class KernelTimesTests
{
    private static void Short(Index1D i, ArrayView<int> a) => a[i] = i;

    private static void Long(Index1D i, ArrayView<int> a)
    {
        int x = i;
        for (int k = 0; k < 64 * a.IntLength; k++)
        {
            x = (x * 31) ^ (x >> 3) ^ k;
        }
        a[i] = x;
    }

    [TestCase("simulator")]
    [TestCase("opencl")]
    public void LaunchesAreCountedAndTimed(string device)
    {
        using Context context =
            Context.Create(builder => (device == "opencl" ? builder.OpenCL() : builder.CPU(CPUDeviceKind.Nvidia)).Profiling());
        if (device == "opencl" && context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        using Accelerator accelerator = context.Devices[0].CreateAccelerator(context);
        using var buffer = accelerator.Allocate1D<int>(2000);
        var brief = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Short);
        var lengthy = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Long);
        brief(2000, buffer.View);
        using (KernelTimes times = accelerator.TimeKernels())
        {
            for (int i = 0; i < 3; i++)
            {
                brief(2000, buffer.View);
            }
            lengthy(2000, buffer.View);
            IReadOnlyList<KernelTime> report = times.Report();
            Assert.That(
                report.Select(time => (time.Kernel, time.Launches)),
                Is.EqualTo(new[] { ("KernelTimesTests.Long", 1), ("KernelTimesTests.Short", 3) }));
            Assert.That(report.Select(time => time.Total), Is.All.GreaterThan(TimeSpan.Zero));
            brief(2000, buffer.View);
            Assert.That(times.Report()[1].Launches, Is.EqualTo(4));
        }

        brief(2000, buffer.View);
        using KernelTimes later = accelerator.TimeKernels();
        Assert.That(later.Report(), Is.Empty);
    }

    [Test]
    public void TimingNeedsAContextForIt()
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        Assert.That(accelerator.TimeKernels, Throws.TypeOf<NotSupportedException>().With.Message.Contains("Profiling()"));
    }
}

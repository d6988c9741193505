using System.Runtime.InteropServices;
using System.Text.Json;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>Names for stretches of a stream's work: recorded by us on every device, and handed to NVTX where it is.</summary>
[TestFixture]
public sealed unsafe class ProfilingRangeTests
{
    private const int Size = 4096;

    private static readonly List<string> s_heard = [];

    private static void Count(Index1D i, ArrayView<int> a)
    {
        int x = i;
        for (int k = 0; k < 50; k++)
        {
            x = (x * 31) ^ k;
        }
        a[i] = x;
    }

    [TestCase("simulator")]
    [TestCase("opencl")]
    [TestCase("ptx")]
    public void RangesAreRecorded(string device)
    {
        using Context context = Open(device, profiling: true);
        using Accelerator accelerator = context.Devices[0].CreateAccelerator(context);
        using AcceleratorStream stream = accelerator.CreateStream();
        using var buffer = accelerator.Allocate1D<int>(Size);
        var kernel = accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>>(Count);
        using ProfilingRanges ranges = accelerator.TraceRanges();
        using (stream.BeginRange("step"))
        {
            using (stream.BeginRange("forward"))
            {
                kernel(stream, Size, buffer.View);
            }
            stream.MarkProfile("between");
            using (stream.BeginRange("backward"))
            {
                kernel(stream, Size, buffer.View);
            }
            using (accelerator.BeginRange("elsewhere"))
            {
                Assert.That(
                    ranges.Report().Select(range => range.Name), Is.EqualTo(new[] { "forward", "between", "backward" }), "what has ended");
            }
        }

        IReadOnlyList<ProfilingRangeTime> report = ranges.Report();
        Assert.That(
            report.Select(range => (range.Name, range.Depth)),
            Is.EqualTo(new[] { ("step", 0), ("forward", 1), ("between", 1), ("backward", 1), ("elsewhere", 0) }));
        ProfilingRangeTime step = report[0], forward = report[1], backward = report[3];
        Assert.That(report.Select(range => range.Host), Is.All.GreaterThan(TimeSpan.Zero));
        Assert.That(step.Host, Is.GreaterThanOrEqualTo(forward.Host + backward.Host));
        Assert.That(step.Device, Is.GreaterThanOrEqualTo(forward.Device));
        Assert.That(forward.HostStart, Is.InRange(step.HostStart, backward.HostStart));
        Assert.That(backward.DeviceStart, Is.GreaterThanOrEqualTo(forward.DeviceStart));
        Assert.That(ranges.Report(), Is.EqualTo(report), "times stay");

        using var trace = new MemoryStream();
        ranges.WriteTrace(trace);
        JsonElement[] events = [.. JsonDocument.Parse(trace.ToArray()).RootElement.EnumerateArray()];
        Assert.That(events.Select(e => e.GetProperty("name").GetString()).Distinct(), Is.EqualTo(report.Select(range => range.Name)));
        Assert.That(events[2].GetProperty("tid").GetString(), Is.EqualTo("host"));
        Assert.That(events[2].GetProperty("dur").GetDouble(), Is.EqualTo(forward.Host.TotalMicroseconds));
    }

    [Test]
    public void NvtxHearsThemToo()
    {
        using Context context = Open("simulator", profiling: false);
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        s_heard.Clear();
        accelerator.Nvtx = new(
            (IntPtr)(delegate* unmanaged<byte*, void>)&Mark,
            (IntPtr)(delegate* unmanaged<byte*, ulong>)&Start,
            (IntPtr)(delegate* unmanaged<ulong, void>)&End);
        string name = "größer " + new string('x', 300);
        using (accelerator.BeginRange("outer"))
        {
            using (accelerator.DefaultStream.BeginRange(name))
            {
                accelerator.DefaultStream.MarkProfile("here");
            }
        }

        Assert.That(s_heard, Is.EqualTo(new[] { "start outer", $"start {name}", "mark here", "end 2", "end 1" }));
    }

    [Test]
    public void WithoutAListenerRangesCostNothing()
    {
        using Context context = Open("simulator", profiling: false);
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        accelerator.Nvtx = null;
        accelerator.BeginRange("warm").Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            using (accelerator.BeginRange("nobody listens"))
            {
                accelerator.DefaultStream.MarkProfile("nobody");
            }
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(accelerator.TraceRanges, Throws.TypeOf<NotSupportedException>().With.Message.Contains("Profiling()"));
    }

    [Test]
    public void RecordingsEndWithoutTheirRanges()
    {
        using Context context = Open("simulator", profiling: true);
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        ProfilingRange late;
        using (accelerator.TraceRanges())
        {
            late = accelerator.BeginRange("ends too late");
        }
        Assert.That(late.Dispose, Throws.Nothing);
        using ProfilingRanges next = accelerator.TraceRanges();
        accelerator.BeginRange("next").Dispose();
        Assert.That(next.Report().Single().Depth, Is.Zero);
    }

    [Test]
    public void AbsentAndForeignLibrariesAreNone()
    {
        Assert.That(NvtxApi.Load("libthere_is_no_such_library.so.7"), Is.Null);
        Assert.That(NvtxApi.Load(OperatingSystem.IsWindows() ? "kernel32.dll" : "libc.so.6"), Is.Null, "it has none of the functions");
    }

    private static Context Open(string device, bool profiling)
    {
        Context context = Context.Create(builder =>
        {
            _ = device switch
            {
                "opencl" => builder.OpenCL(),
                "ptx" => builder.Cuda(PtxDriver.Api),
                _ => builder.CPU(CPUDeviceKind.Nvidia),
            };
            if (profiling)
            {
                builder.Profiling();
            }
        });
        if (device == "opencl" && context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        return context;
    }

    private static ulong s_started;

    [UnmanagedCallersOnly]
    private static void Mark(byte* name) => s_heard.Add("mark " + Marshal.PtrToStringUTF8((IntPtr)name));

    [UnmanagedCallersOnly]
    private static ulong Start(byte* name)
    {
        s_heard.Add("start " + Marshal.PtrToStringUTF8((IntPtr)name));
        s_started = (ulong)s_heard.Count(heard => heard.StartsWith("start", StringComparison.Ordinal));
        return s_started;
    }

    [UnmanagedCallersOnly]
    private static void End(ulong range) => s_heard.Add($"end {range}");
}

using System.Diagnostics;

namespace ILGPU.Runtime.CPU;

/// <summary>The simulator finishes everything inside the call, so its streams are empty at all times.</summary>
internal sealed class CPUStream : AcceleratorStream
{
    public CPUStream(Accelerator accelerator)
        : base(accelerator)
    {
    }

    public override void Synchronize()
    {
    }

    protected override ProfilingMarker CreateProfilingMarker() => new CPUProfilingMarker(Accelerator);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }
}

/// <summary>A time of the host's clock.</summary>
internal sealed class CPUProfilingMarker : ProfilingMarker
{
    private readonly long _timestamp = Stopwatch.GetTimestamp();

    public CPUProfilingMarker(Accelerator accelerator)
        : base(accelerator)
    {
    }

    public override void Synchronize()
    {
    }

    public override TimeSpan MeasureFrom(ProfilingMarker marker) =>
        marker is CPUProfilingMarker start
            ? Stopwatch.GetElapsedTime(start._timestamp, _timestamp)
            : throw new ArgumentException("The markers belong to different kinds of accelerators.", nameof(marker));

    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }
}

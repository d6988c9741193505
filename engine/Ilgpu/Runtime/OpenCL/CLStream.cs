namespace ILGPU.Runtime.OpenCL;

/// <summary>An in-order command queue.</summary>
public sealed unsafe class CLStream : AcceleratorStream
{
    private const ulong ProfilingEnable = 1 << 1;

    private readonly bool _responsible;

    internal CLStream(CLAccelerator accelerator)
        : base(accelerator)
    {
        CLError status;
        ulong properties = accelerator.Context.Properties.EnableProfiling ? ProfilingEnable : 0;
        CommandQueue = CLApi.Current.CreateCommandQueue(accelerator.NativePtr, accelerator.DeviceId, properties, &status);
        CLException.Check(status, "clCreateCommandQueue");
        _responsible = true;
    }

    internal CLStream(CLAccelerator accelerator, IntPtr queue, bool responsible)
        : base(accelerator)
    {
        CommandQueue = queue;
        _responsible = responsible;
    }

    public IntPtr CommandQueue { get; }

    public override void Synchronize() => CLException.Check(CLApi.Current.Finish(CommandQueue), "clFinish");

    internal static IntPtr QueueOf(AcceleratorStream stream) =>
        stream is CLStream queue
            ? queue.CommandQueue
            : throw new ArgumentException("OpenCL needs a stream of its own accelerator.", nameof(stream));

    protected override ProfilingMarker CreateProfilingMarker() => new CLProfilingMarker(this);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (_responsible)
        {
            // Copies that are under way still use memory of the host. What a broken queue says was said to whoever waited for it.
            _ = CLApi.Current.Finish(CommandQueue);
            CLException.Check(CLApi.Current.ReleaseCommandQueue(CommandQueue), "clReleaseCommandQueue");
        }
    }
}

/// <summary>A marker command, whose end the device's clock records.</summary>
internal sealed unsafe class CLProfilingMarker : ProfilingMarker
{
    private readonly IntPtr _event;

    public CLProfilingMarker(CLStream stream)
        : base(stream.Accelerator)
    {
        IntPtr created;
        CLException.Check(CLApi.Current.EnqueueMarkerWithWaitList(stream.CommandQueue, 0, null, &created), "clEnqueueMarkerWithWaitList");
        _event = created;
        CLException.Check(CLApi.Current.Flush(stream.CommandQueue), "clFlush");
    }

    public override void Synchronize()
    {
        IntPtr awaited = _event;
        CLException.Check(CLApi.Current.WaitForEvents(1, &awaited), "clWaitForEvents");
    }

    public override TimeSpan MeasureFrom(ProfilingMarker marker)
    {
        if (marker is not CLProfilingMarker start)
        {
            throw new ArgumentException("The markers belong to different kinds of accelerators.", nameof(marker));
        }

        start.Synchronize();
        Synchronize();
        return TimeSpan.FromTicks((long)(EndInNanoseconds() - start.EndInNanoseconds()) / 100);
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (_event != IntPtr.Zero)
        {
            CLException.Check(CLApi.Current.ReleaseEvent(_event), "clReleaseEvent");
        }
    }

    private ulong EndInNanoseconds()
    {
        ulong nanoseconds;
        CLException.Check(
            CLApi.Current.GetEventProfilingInfo(_event, CLQuery.ProfilingCommandEnd, sizeof(ulong), &nanoseconds, null),
            "clGetEventProfilingInfo");
        return nanoseconds;
    }
}

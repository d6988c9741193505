namespace ILGPU.Runtime.OpenCL;

/// <summary>
/// A point of a command queue: the event of a marker, a new one for each recording, since those of OpenCL are reached once. An addition to
/// ILGPU's API.
/// </summary>
public sealed unsafe class CLEvent : StreamEvent
{
    private const int Complete = 0;

    /// <summary>Threads that wait hold on to the marker that was the latest when they began.</summary>
    private readonly Lock _gate = new();

    private IntPtr _marker;

    internal CLEvent(CLAccelerator accelerator)
        : base(accelerator)
    {
    }

    public override bool IsReached
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            lock (_gate)
            {
                if (_marker == IntPtr.Zero)
                {
                    return true;
                }

                int status;
                CLException.Check(
                    CLApi.Current.GetEventInfo(_marker, CLQuery.EventCommandExecutionStatus, sizeof(int), &status, null), "clGetEventInfo");
                CLException.Check((CLError)Math.Min(status, Complete), "a command before an event");
                return status == Complete;
            }
        }
    }

    public override void Record(AcceleratorStream stream)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        IntPtr queue = CLStream.QueueOf(stream), recorded;
        CLException.Check(CLApi.Current.EnqueueMarkerWithWaitList(queue, 0, null, &recorded), "clEnqueueMarkerWithWaitList");
        lock (_gate)
        {
            (recorded, _marker) = (_marker, recorded);
        }

        Release(recorded);

        // Another queue may wait only for commands that were sent to the device.
        CLException.Check(CLApi.Current.Flush(queue), "clFlush");
    }

    public override void LetWait(AcceleratorStream stream)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        lock (_gate)
        {
            if (_marker != IntPtr.Zero)
            {
                IntPtr awaited = _marker;
                CLException.Check(
                    CLApi.Current.EnqueueBarrierWithWaitList(CLStream.QueueOf(stream), 1, &awaited, null), "clEnqueueBarrierWithWaitList");
            }
        }
    }

    public override void Synchronize()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        IntPtr awaited;
        lock (_gate)
        {
            awaited = _marker;
            if (awaited == IntPtr.Zero)
            {
                return;
            }

            CLException.Check(CLApi.Current.RetainEvent(awaited), "clRetainEvent");
        }

        try
        {
            CLException.Check(CLApi.Current.WaitForEvents(1, &awaited), "clWaitForEvents");
        }
        finally
        {
            Release(awaited);
        }
    }

    protected override void DisposeAcceleratorObject(bool disposing) => Release(_marker);

    private static void Release(IntPtr marker)
    {
        if (marker != IntPtr.Zero)
        {
            CLException.Check(CLApi.Current.ReleaseEvent(marker), "clReleaseEvent");
        }
    }
}

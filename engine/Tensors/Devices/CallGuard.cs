namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Runs a device's kernel calls, each on the thread that makes it, and refuses one that comes during another thread's: kernels have scratch
/// memory and caches that are one thread's at a time. Threads that come one after the other are let in.
/// </summary>
/// <param name="device">its name, for the message</param>
internal sealed class CallGuard(string device)
{
    /// <summary>Id of the thread whose call is under way; 0 for none.</summary>
    private int _thread;

    /// <summary>Runs a call, which may make others.</summary>
    /// <exception cref="DeviceException">another thread's call is under way</exception>
    public void Run(KernelCall call, IKernels kernels)
    {
        if (_thread == Environment.CurrentManagedThreadId) // Only this thread writes its own id.
        {
            call.RunOn(kernels);
            return;
        }

        Enter();
        try
        {
            call.RunOn(kernels);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Begins a call, or many one after the other: a replay enters once, which costs less than at each of its calls.</summary>
    /// <exception cref="DeviceException">another thread's call is under way</exception>
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _thread, Environment.CurrentManagedThreadId, 0) != 0)
        {
            throw Device.UsedByAnother(device);
        }
    }

    /// <summary>Ends what <see cref="Enter"/> has begun.</summary>
    public void Leave() => Volatile.Write(ref _thread, 0);
}

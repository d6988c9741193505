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
        var thread = Environment.CurrentManagedThreadId;
        var other = Interlocked.CompareExchange(ref _thread, thread, 0);
        if (other == thread)
        {
            call.RunOn(kernels);
            return;
        }

        if (other != 0)
        {
            throw Device.UsedByAnother(device);
        }

        try
        {
            call.RunOn(kernels);
        }
        finally
        {
            Volatile.Write(ref _thread, 0);
        }
    }
}

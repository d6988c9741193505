namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>Kernel calls that a device has made ready to be run again and again.</summary>
internal interface IReplay : IDisposable
{
    /// <summary>
    /// Runs all calls in order, with <see cref="Device.Numbers"/> as they are now. Allocates nothing and does not wait for the device.
    /// </summary>
    void Run();
}

/// <summary>The plain replay: each call is made on the device's kernels, one after the other.</summary>
internal sealed class CallByCall(Device device, IReadOnlyList<KernelCall> calls) : IReplay
{
    private readonly KernelCall[] _calls = [.. calls];

    public void Run()
    {
        device.FlushNumbers();
        var guard = device.OwnKernels.Guard;
        guard?.Enter();
        try
        {
            foreach (var call in _calls)
            {
                call.MakeOn(device.OwnKernels);
            }
        }
        finally
        {
            guard?.Leave();
        }
    }

    public void Dispose()
    {
    }
}

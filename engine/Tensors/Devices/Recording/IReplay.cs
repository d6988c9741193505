namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>Kernel calls that a device has made ready to be run again and again.</summary>
internal interface IReplay : IDisposable
{
    /// <summary>
    /// Runs all calls in order, with <see cref="Device.Numbers"/> as they are now. Allocates nothing and does not wait for the device.
    /// </summary>
    void Run();

    /// <summary>The calls that the last run made before it failed; none where a device does all or nothing.</summary>
    IEnumerable<KernelCall> Made => [];
}

/// <summary>The plain replay: each call is made on the device's kernels, one after the other.</summary>
internal sealed class CallByCall(Device device, IReadOnlyList<KernelCall> calls) : IReplay
{
    private readonly KernelCall[] _calls = [.. calls];
    private int _made;

    public IEnumerable<KernelCall> Made => _calls.Take(_made);

    public void Run()
    {
        _made = 0;
        device.FlushNumbers();
        var guard = device.OwnKernels.Guard;
        guard?.Enter();
        try
        {
            for (; _made < _calls.Length; _made++)
            {
                _calls[_made].MakeOn(device.OwnKernels);
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

namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>The plain replay: each call is made on the device's kernels, one after the other.</summary>
internal sealed class CallByCall(Device device, IReadOnlyList<KernelCall> calls) : IReplay
{
    private readonly KernelCall[] _calls = [.. calls];

    public void Run()
    {
        device.FlushNumbers();
        foreach (var call in _calls)
        {
            Run(call, device.OwnKernels);
        }
    }

    public void Dispose()
    {
    }

    /// <summary>Makes a call, and names it where it fails.</summary>
    internal static void Run(KernelCall call, IKernels kernels)
    {
        try
        {
            kernels.Run(call);
        }
        catch (DeviceException exception) when (exception.Op is null)
        {
            throw exception.During(call.Name, call.Name);
        }
    }
}

namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>Kernel calls that a device has made ready to be run again and again.</summary>
internal interface IReplay : IDisposable
{
    /// <summary>
    /// Runs all calls in order, with <see cref="Device.Numbers"/> as they are now. Allocates nothing and does not wait for the device.
    /// </summary>
    void Run();
}

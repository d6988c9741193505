namespace IlgpuGan.Models.Families;

/// <summary>
/// Precision and tuning of a device while a model computes on it; the device has its own again afterwards. Models, translators and
/// evaluations share devices.
/// </summary>
internal readonly struct DeviceSettings : IDisposable
{
    private readonly Device _device;
    private readonly ProductPrecision _precision;
    private readonly TuningMode _tuning;

    public DeviceSettings(Device device, ProductPrecision precision, TuningMode tuning)
    {
        (_device, _precision, _tuning) = (device, device.Precision, device.Tuning);
        (device.Precision, device.Tuning) = (precision, tuning);
    }

    public void Dispose() => (_device.Precision, _device.Tuning) = (_precision, _tuning);
}

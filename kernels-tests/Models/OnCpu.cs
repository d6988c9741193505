namespace IlgpuGan.ModelsTests;

/// <summary>Tests on the processor, with a device for each.</summary>
public abstract class OnCpu
{
    private protected Device _device = null!;

    [SetUp]
    public void OpenDevice() => _device = Device.Open("cpu");

    [TearDown]
    public void CloseDevice() => _device.Dispose();
}

namespace IlgpuGan.TestsCommon;

/// <summary>Tests on the processor, with a device for each.</summary>
/// <param name="threads">of the device; 0 for all</param>
public abstract class OnCpu(int threads = 0)
{
    private protected Device _device = null!;

    [SetUp]
    public void OpenDevice() => _device = Device.Open("cpu", threads);

    [TearDown]
    public void CloseDevice() => _device.Dispose();
}

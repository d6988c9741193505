namespace IlgpuGan.TestsCommon;

/// <summary>Tests that share a device of two threads, and a folder of runs.</summary>
public abstract class SharedRuns
{
    private protected readonly TinyRun _runs = new();
    private protected readonly Device _device = Device.Open("cpu", threads: 2);

    [OneTimeTearDown]
    public void Release()
    {
        _device.Dispose();
        _runs.Dispose();
    }
}

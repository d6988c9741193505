namespace IlgpuGan.TestsCommon;

/// <summary>Tests on a device of <see cref="TestDevices"/>, each in a step that ends with it.</summary>
public abstract class InStep(string name) : OnDevice(name)
{
    private Step? _step;

    [SetUp]
    public void BeginStep() => _step = Device.Step();

    [TearDown]
    public void EndStep() => _step?.Dispose();
}

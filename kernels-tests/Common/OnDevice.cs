namespace IlgpuGan.TestsCommon;

/// <summary>Tests on a device of <see cref="TestDevices"/>.</summary>
public abstract class OnDevice(string name)
{
    private protected string DeviceName => name;

    private protected Device Device => TestDevices.Open(name);
}

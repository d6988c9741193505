using System.Collections;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.KernelsTests.Ops;

/// <summary>The devices that the suites run on, by name, each opened once.</summary>
internal sealed class TestDevices : IEnumerable
{
    private static readonly Dictionary<string, Device> s_open = [];

    public IEnumerator GetEnumerator()
    {
        yield return "cpu";
    }

    public static Device Open(string name)
    {
        lock (s_open)
        {
            if (!s_open.TryGetValue(name, out var device))
            {
                s_open.Add(name, device = Device.Open(name, threads: 2));
            }

            return device;
        }
    }
}

using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Api;

/// <summary>Devices without a context, and the versions that they state.</summary>
public sealed class DeviceListTests
{
    [Test]
    public void DevicesAreListedByPredicate()
    {
        Assert.That(CPUDevice.GetDevices(device => device.WarpSize == 32), Is.EqualTo(new Device[] { CPUDevice.Nvidia, CPUDevice.AMD }));
        Assert.That(CPUDevice.GetDevices(_ => false), Is.Empty);
        Assert.That(CLDevice.GetDevices(_ => true).Select(device => device.AcceleratorType), Is.All.EqualTo(AcceleratorType.OpenCL));
        Assert.That(CLDevice.GetDevices(_ => false), Is.Empty);
        Assert.That(CudaDevice.GetDevices(_ => true).Select(device => device.AcceleratorType), Is.All.EqualTo(AcceleratorType.Cuda));
        Assert.That(CudaDevice.GetDevices(_ => false), Is.Empty);
    }

    private static void Check<T>(
        T low, T high, Func<T, T, bool> less, Func<T, T, bool> lessOrEqual, Func<T, T, bool> more, Func<T, T, bool> moreOrEqual)
        where T : IComparable<T>
    {
        Assert.That(
            (less(low, high), less(low, low), lessOrEqual(low, low), lessOrEqual(high, low)), Is.EqualTo((true, false, true, false)));
        Assert.That(
            (more(high, low), more(low, low), moreOrEqual(low, low), moreOrEqual(low, high)), Is.EqualTo((true, false, true, false)));
        Assert.That((low.CompareTo(high), low.CompareTo(low), high.CompareTo(low)), Is.EqualTo((-1, 0, 1)));
    }

    [Test]
    public void VersionsAreOrdered()
    {
        Check<CudaArchitecture>(new(8, 9), new(10, 0), (a, b) => a < b, (a, b) => a <= b, (a, b) => a > b, (a, b) => a >= b);
        Check<CudaInstructionSet>(new(7, 8), new(8, 0), (a, b) => a < b, (a, b) => a <= b, (a, b) => a > b, (a, b) => a >= b);
        Check<CudaDriverVersion>(new(11, 8), new(12, 0), (a, b) => a < b, (a, b) => a <= b, (a, b) => a > b, (a, b) => a >= b);
        Check<CLDeviceVersion>(new(1, 2), new(3, 0), (a, b) => a < b, (a, b) => a <= b, (a, b) => a > b, (a, b) => a >= b);
        Check<CLCVersion>(new(1, 1), new(1, 2), (a, b) => a < b, (a, b) => a <= b, (a, b) => a > b, (a, b) => a >= b);
    }
}

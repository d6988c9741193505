using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// A device that reports less than the one here: kernels that need what it lacks are refused when loaded, the others run.
/// </summary>
[Exhaustive]
public sealed class OpenCLCapabilityTests
{
    private static void Doubles(Index1D i, ArrayView<double> a) => a[i] = Math.Sqrt(a[i]) + 0.5;

    private static void Ordinary(Index1D i, ArrayView<int> a) => a[i] = i + 1;

    private static void LongAtomics(Index1D i, ArrayView<long> a) => Atomic.Add(ref a[0], i.X);

    [Test]
    public void ADeviceWithoutExtensionsRefusesWhatNeedsThem()
    {
        using var context = Context.Create(builder => builder.OpenCL());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        var device = context.GetCLDevice(0);
        typeof(Device).GetProperty(nameof(Device.Capabilities))!.SetValue(device, new CLCapabilityContext());
        using var accelerator = device.CreateCLAccelerator(context);
        Assert.That(
            (accelerator.Capabilities.Float64, accelerator.Capabilities.Float16, accelerator.Capabilities.Int64_Atomics),
            Is.EqualTo((false, false, false)));
        Refuses(() => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<double>>(Doubles), "double precision", "cl_khr_fp64");
        Refuses(
            () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<long>>(LongAtomics), "64-bit atomics",
            "cl_khr_int64_base_atomics");
        using var buffer = accelerator.Allocate1D<int>(100);
        accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Ordinary)(100, buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(1, 100)));
    }

    /// <summary>Group sizes and local memory are the device's: what exceeds them is refused with both numbers.</summary>
    [Test]
    public void ShapesAndLocalMemoryAreTheDevices()
    {
        using var context = Context.Create(builder => builder.OpenCL());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        using var accelerator = context.CreateCLAccelerator(0);
        var kernel = accelerator.LoadStreamKernel<ArrayView<int>>(Dynamic);
        using var buffer = accelerator.Allocate1D<int>(1);
        var tooMany = (accelerator.MaxSharedMemoryPerGroup / sizeof(int)) + 1;
        Assert.That(
            () => kernel((1, 1, SharedMemoryConfig.RequestDynamic<int>(tooMany)), buffer.AsContiguous()),
            Throws.InvalidOperationException.With.Message.Contains($"the device has {accelerator.MaxSharedMemoryPerGroup}"));
        Assert.That(
            () => kernel((1, accelerator.MaxNumThreadsPerGroup + 1, SharedMemoryConfig.RequestDynamic<int>(1)), buffer.AsContiguous()),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains($"{accelerator.MaxGroupSize}"));
        kernel((1, 1, SharedMemoryConfig.RequestDynamic<int>(accelerator.MaxSharedMemoryPerGroup / sizeof(int))), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D()[0], Is.EqualTo(accelerator.MaxSharedMemoryPerGroup / sizeof(int)));
        Assert.That(accelerator.EstimateGroupSize(KernelUtil.GetKernel(kernel)), Is.InRange(1, accelerator.MaxNumThreadsPerGroup));

        static void Dynamic(ArrayView<int> view) => view[0] = SharedMemory.GetDynamic<int>().IntLength;
    }

    private static void Refuses(Action load, string what, string extension)
    {
        var refusal = Assert.Throws<InternalCompilerException>(() => load())!;
        Assert.That(refusal.Message, Does.Contain(what).And.Contain(extension).And.Contain(nameof(OpenCLCapabilityTests)));
        Assert.That(refusal.InnerException, Is.TypeOf<CapabilityNotSupportedException>());
    }
}

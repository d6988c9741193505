using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>Drivers that are there, and drivers that aren't.</summary>
[TestFixture]
public sealed class DriverTests
{
    [Test]
    public void AnAbsentDriverIsAFact()
    {
        using Context context = Context.Create(builder => builder.Cuda().OpenCL().DefaultCPU());
        if (DriverStatus.Cuda is { IsPresent: false } status)
        {
            Assert.That(status.Reason, Does.Contain("CUDA"));
            Assert.That(context.GetCudaDevices().Count, Is.Zero);
            Assert.That(() => context.CreateCudaAccelerator(0), Throws.TypeOf<NotSupportedException>());
        }
        else
        {
            Assert.That(DriverStatus.Cuda.Reason, Is.Empty);
        }

        if (DriverStatus.OpenCL is { IsPresent: false } absent)
        {
            Assert.That(absent.Reason, Does.Contain("OpenCL"));
        }
        else
        {
            Assert.That(context.GetCLDevices().Count > 0 || DriverStatus.OpenCL.Reason.Length > 0, Is.True, "no device, and no reason");
        }
    }

    /// <summary>Three platforms without a usable device, each in a way of its own; none keeps the next from being asked.</summary>
    [Test]
    [NonParallelizable]
    public void OpenCLPlatformsThatArePassedOverAreNamed()
    {
        var asked = new List<IntPtr>();
        Assert.That(CLContextExtensions.DevicesOf([1, 2, 3], NameOf, DevicesOf), Is.Empty);
        Assert.That(asked, Is.EqualTo(new IntPtr[] { 2, 3 }));
        string[] reasons = CLContextExtensions.Omission.Split("; ");
        Assert.That(reasons, Has.Length.EqualTo(3));
        Assert.That(reasons[0], Does.StartWith("the platform number 0 was left out: clGetPlatformInfo failed with CL_INVALID_PLATFORM"));
        Assert.That(reasons[1], Does.StartWith("the platform 'broken' was left out: clGetDeviceIDs failed with CL_OUT_OF_HOST_MEMORY"));
        Assert.That(reasons[2], Is.EqualTo("the platform 'empty' has no devices"));
        Assert.That(CLContextExtensions.DevicesOf([], NameOf, DevicesOf), Is.Empty);
        Assert.That(CLContextExtensions.Omission, Is.Empty);

        static string NameOf(IntPtr platform)
        {
            CLException.Check(platform == 1 ? CLError.CL_INVALID_PLATFORM : CLError.CL_SUCCESS, "clGetPlatformInfo");
            return platform == 2 ? "broken" : "empty";
        }

        IReadOnlyList<IntPtr> DevicesOf(IntPtr platform)
        {
            asked.Add(platform);
            CLException.Check(platform == 2 ? CLError.CL_OUT_OF_HOST_MEMORY : CLError.CL_SUCCESS, "clGetDeviceIDs");
            return [];
        }
    }

    [Test]
    public void DriverVersionsNameTheirInstructionSets()
    {
        Assert.That(CudaInstructionSet.OfDriver(new(11, 0)), Is.EqualTo(CudaInstructionSet.ISA_70));
        Assert.That(CudaInstructionSet.OfDriver(new(11, 8)), Is.EqualTo(CudaInstructionSet.ISA_78));
        Assert.That(CudaInstructionSet.OfDriver(new(12, 4)), Is.EqualTo(CudaInstructionSet.ISA_84));
        Assert.That(CudaInstructionSet.OfDriver(new(12, 6)), Is.EqualTo(CudaInstructionSet.ISA_85));
        Assert.That(CudaInstructionSet.OfDriver(new(12, 9)), Is.EqualTo(CudaInstructionSet.ISA_88));
        Assert.That(CudaInstructionSet.OfDriver(new(13, 1)), Is.EqualTo(CudaInstructionSet.ISA_88));
        Assert.That(() => CudaInstructionSet.OfDriver(new(8, 0)), Throws.TypeOf<NotSupportedException>());
        Assert.That(CudaDriverVersion.FromValue(12040), Is.EqualTo(new CudaDriverVersion(12, 4)));
        Assert.That(CudaArchitecture.SM_90 > CudaArchitecture.SM_86, Is.True);
    }

    [Test]
    public void ErrorsNameCallCodeAndMeaning()
    {
        Assert.That(
            () => CLException.ThrowIfFailed(CLError.CL_INVALID_WORK_GROUP_SIZE),
            Throws.TypeOf<CLException>().With.Message.Contains(
                "CL_INVALID_WORK_GROUP_SIZE (-54): the kernel can't run in groups of this size"));
        Assert.That(
            () => CudaException.ThrowIfFailed(CudaError.CUDA_ERROR_ILLEGAL_ADDRESS),
            Throws.TypeOf<CudaException>().With.Message.Contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)"));
        Assert.That(() => CudaException.ThrowIfFailed(CudaError.CUDA_SUCCESS), Throws.Nothing);
    }

    [Test]
    public void BuildLogsShowTheOffendingLine()
    {
        using Context context = Context.Create(builder => builder.OpenCL());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        using CLAccelerator accelerator = context.CreateCLAccelerator(0);
        Assert.That(
            () => CLProgram.Build(accelerator, "__kernel void k(__global int* a)\n{\n    a[0] = missing;\n}\n", "-cl-std=CL1.2"),
            Throws.TypeOf<CLException>().With.Message.Contains("3:     a[0] = missing;").And.Message.Contains("CL_BUILD_PROGRAM_FAILURE"));
    }

    [Test]
    public void MarkersNeedAProfilingContext()
    {
        using Context plain = Context.Create(builder => builder.DefaultCPU());
        using CPUAccelerator without = plain.CreateCPUAccelerator(0);
        Assert.That(() => without.AddProfilingMarker(), Throws.TypeOf<NotSupportedException>());

        using Context profiling = Context.Create(builder => builder.DefaultCPU().Profiling());
        using CPUAccelerator with = profiling.CreateCPUAccelerator(0);
        using ProfilingMarker start = with.AddProfilingMarker();
        using ProfilingMarker end = with.AddProfilingMarker();
        end.Synchronize();
        Assert.That(end - start, Is.GreaterThanOrEqualTo(TimeSpan.Zero));
    }

    [Test]
    [Exhaustive]
    public void OpenCLMarkersMeasureTheDevice()
    {
        using Context context = Context.Create(builder => builder.OpenCL().Profiling());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        using CLAccelerator accelerator = context.CreateCLAccelerator(0);
        using var buffer = accelerator.Allocate1D<int>(1 << 20);
        using ProfilingMarker start = accelerator.AddProfilingMarker();
        buffer.MemSetToZero();
        using ProfilingMarker end = accelerator.AddProfilingMarker();
        Assert.That(end - start, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public void BuildersKeepTheirSettings()
    {
        Context.Builder builder =
            Context.Create().Math(MathMode.Fast).Caching(CachingMode.Disabled).Optimize(OptimizationLevel.O2).Assertions();
        builder.SetExtensionProperty("answer", 42);
        using Context context = builder.ToContext();
        Assert.That(context.Properties.MathMode, Is.EqualTo(MathMode.Fast));
        Assert.That(context.Properties.EnableAssertions, Is.True);
        Assert.That(context.Properties.GetExtensionProperty("answer", 0), Is.EqualTo(42));
        Assert.That(context.Properties.GetExtensionProperty("other", 7), Is.EqualTo(7));
        Assert.That(context.Devices, Has.Length.EqualTo(1), "a context without devices has one CPU device");
        Assert.That(
            () => Context.Create().DebugSymbols(DebugSymbolsMode.Kernel).DebugSymbols(DebugSymbolsMode.Basic),
            Throws.InvalidOperationException);
    }
}

using System.Collections.Immutable;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// What a constructor leaves when the driver refuses: an object that is disposed with its accelerator and has nothing to release.
/// </summary>
[NonParallelizable]
public sealed class FailedConstructionTests
{
    [SetUp]
    public void NothingWasViolated() => PtxDriver.Violations.Clear();

    [TearDown]
    public void TheDriverIsWholeAgain() => PtxDriver.Sabotage = null;

    /// <summary>Leaving the block disposes the accelerator; its error would take the place of the compiler's.</summary>
    [Test]
    public void TheBuildLogReachesTheCaller()
    {
        using Context context = Context.Create(builder => builder.OpenCL());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        Assert.That(() => Load("__kernel void Kernel_Fill(int p_a)\n{\n    p_a = missing;\n}\n"),
            Throws.TypeOf<CLException>().With.Message.Contains("3:     p_a = missing;").And.Property("Error")
                .EqualTo(CLError.CL_BUILD_PROGRAM_FAILURE));
        Assert.That(() => Load("__kernel void Another(int p_a)\n{\n}\n"),
            Throws.TypeOf<CLException>().With.Property("Error").EqualTo(CLError.CL_INVALID_KERNEL_NAME));

        void Load(string text)
        {
            using CLAccelerator accelerator = context.CreateCLAccelerator(0);
            _ = new CLKernel(accelerator, Compiled(accelerator, text));
        }
    }

    [Test]
    public void AMarkerOfABrokenQueueReleasesNothing()
    {
        using Context context = Context.Create(builder => builder.OpenCL().Profiling());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        Assert.That(() => Mark(), Throws.TypeOf<CLException>().With.Property("Error").EqualTo(CLError.CL_INVALID_COMMAND_QUEUE));

        void Mark()
        {
            using CLAccelerator accelerator = context.CreateCLAccelerator(0);
            using CLStream nowhere = accelerator.CreateStream(IntPtr.Zero, responsible: false);
            nowhere.AddProfilingMarker();
        }
    }

    [TestCase("cuModuleLoadDataEx")]
    [TestCase("cuModuleGetFunction")]
    public void ARefusedModuleReachesTheCaller(string call)
    {
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        Assert.That(() => Load(), Throws.TypeOf<CudaException>().With.Message.Contains(call));
        Assert.That(PtxDriver.Violations, Is.Empty);

        void Load()
        {
            using CudaAccelerator accelerator = context.CreateCudaAccelerator(0);
            PtxDriver.Sabotage = (call, CudaError.CUDA_ERROR_INVALID_IMAGE);
            accelerator.LoadAutoGroupedKernel(((Action<Index1D, ArrayView<int>>)Fill).Method);
        }
    }

    /// <summary>The context that was taken goes back, so that the device's next accelerator finds it unused.</summary>
    [Test]
    public void AnAcceleratorThatDoesNotOpenGivesItsContextBack()
    {
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        PtxDriver.Sabotage = ("cuCtxSetCurrent", CudaError.CUDA_ERROR_INVALID_CONTEXT);
        Assert.That(() => context.CreateCudaAccelerator(0), Throws.TypeOf<CudaException>().With.Message.Contains("cuCtxSetCurrent"));
        Assert.That(Accelerator.Current, Is.Null);
        PtxDriver.Sabotage = null;
        using (CudaAccelerator accelerator = context.CreateCudaAccelerator(0, CudaAcceleratorFlags.ScheduleSpin))
        {
            Assert.That(accelerator.GetFreeMemory(), Is.Positive);
        }
        Assert.That(PtxDriver.Violations, Is.Empty);
    }

    /// <summary>A buffer that was never to be had is no leak.</summary>
    [Test]
    public void ARefusedBufferIsNoLeak()
    {
        using Context context = Context.Create(builder => builder.DefaultCPU());
        var leaks = new List<string>();
        using (CPUAccelerator accelerator = context.CreateCPUAccelerator(0))
        {
            accelerator.BufferLeaked += (_, description) => leaks.Add(description);
            Assert.That(() => accelerator.AllocateRaw(long.MaxValue / 2, 1), Throws.InstanceOf<Exception>());
        }

        Assert.That(leaks, Is.Empty);
    }

    private static void Fill(Index1D i, ArrayView<int> values) => values[i] = i;

    private static CompiledKernel Compiled(CLAccelerator accelerator, string text)
    {
        var definition =
            KernelDefinition.Create(((Action<Index1D, ArrayView<int>>)Fill).Method, isImplicit: true, KernelSpecialization.Empty);
        var image =
            KernelCompiler.Compile(new KernelRequest { Method = definition.Method, Target = accelerator.Target, ImplicitlyGrouped = true });
        return new CompiledKernel(image with { Text = text, Parameters = ImmutableArray<KernelParameter>.Empty }, definition);
    }
}

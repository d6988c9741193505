using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>
/// Defects of ILGPU 1.5.3 that the engine works around, each in a small program. With a later release the tests that fail say what the
/// engine needs no longer.
/// </summary>
internal sealed class IlgpuDefectTests
{
    private const string Mended = "ILGPU has mended this: ";

    /// <summary>The choice is made of the integers' bits. Kernels write 1f : 0f.</summary>
    [Test]
    public void AChoiceOfIntegersIsNotConverted() => Assert.That(
        Ptx(Choice), Does.Match(@"selp\.b32\s+%f\d+, 0f00000001, 0f00000000"), Mended + "kernels may write 1 : 0 where a float is meant");

    /// <summary>An index below zero is one far beyond the end. Kernels add to the start of a view, and index from there upwards.</summary>
    [Test]
    public void AnIndexIsTakenWithoutItsSign() => Assert.That(
        Ptx(BeforeTheStart), Does.Match(@"neg\.s32\s+%r2, %r1;\s+mul\.wide\.u32\s+%rd\d+, %r2, 4;"),
        Mended + "kernels may index with negative numbers");

    /// <summary>
    /// The second kernel of a context fails, though it compiles by itself: the first one's methods are taken apart again, with structures
    /// of other nesting.
    /// </summary>
    [Test]
    public void WhatCompilesDependsOnTheKernelBefore()
    {
        using var context = Plain();
        using var backend = PtxBackend(context);
        Assert.That(() => Ptx(Other), Throws.Nothing);
        Ptx(backend, Nested);
        Assert.That(() => Ptx(backend, Other), Throws.Exception, Mended + "take out CompiledMethods.cs");
    }

    /// <summary>So an array of a thread is memory, however short it is. Kernels hold numbers in the structures of Gpu/Registers.</summary>
    [Test]
    public void NoLoopIsUnrolled() => Assert.That(
        Ptx(FourSteps), Does.Contain("ld.local.f32").And.Contain("setp.lt.s32"), Mended + "kernels may hold numbers in local arrays");

    /// <summary>Of Math, since KernelMath replaces MathF's for the whole process.</summary>
    [Test]
    public void AFusedMultiplyAddIsAFunctionThatNobodyHas()
    {
        const string Message = Mended + "take MultiplyAdd out of KernelMath.cs";
        Assert.That(Ptx(MultiplyAdd), Does.Match(@"\.extern \.func .*FusedMultiplyAdd"), Message);
        Assert.That(OpenCL(MultiplyAdd), Does.Contain("FusedMultiplyAdd (").And.Not.Contain("double FusedMultiplyAdd"), Message);
    }

    /// <summary>2 to the power of a rounded x · log₂ e: for −50 its last 16 places are off by the rounding of −72.</summary>
    [Test]
    public void APowerOfEIsReducedInOnePart() => Assert.That(
        Ptx(Exponential), Does.Match(@"mul\.f32\s+%f2, %f1, 0f3FB8AA3B;\s+ex2\.approx\.f32\s+%f3, %f2;"),
        Mended + "take Exp out of KernelMath.cs");

    /// <summary>
    /// What a group leaves in shared memory is not said to be seen behind a barrier. PoCL and NVIDIA's driver order it all the same.
    /// </summary>
    [Test]
    public void ABarrierOfOpenCLOrdersGlobalMemoryAlone() => Assert.That(
        OpenCL(ThroughSharedMemory), Does.Contain("work_group_barrier ( CLK_GLOBAL_MEM_FENCE )"), Mended + "nothing is to be taken out");

    [Test]
    public void ALockThatWasRefusedIsGivenBack()
    {
        var device = PtxDriver.Open();
        var numbers = GC.AllocateUninitializedArray<float>(1024, pinned: true);
        PtxDriver.NextFailure = ("cuMemHostRegister_v2", CudaError.CUDA_ERROR_OUT_OF_MEMORY);
        Fails.With<CudaException>(() => device.Queue.Accelerator.CreatePageLockFromPinned(numbers), "OUT_OF_MEMORY");
        Assert.That(
            device.Queue.Accelerator.Dispose, Throws.TypeOf<CudaException>().With.Message.Contains("HOST_MEMORY_NOT_REGISTERED"),
            Mended + "PageLockedBlock.cs may use its scopes");
    }

    /// <summary>Linux has the names without a version only beside the packages for developers.</summary>
    [Test]
    public void DriversAreNamedWithoutTheirVersion()
    {
        var libraries = typeof(Context).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<DllImportAttribute>()?.Value).OfType<string>().ToHashSet();
        Assert.That(libraries, Does.Contain("cuda").And.Contain("OpenCL"), Mended + "take Redirect out of DriverLibraries.cs");
        Assert.That(libraries, Has.None.EndsWith(".so.1"), Mended + "take Redirect out of DriverLibraries.cs");
    }

    private static void Choice(ArrayView<int> x, ArrayView<float> y) => y[0] = x[0] > 3 ? 1 : 0;

    private static void BeforeTheStart(ArrayView<int> x, ArrayView<float> y) => y[0] = x.SubView(1, 1)[-x[0]];

    private static void FourSteps(ArrayView<int> x, ArrayView<float> y)
    {
        var numbers = LocalMemory.Allocate<float>(4);
        for (var i = 0; i < 4; i++)
        {
            numbers[i] = x[i];
        }

        for (var i = 0; i < 4; i++)
        {
            y[i] = numbers[i] + numbers[0];
        }
    }

    private static void MultiplyAdd(ArrayView<int> x, ArrayView<float> y) => y[0] = (float)Math.FusedMultiplyAdd(x[0], x[1], x[2]);

    private static void Exponential(ArrayView<int> x, ArrayView<float> y) => y[0] = MathF.Exp(x[0]);

    private static void ThroughSharedMemory(ArrayView<int> x, ArrayView<float> y)
    {
        ref var number = ref SharedMemory.Allocate<float>();
        if (Group.IsFirstThread)
        {
            number = x[0];
        }

        Group.Barrier();
        y[Group.IdxX] = number;
    }

    private static void Nested(ArrayView<PairAndOne> x, ArrayView<float> y)
    {
        var all = x[0];
        all.Pair.First += 1;
        (x[1], y[0]) = (all, Sum(all));
    }

    private static void Other(ArrayView<OneAndPair> x, ArrayView<float> y)
    {
        var all = x[0];
        all.Pair.First += 1;
        (x[1], y[0]) = (all, Sum(all));
    }

    private static float Sum(PairAndOne all) => all.Pair.First + all.Pair.Second + all.One;

    private static float Sum(OneAndPair all) => all.Pair.First + all.Pair.Second + all.One;

    private static Context Plain() => Context.Create(builder => builder.EnableAlgorithms());

    private static PTXBackend PtxBackend(Context context)
    {
        var sm80 = new CudaArchitecture(8, 0);
        return new PTXBackend(context, new CudaCapabilityContext(sm80), sm80, CudaInstructionSet.ISA_78, nvvmAPI: null);
    }

    private static string Ptx(Delegate kernel)
    {
        using var context = Plain();
        using var backend = PtxBackend(context);
        return Ptx(backend, kernel);
    }

    private static string Ptx(PTXBackend backend, Delegate kernel) =>
        ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method), default)).PTXAssembly;

    private static string OpenCL(Delegate kernel)
    {
        using var context = Plain();
        using var backend = new CLBackend(
            context,
            new CLCapabilityContext(float16: false, float64: true, genericAddressSpace: true, int64_Atomics: true, subGroups: true),
            CLDeviceVendor.Other, CLCVersion.CL20);
        return ((CLCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method), default)).Source;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Two
    {
        public float First, Second;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PairAndOne
    {
        public Two Pair;
        public float One;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OneAndPair
    {
        public float One;
        public Two Pair;
    }
}

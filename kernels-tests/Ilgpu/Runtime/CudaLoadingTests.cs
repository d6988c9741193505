using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Backends.Ptx;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>What stands between a program and its first kernel on a card: the driver's library, its devices, its assembler.</summary>
public sealed class CudaLoadingTests
{
    [TearDown]
    public void TheDriverIsWholeAgain() => (PtxDriver.Sabotage, PtxDriver.HasAssembler) = (null, true);

    private static void Fill(Index1D i, ArrayView<int> values) => values[i] = i;

    /// <summary>The first library is not there, the second is no driver.</summary>
    [Test]
    public void ALibraryThatIsNoDriverSaysWhatItLacks()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("The library is named as Linux names it.");
        }
        Assert.That(
            CudaApi.Load(["libno-such-driver.so.1"], CudaApi.Exports).Absence,
            Is.EqualTo("No CUDA driver was found (libno-such-driver.so.1)."));
        (CudaApi? api, string absence) = CudaApi.Load(["libno-such-driver.so.1", "libc.so.6"], CudaApi.Exports);
        Assert.That(api, Is.Null);
        Assert.That(absence, Is.EqualTo("The CUDA driver 'libc.so.6' is too old: it has no cuInit."));
    }

    /// <summary>A toolkit's stub does not start, another lacks functions; the driver comes behind them.</summary>
    [Test]
    public void ALibraryThatDoesNotStartIsPassedOver()
    {
        (CudaApi? api, string absence) = CudaApi.Load(["stub", "nothing", "empty", "driver"], Open);
        Assert.That((api is not null, absence), Is.EqualTo((true, "")));
        Assert.That(
            CudaApi.Load(["stub", "empty"], Open).Absence,
            Does.StartWith("The CUDA driver 'stub' does not start: cuInit failed with CUDA_ERROR_STUB_LIBRARY"));

        static Func<string, IntPtr>? Open(string library) => library switch
        {
            "nothing" => null,
            "empty" => _ => IntPtr.Zero,
            "stub" => name => name == "cuInit" ? StubInit : PtxDriver.Find(name),
            _ => PtxDriver.Find,
        };
    }

    private static unsafe IntPtr StubInit => (IntPtr)(delegate* unmanaged<uint, CudaError>)&DoNotStart;

    [UnmanagedCallersOnly]
    private static CudaError DoNotStart(uint flags) => CudaError.CUDA_ERROR_STUB_LIBRARY;

    [Test]
    public void ABrokenDeviceDoesNotHideTheOthers()
    {
        PtxDriver.Sabotage = ("cuDeviceGetName", CudaError.CUDA_ERROR_DEVICE_UNAVAILABLE);
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        Assert.That(context.GetCudaDevices().Count, Is.EqualTo(2));
        Assert.That(CudaContextExtensions.Omission, Does.Contain("cuDeviceGetName failed with CUDA_ERROR_DEVICE_UNAVAILABLE (46)"));
        using Context whole = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        Assert.That((whole.GetCudaDevices().Count, CudaContextExtensions.Omission), Is.EqualTo((3, "")));
    }

    /// <summary>As in containers that lack the library of the driver which compiles PTX.</summary>
    [Test]
    public void TheToolkitsAssemblerTakesThePlaceOfAMissingOne()
    {
        PtxDriver.HasAssembler = false;
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        using CudaAccelerator accelerator = context.CreateCudaAccelerator(2);
        using var buffer = accelerator.Allocate1D<int>(8);
        if (PtxAssembler.Executable is null)
        {
            Assert.That(
                Run,
                Throws.TypeOf<CudaException>().With.Message.Contains("JIT_COMPILER_NOT_FOUND").And.Message.Contains(
                    "ILGPUGAN_PTXAS may name one"));
            return;
        }

        PtxDriver.Calls.Clear();
        Run();
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 8)));
        Assert.That(
            PtxDriver.Calls.Count(call => call.StartsWith("cuModuleLoadDataEx", StringComparison.Ordinal)), Is.EqualTo(2),
            "the text, then machine code");

        void Run() => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Fill)(8, buffer.AsContiguous());
    }
}

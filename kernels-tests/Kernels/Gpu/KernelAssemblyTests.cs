using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>Every kernel as text, without a device, and what NVIDIA's assembler makes of it.</summary>
public sealed class KernelAssemblyTests
{
    /// <summary>Arrays that are not taken apart into registers lie on the stack, which is memory.</summary>
    [TestCase(80)]
    [TestCase(86)]
    [TestCase(89)]
    [TestCase(90)]
    [Exhaustive]
    public void NoKernelHasAStackOrSpills(int sm)
    {
        MachineCode.SkipWithoutAssembler();
        using var compiler = KernelCompiler.ToPtx(sm);
        var texts = KernelCatalog.All.Select(kernel => (kernel.Name, Ptx: compiler.Compile(kernel))).ToList();
        var figures = texts.AsParallel().AsOrdered().Select(text => (text.Name, Of: PtxAssembler.Assemble(text.Ptx, sm))).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(
                figures.Where(kernel => kernel.Of is not { StackBytes: 0, SpillBytes: 0 })
                    .Select(kernel => $"{kernel.Name}: {kernel.Of.StackBytes} bytes of stack, {kernel.Of.SpillBytes} spilled"),
                Is.Empty);
            Assert.That(figures.Select(kernel => kernel.Of.SharedBytes), Has.All.LessThanOrEqualTo(48 * 1024));
        });
    }

    /// <summary>What only CUDA has is gone before OpenCL's back end sees a kernel.</summary>
    [Test]
    [Exhaustive]
    public void EveryKernelHasOpenCLText()
    {
        using var compiler = KernelCompiler.ToOpenCL();
        foreach (var kernel in KernelCatalog.All.Where(kernel => !kernel.NeedsTensorCores))
        {
            Assert.That(compiler.Compile(kernel), Does.Contain("kernel void"), kernel.Name);
        }
    }

    /// <summary>Cards before sm_80 have no copies past the registers.</summary>
    [MaxSeconds(8)] // ILGPU compiles.
    [TestCase(75, "ld.global.f32 x", Category = Exhaustive.Category)]
    [TestCase(80, "cp.async.ca.shared.global")]
    public void CopiesToSharedMemoryAreWhatACardHas(int sm, string instruction)
    {
        using var compiler = KernelCompiler.ToPtx(sm);
        var kernel = KernelCatalog.All.Single(kernel => kernel.Name == "product/vectorised-large-along-columns");
        Assert.That(compiler.Compile(kernel), Does.Contain(instruction));
    }
}

using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using ILGPU.Backends;
using NUnit.Framework;
using KernelCatalog = IlgpuGan.Tensors.Devices.Gpu.KernelCatalog;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>Every kernel of the engine through NVIDIA's assembler: it accepts them, and all that they hold is in registers.</summary>
internal sealed class AssemblyTests
{
    [TestCaseSource(typeof(Compiling), nameof(Compiling.NewestCardFirst))]
    public void EveryKernelAssemblesWithoutSpills(PtxTarget target)
    {
        var kernels = KernelCatalog.All;
        var reports = Ptxas.Assemble([.. kernels.Select(kernel => KernelCompiler.Compile(Compiling.Request(kernel.Method, target)))]);
        foreach (var (kernel, report) in kernels.Zip(reports))
        {
            TestContext.Out.WriteLine($"{kernel.Name,-60} {report.Registers,4} registers, {report.SharedBytes,6} bytes shared, {report.StackBytes} stack");
        }

        Assert.That(kernels.Zip(reports).Where(k => k.Second.SpillBytes > 0).Select(k => k.First.Name), Is.Empty, "kernels that spill");
        Assert.That(kernels.Zip(reports).Where(k => k.Second.StackBytes > 0).Select(k => k.First.Name), Is.Empty, "kernels with arrays outside registers");
        Assert.That(kernels, Has.Count.GreaterThan(60));
    }
}

using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.Ptx;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// NVIDIA's assembler takes every kernel of the conformance suite and of the tensor engine, as launches get them, for each generation of
/// devices. What it says of registers and spills is written to a table that the test attaches.
/// </summary>
public sealed class AssemblyTests
{
    private static readonly PtxTarget[] Targets = [Compiling.Sm70, Compiling.Sm80, Compiling.Sm90];

    [TestCaseSource(nameof(Targets))]
    public void ConformanceKernelsAssemble(PtxTarget target) => Assemble("conformance", KernelCatalog.Conformance, target);

    [TestCaseSource(nameof(Targets))]
    public void EngineKernelsAssemble(PtxTarget target)
    {
        var reports = Assemble("engine", KernelCatalog.Engine, target);
        Assert.That(reports.Where(report => report.SpillBytes > 0), Is.Empty, "spills");
    }

    /// <summary>The catalogue must not become empty unnoticed.</summary>
    [Test]
    public void TheCatalogueFindsTheKernels()
    {
        Assert.That(KernelCatalog.Conformance, Has.Count.AtLeast(150));
        Assert.That(KernelCatalog.Engine, Has.Count.AtLeast(40));
        Assert.That(KernelCatalog.Engine.Select(KernelCatalog.Path), Is.Unique);
    }

    private static AssemblyReport[] Assemble(string name, IReadOnlyList<MethodInfo> kernels, PtxTarget target)
    {
        KernelImage[] images = [.. kernels.Select(kernel => KernelCompiler.Compile(
            KernelCatalog.Request(kernel, target).WithPromises()))];
        AssemblyReport[] reports = [.. Ptxas.Assemble(images).Zip(kernels, (report, kernel) => report with { Kernel = KernelCatalog.Path(kernel) })];
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"ptxas-{name}-sm_{target.Sm}.txt");
        File.WriteAllText(file, PtxAssembler.Table(reports));
        TestContext.AddTestAttachment(file, "what the assembler says of each kernel");
        TestContext.Out.WriteLine($"{kernels.Count} kernels for sm_{target.Sm}; most registers {reports.Max(report => report.Registers)}, spilled bytes {reports.Sum(report => report.SpillBytes)}; table in {file}");
        return reports;
    }
}

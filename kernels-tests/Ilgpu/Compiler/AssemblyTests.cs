using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.Ptx;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// NVIDIA's assembler takes every kernel of the conformance suite and of the tensor engine, as launches get them, for each generation of
/// devices. What it says of registers and spills is written to a table that the test attaches.
/// </summary>
public sealed class AssemblyTests
{
    [TestCaseSource(typeof(Compiling), nameof(Compiling.Cards))]
    [Exhaustive]
    public void ConformanceKernelsAssemble(PtxTarget target) => Assemble("conformance", KernelCatalog.Conformance, target);

    [TestCaseSource(typeof(Compiling), nameof(Compiling.Cards))]
    [Exhaustive]
    public void EngineKernelsAssemble(PtxTarget target) => AssembleWithoutSpills("engine", KernelCatalog.Engine, target);

    /// <summary>
    /// For the newest card all but the products, which take most of the time: the fast suite has some in ProductAssemblyTests.
    /// </summary>
    [Test]
    public void EngineKernelsButProductsAssemble() => AssembleWithoutSpills(
        "engine-but-products",
        [.. Tensors.Devices.Gpu.KernelCatalog.All.Where(kernel => !kernel.Name.StartsWith("product/", StringComparison.Ordinal))
            .Select(kernel => kernel.Method)],
        Compiling.Sm90);

    /// <summary>Where the assembler knows a group's size, it may trade a few numbers in registers for room for one group more.</summary>
    private static void AssembleWithoutSpills(string name, IReadOnlyList<MethodInfo> kernels, PtxTarget target)
    {
        var reports = Assemble(name, kernels, target)
            .Zip(kernels, (report, kernel) => (Report: report, Most: MostBytes(LaunchBounds.Of(kernel, target.Sm >= 80))))
            .ToList();
        Assert.That(reports.Where(pair => pair.Report.SpillBytes > pair.Most), Is.Empty, "kernels that spill");
        Assert.That(reports.Where(pair => pair.Report.StackBytes > pair.Most), Is.Empty, "kernels with arrays outside registers");

        static int MostBytes(KernelSpecialization bounds) => bounds switch
        {
            { MinNumGroupsPerMultiprocessor: not null } => 88,
            { MaxNumThreadsPerGroup: not null } => 24,
            _ => 0,
        };
    }

    /// <summary>The catalogue must not become empty unnoticed.</summary>
    [Test]
    public void TheCatalogueFindsTheKernels()
    {
        Assert.That(KernelCatalog.Conformance, Has.Count.AtLeast(150));
        Assert.That(KernelCatalog.Engine, Has.Count.AtLeast(40));
        Assert.That(KernelCatalog.Engine.Select(KernelCatalog.Path), Is.Unique);
    }

    /// <summary>A module may have megabytes, and each of its lines a mistake.</summary>
    [Test]
    public void ARefusalShowsTheLinesThatItSpeaksOfAndNoMore()
    {
        var report = string.Concat(Enumerable.Range(1, 20).Select(i => $"ptxas /tmp/kernel.ptx, line {i}; error   : Unknown symbol\n")) +
            "ptxas fatal   : Ptx assembly aborted due to errors\n";
        var ptx = string.Concat(Enumerable.Range(1, 100_000).Select(i => $"  add.s32 %r{i}, %r0, %q0;\n"));
        var refusal = PtxAssembler.Refusal(report, ptx);
        Assert.That(refusal.Split('\n'), Has.Length.EqualTo((2 * 8) + 2));
        Assert.That(refusal, Does.StartWith("ptxas /tmp/kernel.ptx, line 1; error   : Unknown symbol\n    add.s32 %r1, %r0, %q0;\n")
            .And.Contain("and 13 messages more").And.EndWith("ILGPUGAN_DUMP=1 writes the PTX of each kernel into the folder 'kernels'."));
    }

    private static AssemblyReport[] Assemble(string name, IReadOnlyList<MethodInfo> kernels, PtxTarget target)
    {
        KernelImage[] images = [.. kernels.Select(kernel => KernelCompiler.Compile(
            KernelCatalog.Request(kernel, target).WithPromises()))];
        AssemblyReport[] reports =
            [.. Ptxas.Assemble(images).Zip(kernels, (report, kernel) => report with { Kernel = KernelCatalog.Path(kernel) })];
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"ptxas-{name}-sm_{target.Sm}.txt");
        File.WriteAllText(file, PtxAssembler.Table(reports));
        TestContext.AddTestAttachment(file, "what the assembler says of each kernel");
        TestContext.Out.WriteLine($"{kernels.Count} kernels for sm_{target.Sm}; most registers " +
            $"{reports.Max(report => report.Registers)}, spilled bytes {reports.Sum(report => report.SpillBytes)}; table in {file}");
        return reports;
    }
}

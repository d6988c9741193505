using ILGPU.Backends;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Each rung of the ladder of dumps shows what the one below shows, and more.</summary>
public sealed class KernelDumpTests
{
    [Test]
    public void EachLevelShowsMore()
    {
        var results = Stages(KernelDump.Results);
        var milestones = Stages(KernelDump.Milestones);
        var passes = Stages(KernelDump.Passes);
        Assert.That(results.Select(stage => (stage.Name, stage.Extension)), Is.EqualTo(new[] { ("", "ptx") }));
        Assert.That(milestones[0].Name, Is.EqualTo("00-translated"));
        Assert.That(milestones[^2], Has.Property("Name").EndsWith("-dead-code").And.Property("Extension").EqualTo("ir"));
        Assert.That(milestones[^1].Text, Is.EqualTo(results[0].Text));
        Assert.That(milestones.Select(stage => stage.Name), Is.SubsetOf(passes.Select(stage => stage.Name)));
        Assert.That(
            passes.Select(stage => stage.Name.Split('-', 2).Last()).Distinct(),
            Is.SupersetOf(new[] { "registers", "simplify", "control-flow", "common-subexpressions", "unroll", "ranges", "quotients",
                "if-conversion", "vector-access" }));
        Assert.That(
            passes.SkipLast(1).Select(stage => stage.Name), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal),
            "numbered in their order");
    }

    [Test]
    public void TheAssemblersWordIsTheLastRung()
    {
        if (ILGPU.Backends.Ptx.PtxAssembler.Executable is null)
        {
            Assert.Ignore("ptxas was not found: set ILGPUGAN_PTXAS or put it into the PATH");
        }
        Assert.That(Stages(KernelDump.Assembly)[^1], Has.Property("Extension").EqualTo("ptxas").And.Property("Text").Contains("Saxpy"));
    }

    [Test]
    public void FilesAreNamedByKernelAndStage()
    {
        string folder = Directory.CreateTempSubdirectory("dump").FullName;
        try
        {
            Compile(KernelDump.ToFolder(folder, KernelDump.Milestones, filter: "saxpy"), Compiling.OpenCL);
            string[] files = [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
            Assert.That(files, Has.Some.EqualTo("SaxpyKernel.Saxpy.cl").And.Some.EqualTo("SaxpyKernel.Saxpy.00-translated.ir"));
            int before = files.Length;
            Compile(KernelDump.ToFolder(folder, KernelDump.Passes, filter: "another kernel"), Compiling.Sm90);
            Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(before), "the filter");
            Compile(KernelDump.ToFolder(Path.Combine(folder, "SaxpyKernel.Saxpy.cl"), KernelDump.Results), Compiling.Sm90);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<KernelStage> Stages(int level)
    {
        var stages = new List<KernelStage>();
        Compile(new KernelDump(level, stages.Add), Compiling.Sm90);
        return stages;
    }

    private static void Compile(KernelDump dump, KernelTarget target) =>
        KernelCompiler.Compile(Compiling.Request(SaxpyKernel.Saxpy, target).WithPromises() with { Dump = dump });
}

using System.Runtime.CompilerServices;
using ILGPU.Backends;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// The README shows one kernel at each stage as it really is. Where the compiler has changed on purpose, ILGPUGAN_UPDATE_README=1 writes
/// the new stages into it.
/// </summary>
public sealed class ReadmeTests
{
    private const string Fence = "```";

    [Test]
    public void TheStagesAreWhatTheCompilerMakes()
    {
        var readme = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../engine/Ilgpu/README.md"));
        if (!File.Exists(readme))
        {
            Assert.Ignore("the sources are not where they were compiled");
        }
        var text = File.ReadAllText(readme);
        var ptx = Stages(Compiling.Sm90);
        var opencl = Stages(Compiling.OpenCL);
        var expected = text;
        foreach (var (heading, stage) in new[]
        {
            ("**1. Translation**", ptx.First(s => s.Extension == "ir")),
            ("**3. Optimisation**", ptx.Last(s => s.Extension == "ir")),
            ("**4. Text.**", opencl.Last()),
            ("PTX, with virtual registers", ptx.Last()),
        })
        {
            expected = ReplaceBlock(expected, heading, stage.Text);
        }

        if (Environment.GetEnvironmentVariable("ILGPUGAN_UPDATE_README") == "1")
        {
            File.WriteAllText(readme, expected);
        }
        else
        {
            Assert.That(text, Is.EqualTo(expected));
        }
    }

    private static List<KernelStage> Stages(KernelTarget target)
    {
        var stages = new List<KernelStage>();
        KernelCompiler.Compile(Compiling.Request(SaxpyKernel.Saxpy, target) with
        {
            AssumeNoAlias = true,
            AssumeAligned = true,
            AssumeInt32Indices = true,
            Dump = new KernelDump(KernelDump.Milestones, stages.Add),
        });
        return stages;
    }

    private static string ReplaceBlock(string text, string heading, string stage)
    {
        var at = text.IndexOf(heading, StringComparison.Ordinal);
        Assert.That(at, Is.Not.Negative, $"the README has no '{heading}'");
        var start = text.IndexOf('\n', text.IndexOf(Fence, at, StringComparison.Ordinal)) + 1;
        var end = text.IndexOf(Fence, start, StringComparison.Ordinal);
        return text[..start] + stage + text[end..];
    }

    private static string Here([CallerFilePath] string path = "") => path;
}

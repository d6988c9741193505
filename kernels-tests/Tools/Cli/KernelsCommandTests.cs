using System.Text.Json;
using IlgpuGan.Cli.Kernels;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary><c>kernels list|dump|bench|model</c>, as a person uses it.</summary>
public sealed class KernelsCommandTests : CommandFixture
{
    [TestCase("ptx", "ptx", "tensor-core-medium-tf32", "mma.sync.aligned.m16n8k8")]
    [TestCase("opencl", "cl", "product/tiled", "get_local_id")]
    [MaxSeconds(8)] // ILGPU compiles.
    public async Task DumpWritesOneFileAKernel(string format, string extension, string name, string holds)
    {
        using var json =
            JsonDocument.Parse(await Do("kernels", "dump", name, "--format", format, "--target", "sm_80", "--out", In("dump"), "--json"));
        var files = json.RootElement.GetProperty("kernels").EnumerateArray().ToList();
        Assert.That(files, Has.Count.EqualTo(format == "ptx" ? 4 : 1));
        foreach (var file in files)
        {
            var path = In("dump", file.GetProperty("file").GetString()!);
            Assert.That(Path.GetExtension(path), Is.EqualTo("." + extension));
            Assert.That(await File.ReadAllTextAsync(path), Does.Contain(holds));
            if (format == "ptx" && PtxAssembler.Executable is not null)
            {
                Assert.That(file.GetProperty("registers").GetInt32(), Is.GreaterThan(32));
                Assert.That(file.GetProperty("spill_bytes").GetInt32(), Is.Zero);
            }
        }
    }

    /// <summary>A kernel's file is there as soon as it is compiled, and named for the display of progress.</summary>
    [Test]
    public void DumpTellsOfEachKernelWhenItIsWritten()
    {
        var kernels = KernelCatalog.All.Where(kernel => kernel.Name.StartsWith("unary/", StringComparison.Ordinal)).Take(2).ToList();
        List<(string Name, int Files)> told = [];
        KernelText.Write(
            kernels, DumpFormat.Ptx, KernelText.DefaultSm, In("dump"), name => told.Add((name, Directory.GetFiles(In("dump")).Length)));
        Assert.That(told, Is.EqualTo(kernels.Select((kernel, i) => (kernel.Name, i + 1))));
    }

    /// <summary>The page names the file that a kernel is written in.</summary>
    [Test]
    public void EveryKernelsSourceIsNamed()
    {
        var wrong = KernelCatalog.All.Select(KernelText.SourceOf).Distinct()
            .Where(source => !File.Exists(Path.Combine(Sources.Root, source.Split(", ")[1])));
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    [Exhaustive]
    public async Task BenchDrawsTheRooflineOfAnOpenClDevice()
    {
        var outcome =
            await Run("kernels", "bench", "add", "--device", "opencl", "--layer", "1,8,32,32,8,3,1,1", "--html", In("roofline.html"));
        if (outcome.Code == 1 && outcome.Error.Contains("'opencl", StringComparison.Ordinal)
            && outcome.Error.Contains("can't be", StringComparison.Ordinal))
        {
            Assert.Ignore(outcome.Error);
        }

        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        var page = await File.ReadAllTextAsync(In("roofline.html"));
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Output, Does.Contain("GFLOP/s").And.Contain("add"));
            Assert.That(page, Does.Contain("<svg").And.Contain("class=\"roof\"").And.Contain("<circle"));
            Assert.That(page, Does.Not.Contain("http").And.Not.Contain("NaN").And.Not.Contain("Infinity"), "self-contained, all numbers");
        });
    }

    /// <summary>
    /// Multiply-adds of the layers, two operations each, at 256 x 256 and batch 1; the time of 67 TFLOP/s for them. In fp32 most of
    /// CycleGAN's are done on six points, with a quarter of the multiplications and three launches more for each layer. In tf32 and
    /// bf16 launches make second forms.
    /// </summary>
    [TestCase("pix2pix", "fp32", 86.8, 1.3, 161)]
    [TestCase("pix2pix", "tf32", 86.8, 0.2, 215)]
    [TestCase("pix2pix", "bf16", 86.8, 0.2, 215)]
    [TestCase("cyclegan", "fp32", 725, 10.8, 1313)]
    [TestCase("cyclegan", "tf32", 1879, 3.8, 950)]
    [TestCase("cyclegan", "bf16", 1879, 1.9, 950)]
    public async Task ModelCountsAStepThatNobodyRuns(
        string workload, string precision, double gflop, double leastMilliseconds, int mostLaunches)
    {
        using var json = JsonDocument.Parse(await Do("kernels", "model", "--workload", workload, "--precision", precision, "--json"));
        double Number(string name) => json.RootElement.GetProperty(name).GetDouble();
        Assert.Multiple(() =>
        {
            Assert.That(Number("gflop"), Is.EqualTo(gflop).Within(3).Percent);
            Assert.That(Number("floor_s"), Is.GreaterThan(leastMilliseconds / 1e3));
            Assert.That(Number("floor_s"), Is.LessThan(precision == "fp32" ? 0.04 : 0.015), "tensor cores are taken");
            Assert.That(Number("filled_s"), Is.GreaterThanOrEqualTo(Number("floor_s")));
            Assert.That(Number("reached_s"), Is.GreaterThanOrEqualTo(Number("filled_s")));
            Assert.That(Number("expected_s"), Is.InRange(Number("reached_s"), 4 * Number("reached_s")), "waiting is not most of a step");
            Assert.That(Number("launches"), Is.LessThanOrEqualTo(mostLaunches), "what is fused stays fused");
            Assert.That(Number("graph_s"), Is.InRange(Number("expected_s"), Number("launched_s")));
            Assert.That(
                json.RootElement.GetProperty("kernels").EnumerateArray().Sum(k => k.GetProperty("launches").GetInt32()),
                Is.EqualTo(Number("launches")));
        });
    }
}

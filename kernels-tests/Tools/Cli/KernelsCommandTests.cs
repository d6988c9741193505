using System.Text.Json;
using IlgpuGan.Cli.Kernels;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary><c>kernels list|dump|bench|model</c>, as a person uses it.</summary>
public sealed class KernelsCommandTests : CommandFixture
{
    [Test]
    public async Task ListNamesEveryKernelOnce()
    {
        var lines = (await Do("kernels", "list")).TrimEnd().Split('\n');
        using var json = JsonDocument.Parse(await Do("kernels", "list", "--json"));
        var names = json.RootElement.GetProperty("kernels").EnumerateArray().Select(k => k.GetProperty("name").GetString()!).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(names, Is.Unique);
            Assert.That(lines[^1].Trim(), Is.EqualTo($"{names.Count} kernels"));
            Assert.That(
                names,
                Is.SupersetOf(new[] { "conv2d/naive", "product/tiled", "product/register-blocked-medium-along-columns",
                    "product/tensor-core-large-bf16-along-depth", "unary/leaky-relu", "optimizer/adam" }));
        });
    }

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

    [Test]
    public async Task DumpSaysWhichTargetThePtxIsFor()
    {
        Assert.That(await Do("kernels", "dump", "unary/leaky-relu", "--out", In("dump")), Does.Contain("the PTX is for sm_80"));
        var asked = await Do("kernels", "dump", "unary/leaky-relu", "--out", In("dump"), "--target", "sm_80");
        Assert.That(asked, Does.Not.Contain("sm_80"));
    }

    [Test]
    [Exhaustive]
    public async Task WhatNeedsTensorCoresIsDumpedForThemOnly()
    {
        var text = await Do("kernels", "dump", "medium-along-depth", "--target", "sm_75", "--out", In("dump"));
        Assert.That(text, Does.Not.Contain("left out"));
        text = await Do("kernels", "dump", "along-depth", "--target", "sm_75", "--out", In("dump"));
        Assert.That(text, Does.Contain("8 kernels left out: tensor cores need --format ptx and --target sm_80"));
        Assert.That(Directory.GetFiles(In("dump"), "*tensor-core*"), Is.Empty);
        AssertExplained(await Run("kernels", "dump", "tensor-core", "--format", "opencl", "--out", In("dump")), 2, "--format ptx");
    }

    [Test]
    public async Task APageShowsPtxBesideOpenCL()
    {
        await Do("kernels", "page", "product/tiled", "--html", In("tiled.html"));
        var page = await File.ReadAllTextAsync(In("tiled.html"));
        Assert.That(page, Does.Contain("<h1>product/tiled</h1>").And.Contain(".visible .entry").And.Contain("kernel void"));
        Assert.That(page, Does.Contain("<h2>PTX, sm_80</h2>").And.Contain(".target sm_80").And.Contain("sm_90 runs it as well"));
        AssertExplained(await Run("kernels", "page", "product", "--html", In("x.html")), 2, "name one");
        AssertExplained(
            await Run("kernels", "page", "product/tensor-core-medium-tf32-along-depth", "--target", "sm_75", "--html", In("x.html")), 2,
            "--target sm_80");
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

    [Test]
    public async Task AnUnknownKernelIsWrongUsage() =>
        AssertExplained(await Run("kernels", "bench", "winograd", "--device", "opencl"), 2, "there is no kernel 'winograd'", "conv2d");

    [Test]
    public async Task APrecisionThatTheDeviceLacksIsRefused() =>
        AssertExplained(
            await Run("bench", "infer", "--workload", "unet256", "--size", "256", "--device", "cpu", "--precision", "tf32"), 1,
            "cpu computes in fp32", "sm_80");

    [Test]
    public async Task MistakesAreExplained()
    {
        AssertExplained(
            await Run("kernels", "dump", "no-such-kernel", "--out", In("dump")), 2, "no kernel's name contains 'no-such-kernel'",
            "kernels list");
        AssertExplained(await Run("kernels", "dump", "--target", "sm_61", "--out", In("dump")), 2, "sm_61", "sm_90");
        AssertExplained(await Run("kernels", "dump", "--format", "spirv", "--out", In("dump")), 2, "spirv", "opencl");
        AssertExplained(await Run("kernels", "dump"), 2, "--out");
        AssertExplained(await Run("kernels", "bench", "--device", "cpu"), 2, "cpu", "opencl");
        AssertExplained(await Run("kernels", "bench", "conv2d", "--device", "opencl", "--layer", "1,2,3"), 2, "eight numbers");
        AssertExplained(await Run("kernels", "bench", "conv2d", "--device", "opencl", "--layer", "1,2,2,2,4,5,1,0"), 2, "does not fit");
        AssertExplained(await Run("kernels", "bench", "conv2d", "--device", "gpu9"), 1, "gpu9");
    }
}

using ILGPU;
using ILGPU.Backends.Ptx;
using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using IlgpuGan.KernelsTests.Reporting;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Cli;

/// <summary><c>kernels page</c>: a kernel line by line, of the engine and of an assembly of one's own.</summary>
public sealed class KernelPageTests : CommandLine
{
    private static string Own => typeof(SaxpyKernel).Assembly.Location;

    [Test]
    public async Task AKernelOfTheEngineIsShownInAllItsForms()
    {
        var output = await Do("kernels", "page", "unary/leaky-relu", "--html", In("page.html"));
        var page = await File.ReadAllTextAsync(In("page.html"));
        Assert.Multiple(() =>
        {
            Assert.That(output, Does.Contain("unary/leaky-relu").And.Contain("page.html"));
            Assert.That(page, Does.Contain("<h1>unary/leaky-relu</h1>").And.Contain("y = f(x)"));
            Assert.That(page, Does.Contain("UnaryKernels.cs").And.Contain("data-p=\"UnaryKernels.cs:"), "C#, found where it was built");
            Assert.That(page, Does.Contain("threadindex.x").And.Contain("mov.u32 %r").And.Contain("get_local_id(0)"), "IR, PTX, OpenCL C");
            Assert.That(page, Does.Contain("In a call of leaky-relu").And.Contain("sectors of 32 bytes"));
            Assert.That(page, Does.Contain("It has no floating-point operation"), "of positive numbers it only copies");
            Assert.That(page, Does.Not.Contain("http").And.Not.Contain("src="), "self-contained");
            Assert.That(
                page, Does.Contain("SASS").And.Contain(SassDisassembler.Hindrance is { } why ? why : "EXIT"), "machine code, or why not");
            if (SassDisassembler.Hindrance is not null)
            {
                Assert.That(output, Does.Contain("no SASS"));
            }
        });
    }

    [Test]
    public async Task AKernelThatCalculatesHasAPlaceUnderTheRoofline()
    {
        await Do("kernels", "page", "norm/moments", "--html", In("page.html"));
        Assert.That(
            await File.ReadAllTextAsync(In("page.html")),
            Does.Contain("In a call of instance-norm").And.Contain("divergent branches").And.Contain("class=\"roof\""));
    }

    [Test]
    public async Task AKernelOfOnesOwnIsShownAndCounted()
    {
        await Do(
            "kernels", "page", "SaxpyKernel.Saxpy", "--assembly", Own, "--launch", "SaxpyLaunches.Run", "--html", In("page.html"));
        var page = await File.ReadAllTextAsync(In("page.html"));
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain("y[i] = a * x[i] + y[i];").And.Contain("<li data-p=\"Saxpy.cs:10\">"));
            Assert.That(page, Does.Contain("In the launches by SaxpyLaunches.Run"));
            Assert.That(page, Does.Contain("<dt>elements read</dt><dd>200</dd>").And.Contain("<dt>elements written</dt><dd>100</dd>"));
            Assert.That(page, Does.Contain("<dt>floating-point operations</dt><dd>200</dd>"));

            // 400 bytes are 13 sectors, each array begins at one, and two of three accesses read.
            Assert.That(page, Does.Contain("<dt>sectors of 32 bytes</dt><dd>39</dd>"));
            Assert.That(page, Does.Contain("39 sectors</i>"), "at the line");
        });
        await Do("kernels", "page", "Saxpy", "--assembly", Own, "--html", In("uncounted.html"));
        Assert.That(await File.ReadAllTextAsync(In("uncounted.html")), Does.Contain("--launch names a method that launches the kernel"));
    }

    [Test]
    public async Task MistakesAreExplained()
    {
        var html = In("page.html");
        await File.WriteAllTextAsync(In("text.dll"), "no assembly");
        AssertExplained(await Run("kernels", "page", "unary/leaky-relu"), 2, "--html");
        AssertExplained(await Run("kernels", "page", "unary", "--html", html), 2, "'unary' is in the names of", "name one");
        AssertExplained(await Run("kernels", "page", "no-such", "--html", html), 2, "no kernel's name contains 'no-such'");
        AssertExplained(
            await Run("kernels", "page", "product/tensor-core-large-bf16-along-depth", "--target", "sm_75", "--html", html), 2, "sm_80");
        AssertExplained(await Run("kernels", "page", "unary/sin", "--launch", "Main", "--html", html), 2, "--assembly");
        AssertExplained(await Run("kernels", "page", "K", "--assembly", In("none.dll"), "--html", html), 2, "none.dll: is not there");
        AssertExplained(await Run("kernels", "page", "K", "--assembly", In("text.dll"), "--html", html), 2, "is no .NET assembly");
        AssertExplained(
            await Run("kernels", "page", "K", "--assembly", typeof(Assert).Assembly.Location, "--html", html), 2,
            "no kernels for this compiler");
        AssertExplained(await Run("kernels", "page", "NoSuch", "--assembly", Own, "--html", html), 2, "has no kernel 'NoSuch'; it has");
        AssertExplained(
            await Run("kernels", "page", "SaxpyKernel.Saxpy", "--assembly", Own, "--launch", "NoSuch", "--html", html), 2,
            "has no launch 'NoSuch'");
        Assert.That(File.Exists(html), Is.False);
    }

    /// <summary>One kernel of those that a call launches is counted, each rung of the ladder by itself.</summary>
    [TestCase("product/tiled")]
    [TestCase("product/register-blocked-medium-along-depth")]
    [TestCase("conv2d/naive")]
    [TestCase("product/split-sum")]
    [TestCase("binary/add")]
    public void OneKernelIsCountedAlone(string name)
    {
        using var device = (GpuDevice)IlgpuGan.Tensors.Devices.Device.Open("simulator");
        var bench = new KernelBench(device, BenchLayer.Parse("1,4,4,4,8,3,1,1"));
        var counted = bench.CountAlone(KernelCatalogOf(name));
        Assert.That(counted, Is.Not.Null);
        Assert.That(counted!.Counts.Instructions, Is.Positive);
        Assert.That(counted.Counts.SharedTurns > 0, Is.EqualTo(name.StartsWith("product/", StringComparison.Ordinal) && !IsSum(name)));
        Assert.That(counted.Counts.Lines.Select(line => line.Place.File), Is.Not.Empty);

        static bool IsSum(string name) => name == "product/split-sum";
    }

    [TestCase(1400, 900)]
    [TestCase(390, 844)]
    public async Task ThePageIsWalkedByKeys(int width, int height)
    {
        await Do(
            "kernels", "page", "SaxpyKernel.Saxpy", "--assembly", Own, "--launch", "SaxpyLaunches.Run", "--html", In("page.html"));
        await using var browser = await Browser.StartAsync();
        await browser.OpenAsync(In("page.html"), width, height, phone: width < 500);
        Assert.That(
            await browser.Ask<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width), "nothing sticks out");
        Assert.That(await browser.Ask<bool>("document.getElementById('opencl').hidden"), "a fifth text is closed at first");
        await Press(browser, "5");
        Assert.That(await browser.Ask<bool>("!document.getElementById('opencl').hidden"));
        Assert.That(await browser.Ask<int>("document.querySelectorAll('li.on').length"), Is.Zero);
        await Press(browser, "j");
        Assert.That(await browser.Ask<string>("document.getElementById('chosen').textContent"), Is.EqualTo("Saxpy.cs:10"));
        foreach (var pane in new[] { "source", "ir", "ptx", "opencl" })
        {
            Assert.That(await browser.Ask<int>($"document.querySelectorAll('#{pane} li.on').length"), Is.Positive, pane);
        }

        await Press(browser, "Escape");
        Assert.That(await browser.Ask<int>("document.querySelectorAll('.on').length"), Is.Zero);
        await browser.Ask<bool>("document.querySelector('#ptx li[data-p]').click() ?? true");
        Assert.That(await browser.Ask<int>("document.querySelectorAll('#source li.on').length"), Is.EqualTo(1));
        Assert.That(browser.Complaints(), Is.Empty);
    }

    private static async Task Press(Browser browser, string key) =>
        await browser.Ask<bool>($"document.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}' }}))");

    private static KernelEntry KernelCatalogOf(string name) =>
        IlgpuGan.Tensors.Devices.Gpu.KernelCatalog.All.Single(kernel => kernel.Name == name);
}

/// <summary>A launch as a user writes it.</summary>
public static class SaxpyLaunches
{
    /// <summary>100 elements, read twice and written once.</summary>
    public static void Run(Accelerator accelerator)
    {
        using var x = accelerator.Allocate1D(Enumerable.Repeat(1f, 100).ToArray());
        using var y = accelerator.Allocate1D(Enumerable.Repeat(2f, 100).ToArray());
        accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, float>(SaxpyKernel.Saxpy)(
            100, x.AsContiguous(), y.AsContiguous(), 3);
        accelerator.Synchronize();
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using IlgpuGan.KernelsTests.Ops;
using IlgpuGan.Tensors.Devices.Gpu;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>
/// Every kernel once more on oclgrind, an OpenCL device that interprets kernels and reports data races, accesses out of bounds, and reads
/// of what was never written: op cases, optimisers, and the whole ladder of products. It replaces the driver of a whole process, so the
/// tests run in children.
/// </summary>
[Exhaustive]
internal sealed partial class OclgrindTests
{
    /// <summary>Beside other work it takes minutes; this long only what hangs.</summary>
    private const int LongestSeconds = 1200;

    /// <summary>A filter is part of the name of the test that passes it on, which would start itself.</summary>
    private const string NotThisTest = "&FullyQualifiedName!~Oclgrind";

    /// <summary>
    /// What the children run, and how many tests that is at least. Products are left to the last, which has them in their smallest sizes;
    /// convolutions on six points, whose groups have one size for all pictures, come in one shape.
    /// </summary>
    private static readonly (string Filter, int LeastTests)[] s_children =
    [
        ("FullyQualifiedName~opencl&(FullyQualifiedName~Ops.OpTests&FullyQualifiedName~top_k"
            + "|FullyQualifiedName~Ops.EachOpTests&FullyQualifiedName!~conv&FullyQualifiedName!~matmul)", 120),
        ("FullyQualifiedName~opencl&(FullyQualifiedName~VariantsFollowTheirFormulas|FullyQualifiedName~AveragesFollowTheirFormula"
            + "|FullyQualifiedName~RandomNumbersAreThoseOfTheProcessor"
            + "|FullyQualifiedName~BatchesAreTheSameAsOnTheProcessor"
            + "|FullyQualifiedName~SeldomLaunchedKernelTests|FullyQualifiedName~Gpu.FusedNormTests"
            + "|FullyQualifiedName~EveryProductKernelTests"
            + "|FullyQualifiedName~WinogradKernelTests&FullyQualifiedName~Definition"
            + "|(FullyQualifiedName~FewFiltersTests&TestCategory!=SeveralPieces))", 50),
    ];

    /// <summary>What OpenCL devices never launch: kernels that begin with a question to CUDA.</summary>
    private static readonly string[] s_onlyCuda =
        ["optimizer/adam-of-all", "memory/copy-of-all", "elementwise/chain", "product/tensor-core-"];

    /// <summary>What needs more shared memory than the 32 KB of that device; other tiles are compiled from the same methods.</summary>
    private static readonly string[] s_tooLarge =
        ["product/double-buffered-large-", "product/vectorised-large-", "conv2d-weight-gradient/few-filters-three"];

    /// <summary>Where Linux distributions put the driver.</summary>
    private static readonly string[] s_drivers =
    [
        "/usr/lib/oclgrind/liboclgrind-rt-icd.so", "/usr/lib64/oclgrind/liboclgrind-rt-icd.so",
        "/usr/local/lib/oclgrind/liboclgrind-rt-icd.so",
    ];

    [Test]
    public async Task NothingIsReportedOfAnyKernel()
    {
        var driver = s_drivers.FirstOrDefault(File.Exists);
        if (driver is null)
        {
            Assert.Ignore("oclgrind is not installed");
        }

        var folder = Directory.CreateTempSubdirectory("oclgrind-");
        try
        {
            var launched = await Task.WhenAll(s_children.Select(
                (child, i) => Task.Run(() => Watch(driver!, Path.Combine(folder.FullName, $"{i}"), child.Filter, child.LeastTests))));
            var expected =
                KernelCatalog.All.Select(kernel => kernel.Name).Where(name => !s_onlyCuda.Concat(s_tooLarge).Any(name.StartsWith));
            Assert.That(expected.Except(launched.SelectMany(names => names)), Is.Empty, "kernels that no test has launched");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs tests in a process of their own and sees that all is well.</summary>
    /// <returns>the kernels that were launched</returns>
    private static string[] Watch(string driver, string path, string filter, int leastTests)
    {
        var (log, kernels) = (path + ".log", path + ".kernels");
        var output = RunTests(driver, log, kernels, filter + NotThisTest);
        Assert.That(File.Exists(log) ? File.ReadAllText(log) : "", Is.Empty, "what oclgrind reports");
        Assert.That(output, Does.Contain("Failed:     0"));
        Assert.That(int.Parse(Passed().Match(output).Groups[1].Value), Is.AtLeast(leastTests));
        return File.ReadAllLines(kernels);
    }

    private static string RunTests(string driver, string log, string kernels, string filter)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "test", typeof(OclgrindTests).Assembly.Location, "--filter", filter },
            Environment =
            {
                ["OCL_ICD_VENDORS"] = driver,
                ["OCLGRIND_LOG"] = log,
                ["OCLGRIND_DATA_RACES"] = "1",
                ["OCLGRIND_UNINITIALIZED"] = "1",
                ["OCLGRIND_MAX_ERRORS"] = "10",
                ["OCLGRIND_GLOBAL_MEM_SIZE"] = "2000000000",

                // Its bookkeeping of buffers is not safe for threads: what the garbage collector frees beside it is taken for unwritten
                // when it is used again.
                [TestDevices.WatchedKernels] = kernels,

                // Its check for reads of the unwritten does not know all instructions that the optimiser emits.
                ["OCLGRIND_BUILD_OPTIONS"] = "-cl-opt-disable",
            },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(LongestSeconds)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"oclgrind took more than {LongestSeconds} s");
        }

        return output.Result + errors.Result;
    }

    [GeneratedRegex(@"Passed:\s+(\d+)")]
    private static partial Regex Passed();
}

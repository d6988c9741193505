using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Cli;

/// <summary>The shell programs of <c>tools/gpu</c>, as far as they go without the packed folder.</summary>
public sealed class GpuMeasuringTests
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "tools", "gpu"));

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [TestCase("pack.sh")]
    [TestCase("measure.sh")]
    [TestCase("conformance.sh")]
    [TestCase("parity.sh")]
    [TestCase("summary.sh")]
    public async Task ShellReadsTheProgram(string program)
    {
        var (code, _, error) = await Bash("-n", program);
        Assert.That(code, Is.Zero, error);
    }

    [Test]
    public async Task ListNamesEveryStepOnceAndRunsNone()
    {
        var (code, output, error) = await Bash("measure.sh", "--list");
        var steps = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToList();
        Assert.That(steps, Has.All.Length.EqualTo(2), "a stage and a step in each line");
        var names = steps.Select(step => step[1]).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero, error);
            Assert.That(names, Is.Unique);
            Assert.That(
                steps.Select(step => step[0]).Distinct(), Is.EqualTo(new[] { "check", "steps", "kernels", "peers", "tune", "compiled", "model" }),
                "no pictures, no training");
            Assert.That(names, Is.SupersetOf(new[]
            {
                "devices", "conformance", "step-pix2pix-1-fp32", "step-pix2pix-16-tf32", "step-cyclegan-1-bf16", "infer-resnet9-fp32",
                "peer-pix2pix-1-fp32-graph", "peer-cyclegan-1-bf16-compile", "suite-ops", "kernels-conv2d", "kernels-adam", "profile",
                "model-cyclegan-1-tf32", "parity", "tune-pix2pix-bf16", "step-cyclegan-1-tf32-tuned",
            }));
            Assert.That(KernelBench.Names.Select(name => $"kernels-{name}"), Is.SubsetOf(names), "everything that can be measured is");
            Assert.That(names, Has.None.EqualTo("facades"), "there are no pairs to train on");
        });
    }

    [TestCase("--out is missing")]
    [TestCase("--minutes takes a whole number, not 'soon'", "--out", "x", "--minutes", "soon")]
    [TestCase("'--fast' is no option", "--fast")]
    [TestCase("--out needs a value", "--out")]
    public async Task WrongOptionsAreExplained(string message, params string[] options)
    {
        var (code, _, error) = await Bash(["measure.sh", .. options]);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(2));
            Assert.That(error, Does.Contain(message).And.Contain("usage:"));
        });
    }

    private static async Task<(int Code, string Output, string Error)> Bash(params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("the measuring program is for Linux");
        }

        var start = new ProcessStartInfo(
            "bash", arguments) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardOutput = true,
            RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, await output, await error);
        }
        catch (Win32Exception e)
        {
            Assert.Ignore($"there is no bash: {e.Message}");
            throw;
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>The shell programs of <c>tools/gpu</c>, as far as they go without the packed folder.</summary>
public sealed class GpuMeasuringTests
{
    private static readonly string s_folder = Path.Combine(Sources.Root, "tools", "gpu");

    [TestCase("pack.sh")]
    [TestCase("measure.sh")]
    [TestCase("conformance.sh")]
    [TestCase("parity.sh")]
    [TestCase("summary.sh")]
    [TestCase("bring.sh")]
    public void ShellReadsTheProgram(string program)
    {
        var (code, _, error) = Bash("-n", program);
        Assert.That(code, Is.Zero, error);
    }

    [Test]
    public void ListNamesEveryStepOnceAndRunsNone()
    {
        var (code, output, error) = Bash("measure.sh", "--list");
        var steps = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToList();
        Assert.That(steps, Has.All.Length.EqualTo(2), "a stage and a step in each line");
        var names = steps.Select(step => step[1]).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero, error);
            Assert.That(names, Is.Unique);
            Assert.That(
                steps.Select(step => step[0]).Distinct(),
                Is.EqualTo(new[]
                {
                    "check", "steps", "families", "inference", "serving", "wall", "opencl", "ranks", "kernels", "peers", "tune", "compiled",
                    "model",
                }), "no pictures, no training");
            Assert.That(names, Is.SupersetOf(new[]
            {
                "devices", "conformance", "step-pix2pix-1-fp32", "step-pix2pix-16-tf32", "step-cyclegan-1-bf16", "infer-resnet9-fp32",
                "peer-pix2pix-fp32-eager-graph-graph-fused", "peer-cyclegan-bf16-compile-compile-graph-fused", "suites", "sanitizer",
                "smoke", "card", "kernels-conv2d", "kernels-adam", "profile", "model-cyclegan-1-tf32", "parity",
                "tune-pix2pix-bf16", "step-cyclegan-1-tf32-tuned", "counters-cyclegan-bf16",
                "cold-conv2d-weight-gradient-256-66-66-256-3-1-0", "step-pix2pix-64-bf16", "step-cyclegan-4-tf32",
                "forward-resnet9-1024-8-bf16", "peer-forward-unet256-256-1", "peer-family-cut", "serve", "folder", "wall-cyclegan",
                "opencl-golden", "ranks",
            }));
            foreach (var family in FamilyCatalog.All.Select(family => family.Info.Name))
            {
                Assert.That(names, Is.SupersetOf(new[] { $"losses-{family}", $"family-{family}-small", $"family-{family}-reference" }));
            }

            Assert.That(KernelBench.Names.Select(name => $"kernels-{name}"), Is.SubsetOf(names), "everything that can be measured is");
            Assert.That(names, Has.None.EqualTo("facades"), "there are no pairs to train on");
        });
    }

    [TestCase("--out is missing")]
    [TestCase("--minutes takes a whole number, not 'soon'", "--out", "x", "--minutes", "soon")]
    [TestCase("'--fast' is no option", "--fast")]
    [TestCase("--out needs a value", "--out")]
    public void WrongOptionsAreExplained(string message, params string[] options)
    {
        var (code, _, error) = Bash(["measure.sh", .. options]);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(2));
            Assert.That(error, Does.Contain(message).And.Contain("usage:"));
        });
    }

    /// <summary>The program lists no device of OpenCL, then is as one that was stopped at the end of its time.</summary>
    [TestCase(0, "opencl-devices: failed (1): no loader")]
    [TestCase(124, "opencl-devices: failed (124): not done within 60 seconds")]
    [Exhaustive]
    public async Task AFailureIsGivenWithItsReason(int exit, string reported)
    {
        using var runs = new TinyRun();
        string program = Path.Combine(runs.Folder, "program"), results = Path.Combine(runs.Folder, "results");
        await File.WriteAllTextAsync(
            program,
            $$"""
            #!/usr/bin/env bash
            echo '{"devices":[{"name":"opencl","available":false,"description":"no loader"},{"name":"ilgpu-cpu","available":true}]}'
            exit {{exit}}
            """.ReplaceLineEndings("\n") + "\n");
        Bash("-c", $"chmod +x '{program}'");
        var (code, output, _) = Bash(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["ILGPUGAN"] = program },
            "measure.sh", "--out", results, "--only", "opencl-devices");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(output, Does.Contain(reported).And.Contain("FAILED: opencl-devices"));
            Assert.That(Path.Combine(results, "json", "opencl-devices.json"), Does.Exist);
        });
    }

    /// <summary>A call that is killed while it draws pictures leaves no folder that the next one takes for the whole.</summary>
    [Test]
    public async Task PicturesThatWereNotDrawnToTheirEndAreDrawnAgain()
    {
        const string Program = """
            #!/usr/bin/env bash
            while [[ $# -gt 0 ]]; do
                [[ $1 != --out ]] || folder=$2
                shift
            done
            mkdir -p "$folder/trainA" "$folder/checkpoints"
            touch "$folder/trainA/$([[ -e $KILLED ]] && echo second || echo first)" "$folder/checkpoints/latest.safetensors"
            if [[ $folder == */landscapes* && ! -e $KILLED ]]; then
                touch "$KILLED"
                kill -KILL $PPID
            fi
            """;
        using var runs = new TinyRun();
        string program = Path.Combine(runs.Folder, "program"), results = Path.Combine(runs.Folder, "results");
        await File.WriteAllTextAsync(program, Program.ReplaceLineEndings("\n") + "\n");
        Bash("-c", $"chmod +x '{program}'");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ILGPUGAN"] = program, ["KILLED"] = Path.Combine(runs.Folder, "killed"),
        };
        string[] arguments = ["measure.sh", "--out", results, "--device", "cpu", "--only", "folder"];
        Assert.That(Bash(variables, arguments).Code, Is.Not.Zero, "killed");
        var (code, output, _) = Bash(variables, arguments);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero, output);
            Assert.That(Path.Combine(results, "landscapes", "trainA", "second"), Does.Exist);
        });
    }

    /// <summary>
    /// A program in the place of the packed one, whose tests of ops fail: the rest goes on, another call does not repeat what is done, and
    /// what there is to take home is there.
    /// </summary>
    [Test]
    [Exhaustive]
    public async Task AFailureIsNamedAndTheRestGoesOn()
    {
        const string Program = """
            #!/usr/bin/env bash
            echo "$*" >>"$CALLS"
            if [[ $1 == suite && $3 == Ops ]]; then
                echo 'FAILED Ops.ConvTests.Grouped: 1 is not 2' >&2
                echo '{"suite":["Ops"],"failed":1}'
                exit 1
            fi
            echo '{"min_s":0.001,"median_s":0.002}'
            """;
        using var runs = new TinyRun();
        var folder = runs.Folder;
        string program = Path.Combine(folder, "program"), calls = Path.Combine(folder, "calls.txt"),
            home = Path.Combine(folder, "home"), results = Path.Combine(folder, "results");
        await File.WriteAllTextAsync(program, Program.ReplaceLineEndings("\n") + "\n");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["ILGPUGAN"] = program, ["CALLS"] = calls };
        string[] arguments =
            ["measure.sh", "--out", results, "--bring", home, "--minutes", "2", "--only", "smoke,suites,tune-*,step-*-tuned"];
        Bash(variables, "-c", $"chmod +x '{program}'");
        var (code, output, _) = Bash(variables, arguments);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(output, Does.Contain("FAILED: suites").And.Contain("step-cyclegan-1-bf16-tuned: done"));
            Assert.That(File.ReadAllText(Path.Combine(results, "logs", "suites.log")), Does.Contain("FAILED Ops.ConvTests.Grouped"));
            Assert.That(File.ReadLines(calls).Count(call => call.StartsWith("suite ", StringComparison.Ordinal)), Is.EqualTo(5));
            Assert.That(
                File.ReadAllText(Path.Combine(home, "summary.md")),
                Does.Contain("| step-pix2pix-1-tf32-tuned | done | 0 | 1.000 | 2.000 |").Or.Contain("| 1 | 1.000 | 2.000 |"));
            Assert.That(Path.Combine(home, "logs.tar.gz"), Does.Exist);
        });
        using var joined = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(home, "results.json")));
        var suites = joined.RootElement.GetProperty("steps").EnumerateArray()
            .Single(step => step.GetProperty("name").GetString() == "suites").GetProperty("result").GetProperty("suites");
        Assert.That(suites.GetArrayLength(), Is.EqualTo(5));

        var before = File.ReadLines(calls).Count();
        (code, _, _) = Bash(variables, "measure.sh", "--out", results, "--minutes", "2", "--stage", "tune");
        Assert.That(code, Is.EqualTo(1), "what failed stays failed");
        Assert.That(File.ReadLines(calls).Count(), Is.EqualTo(before), "nothing is repeated");
    }

    private static (int Code, string Output, string Errors) Bash(params string[] arguments) =>
        Bash(new Dictionary<string, string>(StringComparer.Ordinal), arguments);

    private static (int Code, string Output, string Errors) Bash(
        Dictionary<string, string> variables, params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("the measuring program is for Linux");
        }

        var start = new ProcessStartInfo("bash", arguments) { WorkingDirectory = s_folder };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return SystemProgram.Finish(start);
        }
        catch (Win32Exception e)
        {
            Assert.Ignore($"there is no bash: {e.Message}");
            throw;
        }
    }
}

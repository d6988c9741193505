using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Runs models in ONNX Runtime through Node.js (<c>npm install --ignore-scripts onnxruntime-node</c>, found through NODE_PATH). One process
/// serves all tests, because starting it takes longer than running a small model.
/// </summary>
internal static class OnnxRuntime
{
    private const string Done = "done";

    private static readonly Lazy<string?> s_problem = new(() => TestFiles.Run("node", ["-e", "require('onnxruntime-node')"]));
    private static readonly Lock s_lock = new();

    private static Process? s_process;

    /// <summary>Runs a model with one input and one output. Skips the test if there is no ONNX Runtime.</summary>
    public static (long[] Shape, float[] Values) Run(string model, string input, long[] shape, float[] values, string output) =>
        Run(model, [(input, shape, values)], output)[0];

    /// <summary>Runs a model with several inputs and outputs.</summary>
    public static (long[] Shape, float[] Values)[] Run(
        string model, IReadOnlyList<(string Name, long[] Shape, float[] Values)> inputs, params IReadOnlyList<string> outputs)
    {
        if (s_problem.Value is { } problem)
        {
            Assert.Ignore($"onnxruntime-node is not installed: {problem}");
        }

        var folder = TestFiles.Folder();
        var feeds = inputs.Select(i => (string[])
            [i.Name, string.Join(',', i.Shape), TestFiles.Write($"{i.Name}.f32", MemoryMarshal.AsBytes(i.Values.AsSpan()))]);
        Assert.That(Answer(JsonSerializer.Serialize((object[])[Path.GetFullPath(model), folder, .. feeds])), Is.EqualTo(Done));
        return [.. outputs.Select(output =>
        {
            var result = File.ReadAllBytes(Path.Combine(folder, output + ".f32"));
            var dimensions = File.ReadAllText(Path.Combine(folder, output + ".dims"));
            return (dimensions.Split(',').Select(long.Parse).ToArray(), MemoryMarshal.Cast<byte, float>(result).ToArray());
        })];
    }

    /// <summary>Sends a request and reads the reply. A process that ended is restarted by the next request.</summary>
    private static string Answer(string question)
    {
        lock (s_lock)
        {
            var process = s_process ??= Process.Start(new ProcessStartInfo("node", [TestFiles.Fixture("run_onnx.cjs")])
            {
                UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
            })!;
            process.StandardInput.WriteLine(question);
            process.StandardInput.Flush();
            if (process.StandardOutput.ReadLine() is { } answer)
            {
                return answer;
            }

            process.Dispose();
            s_process = null;
            return "ONNX Runtime's process ended";
        }
    }
}

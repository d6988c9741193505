using System.Runtime.InteropServices;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Formats;

/// <summary>
/// ONNX Runtime as a judge of models, by way of Node.js (<c>npm install --ignore-scripts onnxruntime-node</c>, found through NODE_PATH).
/// </summary>
internal static class OnnxRuntime
{
    private static readonly Lazy<string?> Problem = new(() => TestFiles.Run("node", ["-e", "require('onnxruntime-node')"]));

    /// <summary>Runs a model of one input and one output; the test is skipped where there is no ONNX Runtime.</summary>
    public static (long[] Shape, float[] Values) Run(string model, string input, long[] shape, float[] values, string output) =>
        Run(model, [(input, shape, values)], output)[0];

    /// <summary>Runs a model of several inputs and outputs.</summary>
    public static (long[] Shape, float[] Values)[] Run(
        string model, IReadOnlyList<(string Name, long[] Shape, float[] Values)> inputs, params IReadOnlyList<string> outputs)
    {
        if (Problem.Value is { } problem)
            Assert.Ignore($"onnxruntime-node is not installed: {problem}");
        var folder = TestFiles.Folder();
        var feeds = inputs.SelectMany(
            i => new[] { i.Name, string.Join(',', i.Shape), TestFiles.Write($"{i.Name}.f32", MemoryMarshal.AsBytes(i.Values.AsSpan())) });
        var failure = TestFiles.Run("node", [TestFiles.Fixture("run_onnx.cjs"), model, folder, .. feeds]);
        Assert.That(failure, Is.Null);
        return [.. outputs.Select(output =>
        {
            var result = File.ReadAllBytes(Path.Combine(folder, output + ".f32"));
            var dimensions = File.ReadAllText(Path.Combine(folder, output + ".dims"));
            return (dimensions.Split(',').Select(long.Parse).ToArray(), MemoryMarshal.Cast<byte, float>(result).ToArray());
        })];
    }
}

using System.Runtime.InteropServices;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Formats;

/// <summary>ONNX Runtime as a judge of models, by way of Node.js (<c>npm install --ignore-scripts onnxruntime-node</c>, found through NODE_PATH).</summary>
internal static class OnnxRuntime
{
    private static readonly Lazy<string?> Problem = new(() => TestFiles.Run("node", ["-e", "require('onnxruntime-node')"]));

    /// <summary>Runs a model of one input and one output; the test is skipped where there is no ONNX Runtime.</summary>
    public static (long[] Shape, float[] Values) Run(string model, string input, long[] shape, float[] values, string output)
    {
        if (Problem.Value is { } problem)
            Assert.Ignore($"onnxruntime-node is not installed: {problem}");
        var data = TestFiles.Write("input.f32", MemoryMarshal.AsBytes(values.AsSpan()));
        var folder = TestFiles.Folder();
        var failure = TestFiles.Run("node", [TestFiles.Fixture("run_onnx.cjs"), model, folder, input, string.Join(',', shape), data]);
        Assert.That(failure, Is.Null);
        var result = File.ReadAllBytes(Path.Combine(folder, output + ".f32"));
        var dimensions = File.ReadAllText(Path.Combine(folder, output + ".dims"));
        return ([.. dimensions.Split(',').Select(long.Parse)], MemoryMarshal.Cast<byte, float>(result).ToArray());
    }
}

using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace IlgpuGan.ManagedPeers;

/// <summary>Forwards of a graph in ONNX Runtime, with all its optimisations and fixed sizes.</summary>
internal sealed class OnnxForward : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly long[] _shape;
    private readonly float[] _input;

    /// <param name="model">file of the graph, whose input is [batch, 3, height, width]</param>
    public OnnxForward(string model, int size, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        foreach (var (name, value) in new[] { ("batch", 1), ("height", size), ("width", size) })
        {
            options.AddFreeDimensionOverrideByName(name, value);
        }

        _session = new InferenceSession(model, options);
        _shape = [1, 3, size, size];
        var random = new Random(1);
        _input = [.. Enumerable.Range(0, 3 * size * size).Select(_ => (2 * random.NextSingle()) - 1)];
    }

    public static string Version { get; } = OrtEnv.Instance().GetVersionString();

    public void Run() => Forward(_input);

    /// <summary>The largest difference of the output from the expected one.</summary>
    /// <param name="input">file of the input, raw float32 [1, 3, size, size]</param>
    /// <param name="expected">file of the output</param>
    public double Difference(string input, string expected) =>
        Forward(Floats(input)).Zip(Floats(expected), (ours, theirs) => Math.Abs(ours - theirs)).Max();

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private float[] Forward(float[] x)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(x, _shape);
        using var outputs = _session.Run(_options, _session.InputNames, [input], _session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] Floats(string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();
}

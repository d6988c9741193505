using System.Text.Json;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.EngineTests.PyTorch;

/// <summary>A case that <c>draw_cases.py</c> has drawn: an op of PyTorch, its arguments by name, and what PyTorch makes of them.</summary>
/// <param name="Number">its number in the files</param>
/// <param name="Op">PyTorch's name of the op, below <c>torch</c></param>
/// <param name="Arguments">the arguments; <c>{"tensor": i}</c> is the i-th input</param>
/// <param name="Errors">relative errors of PyTorch's own float32: of the value, the gradient and the second gradient</param>
internal sealed record TorchCase(int Number, string Op, JsonElement Arguments, double[] Errors)
{
    private SafetensorsFile _arrays = null!;

    /// <summary>The inputs, with whether each is a setting: an index, a mask, a running statistic.</summary>
    public required (float[] Numbers, Shape Shape, bool IsConstant)[] Inputs { get; init; }

    public float[] Value => Array($"{Number}.y")!;

    public Shape Shape => ShapeOf($"{Number}.y");

    /// <summary>The weights of L = Σ r·y; null for a result without a gradient.</summary>
    public float[]? Weights => Array($"{Number}.r");

    /// <summary>dL/dx of an input; null if there is none.</summary>
    public float[]? Gradient(int input) => Array($"{Number}.g{input}");

    /// <summary>The gradient of Σ (dL/dx)² with respect to an input; null if there is none, or PyTorch has none.</summary>
    public float[]? Second(int input) => Array($"{Number}.h{input}");

    public override string ToString() => $"{Number} {Op} {Arguments}";

    public static IReadOnlyList<TorchCase> Read(string folder)
    {
        var arrays = new SafetensorsFile(Path.Combine(folder, "cases.safetensors"));
        var places = arrays.Entries.Select((entry, i) => (entry.Name, i)).ToDictionary(e => e.Name, e => e.i);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "cases.json")));
        var cases = new List<TorchCase>();
        foreach (var element in document.RootElement.EnumerateArray())
        {
            var number = cases.Count;
            var constants = element.GetProperty("constants").EnumerateArray().Select(c => c.GetInt32()).ToHashSet();
            var indices = element.GetProperty("inputs").EnumerateArray().Select(isIndex => isIndex.GetBoolean()).ToArray();
            var made = new TorchCase(
                number, element.GetProperty("op").GetString()!, element.GetProperty("arguments").Clone(),
                [.. element.GetProperty("errors").EnumerateArray().Select(e => e.GetDouble())]) { Inputs = new (float[], Shape,
                    bool)[indices.Length] };
            (made._arrays, made._places) = (arrays, places);
            for (var i = 0; i < indices.Length; i++)
            {
                var name = $"{number}.x{i}";
                made.Inputs[i] = (made.Array(name)!, made.ShapeOf(name), indices[i] || constants.Contains(i));
            }

            cases.Add(made);
        }

        return cases;
    }

    private Dictionary<string, int> _places = [];

    private float[]? Array(string name) => _places.ContainsKey(name) ? _arrays.Read(name).AsSingle().ToArray() : null;

    private Shape ShapeOf(string name) => new([.. _arrays.Entries[_places[name]].Shape.Select(extent => (int)extent)]);
}

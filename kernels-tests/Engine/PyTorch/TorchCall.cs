using System.Text.Json;

namespace IlgpuGan.EngineTests.PyTorch;

/// <summary>The arguments of a call, by PyTorch's names.</summary>
/// <param name="arguments">as the case has them</param>
/// <param name="tensors">the inputs</param>
internal sealed class TorchCall(JsonElement arguments, IReadOnlyList<Tensor> tensors)
{
    /// <summary>The first argument.</summary>
    public Tensor X => Tensor("input") ?? throw new NotSupportedException("the first argument is a number");

    public IReadOnlyList<Tensor> Tensors => [.. arguments.GetProperty("input").EnumerateArray().Select(t => Of(t)!)];

    public bool Has(string name) => arguments.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A tensor; null if it was not given. A number becomes a scalar.</summary>
    public Tensor? Tensor(string name) => Has(name) ? Of(arguments.GetProperty(name)) : null;

    /// <exception cref="NotSupportedException">it is not given, or no tensor</exception>
    public Tensor Required(string name) => Tensor(name) ?? throw new NotSupportedException($"{name} is no tensor");

    public bool IsTensor(string name) =>
        Has(name) && arguments.GetProperty(name) is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty("tensor", out _);

    public float Number(string name, float otherwise) => Has(name) ? NumberOf(arguments.GetProperty(name)) : otherwise;

    public int Integer(string name, int otherwise) => Has(name) ? (int)Number(name, 0) : otherwise;

    public bool Flag(string name, bool otherwise) => Has(name) ? arguments.GetProperty(name).GetBoolean() : otherwise;

    public string Text(string name, string otherwise) => Has(name)
        ? arguments.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()!
            : throw new NotSupportedException(name)
        : otherwise;

    /// <summary>A list, or one number as a list of one.</summary>
    public int[] Integers(string name, params int[] otherwise)
    {
        if (!Has(name))
        {
            return otherwise;
        }

        var value = arguments.GetProperty(name);
        return value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().Select(item => (int)NumberOf(item))],
            JsonValueKind.Number => [value.GetInt32()],
            _ => throw new NotSupportedException(name),
        };
    }

    /// <summary>One number for both, or (height, width).</summary>
    public Size2d Pair(string name, int otherwise) => Integers(name, otherwise) switch
    {
        [var both] => both,
        [var height, var width] => (height, width),
        _ => throw new NotSupportedException(name),
    };

    public LossReduction Reduction() => Text("reduction", "mean") switch
    {
        "mean" => LossReduction.Mean,
        "sum" => LossReduction.Sum,
        "none" => LossReduction.None,
        var other => throw new NotSupportedException(other),
    };

    /// <summary>The dimensions of a reduction: all of them if none is named.</summary>
    public int[] Axes() => Integers("dim") is { Length: > 0 } axes ? axes : [.. Enumerable.Range(0, X.Shape.Rank)];

    /// <exception cref="NotSupportedException">an argument besides these is given: an option that the engine has not</exception>
    public TorchCall Only(params ReadOnlySpan<string> names)
    {
        foreach (var argument in arguments.EnumerateObject())
        {
            if (argument.Name != "input" && argument.Value.ValueKind != JsonValueKind.Null && !names.Contains(argument.Name))
            {
                throw new NotSupportedException(argument.Name);
            }
        }

        return this;
    }

    private Tensor? Of(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("tensor", out var index)
        ? tensors[index.GetInt32()]
        : throw new NotSupportedException("a number in the place of a tensor");

    private static float NumberOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetSingle(),
        JsonValueKind.Object when value.TryGetProperty("number", out var text) => text.GetString() switch
        {
            "inf" => float.PositiveInfinity,
            "-inf" => float.NegativeInfinity,
            _ => float.NaN,
        },
        _ => throw new NotSupportedException("no number"),
    };
}

using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats.Onnx;

namespace IlgpuGan.Tensors.Nn.Import;

/// <summary>A node and the values of its inputs.</summary>
/// <param name="node">the node</param>
/// <param name="operatorSet">the graph's opset version</param>
/// <param name="inputs">its inputs; null for an omitted one</param>
/// <param name="device">the device; null during constant folding, when there is none yet</param>
internal sealed class NodeCall(OnnxNode node, int operatorSet, IReadOnlyList<RunningValue?> inputs, Device? device)
{
    public OnnxNode Node => node;

    public int OperatorSet => operatorSet;

    public IReadOnlyList<RunningValue?> Inputs => inputs;

    public int Count => inputs.Count;

    public Device Device => device ?? throw new InvalidOperationException("constants are folded on the host");

    /// <summary>Whether all inputs are in host memory.</summary>
    public bool IsOnHost => inputs.All(input => input is null or { IsOnHost: true });

    public bool Has(int index) => index < inputs.Count && inputs[index] is not null;

    /// <exception cref="ShapeException">the input is omitted</exception>
    public RunningValue Value(int index) =>
        index < inputs.Count && inputs[index] is { } value ? value : throw new ShapeException($"its input {index} is missing");

    /// <inheritdoc cref="Value"/>
    public Tensor Tensor(int index) => Value(index).On(Device);

    /// <summary>An input as a tensor; null if it is omitted.</summary>
    public Tensor? OptionalTensor(int index) => Has(index) ? Tensor(index) : null;

    /// <inheritdoc cref="Value"/>
    public Shape ShapeOf(int index) => Value(index).Shape;

    /// <inheritdoc cref="Value"/>
    public HostArray Host(int index) => Value(index).Host();

    /// <summary>An input as integers; null if it is omitted.</summary>
    public long[]? OptionalIntegers(int index) => Has(index) ? Array.ConvertAll(Host(index).Values, value => (long)value) : null;

    /// <inheritdoc cref="Value"/>
    public long[] Integers(int index) => Array.ConvertAll(Host(index).Values, value => (long)value);

    /// <summary>Integers that are an input in newer operator sets and an attribute in older ones; null if both are absent.</summary>
    public long[]? Integers(int index, string attribute) => OptionalIntegers(index) ?? node.Integers(attribute);

    /// <summary>A number that is an input in newer operator sets and an attribute in older ones.</summary>
    public float Number(int index, string attribute, float otherwise)
    {
        if (!Has(index))
        {
            return node.Float(attribute, otherwise);
        }

        var given = Host(index).Values;
        return given.Length == 1
            ? (float)given[0]
            : throw new ShapeException($"its input {index} should be one number, not {ShapeOf(index)}");
    }

    /// <summary>Converts a dimension, negative to count from the end, to an index from the front.</summary>
    /// <exception cref="ShapeException">there is no such dimension</exception>
    public static int Axis(long axis, int rank)
    {
        var index = axis < 0 ? axis + rank : axis;
        return index >= 0 && index < rank ? (int)index : throw new ShapeException($"there is no dimension {axis} of {rank}");
    }

    /// <summary>Distinct dimensions as indices from the front; all dimensions if none are given.</summary>
    public static int[] Axes(long[]? axes, int rank) => axes is null or { Length: 0 }
        ? [.. Enumerable.Range(0, rank)]
        : [.. axes.Select(axis => Axis(axis, rank)).Distinct()];

    /// <summary>Converts a number of the file to 32 bits.</summary>
    /// <exception cref="ShapeException">it is beyond 32 bits</exception>
    public static int Narrow(long value) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw new ShapeException($"{value} is beyond what a tensor can have");

    /// <summary>The exception for a use of an operator that is not supported.</summary>
    public static ShapeException Refused(string reason) => new(reason);
}

using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Casts, constants, and identities.</summary>
internal static class Casts
{
    public static void Add(OperatorList list)
    {
        list.OnDevice.Add("Cast", call => [Cast(call, Target(call.Node))]);
        list.Host("Cast", call => CastOnHost(call, Target(call.Node)));
        list.OnDevice.Add("CastLike", call => [Cast(call, call.Value(1).Kind)]);
        list.Host("CastLike", call => CastOnHost(call, call.Value(1).Kind));
        list.Same("Identity", call => call.Tensor(0).Share());
        list.Host("Identity", call => call.Host(0));
        list.OnDevice.Add("Dropout", Dropout);
        list.Host("Constant", Constant);
        list.Floats("DequantizeLinear", Dequantized);
    }

    /// <summary>The target kind of a cast.</summary>
    /// <exception cref="ShapeException">the target type is not numeric</exception>
    public static ElementKind Target(OnnxNode node) => OnnxTypes.Find((int)node.Integer("to", 0)) is { } type
        ? HostArray.KindOf(type)
        : throw NodeCall.Refused($"it casts to the type {node.Integer("to", 0)}, which is not numeric");

    private static RunningValue Cast(NodeCall call, ElementKind target)
    {
        var value = call.Value(0);
        if (target == ElementKind.Integer && value.Kind == ElementKind.Float)
        {
            return RunningValue.Of(CastOnHost(call, target)); // No kernel truncates.
        }

        var x = call.Tensor(0);
        return RunningValue.Of(target == ElementKind.Boolean && value.Kind != ElementKind.Boolean ? x.NotEqualTo(0) : x.Share(), target);
    }

    /// <summary>Casts on the host; floats are truncated towards 0 to integers.</summary>
    private static HostArray CastOnHost(NodeCall call, ElementKind target)
    {
        var x = call.Host(0);
        return target == ElementKind.Integer && x.Kind == ElementKind.Float
            ? x.Map(target, value => double.IsFinite(value)
                ? Math.Truncate(value)
                : throw NodeCall.Refused($"it casts {value} to an integer"))
            : target == x.Kind ? x : x.Map(target, value => value);
    }

    /// <summary>The identity, because graphs run in evaluation mode. The mask is 1 everywhere.</summary>
    private static IReadOnlyList<RunningValue> Dropout(NodeCall call)
    {
        ShapeException.ThrowIf(call.Has(2) && call.Host(2).Values is not [0], "it is in training mode, where dropout is random");

        var x = call.Tensor(0);
        var kept = RunningValue.Of(x.Share(), call.Value(0).Kind);
        return call.Node.Outputs.Count == 1 ? [kept]
            : [kept, RunningValue.Of(Tensor.Ones(x.Shape, x.Device), ElementKind.Boolean)];
    }

    private static HostArray Constant(NodeCall call)
    {
        var node = call.Node;
        return node.Tensor("value") is { } array ? HostArray.Of(array)
            : node.Has("value_float") ? HostArray.Scalar(ElementKind.Float, node.Float("value_float", 0))
            : node.Has("value_int") ? HostArray.Scalar(ElementKind.Integer, node.Integer("value_int", 0))
            : node.Floats("value_floats") is { } floats
                ? new HostArray(ElementKind.Float, new Shape(floats.Length), Array.ConvertAll(floats, f => (double)f))
            : node.Integers("value_ints") is { } numbers ? HostArray.Integers(Array.ConvertAll(numbers, n => (double)n))
            : throw NodeCall.Refused("its value is neither a number nor a tensor of numbers");
    }

    /// <summary>(x − zero point)·scale, with one scale for all elements or one per slice along a dimension.</summary>
    private static Tensor Dequantized(NodeCall call)
    {
        var x = call.Tensor(0);
        ShapeException.ThrowIf(call.Node.Integer("block_size", 0) != 0, "it is quantized in blocks, which is not known");

        using var scale = OfSlices(call, 1);
        if (!call.Has(2))
        {
            return x.Multiply(scale);
        }

        using var zero = OfSlices(call, 2);
        using var difference = x.Subtract(zero);
        return difference.Multiply(scale);
    }

    /// <summary>Reshapes one number, or one per slice of the first input, so that it broadcasts to the first input.</summary>
    private static Tensor OfSlices(NodeCall call, int index)
    {
        var (x, numbers) = (call.ShapeOf(0), call.Tensor(index));
        if (numbers.Shape.Count == 1)
        {
            return numbers.Reshape(Shape.Scalar);
        }

        var axis = NodeCall.Axis(call.Node.Integer("axis", 1), x.Rank);
        return numbers.Shape == new Shape(x[axis])
            ? numbers.Reshape(new Shape([x[axis], .. Enumerable.Repeat(1, x.Rank - axis - 1)]))
            : throw NodeCall.Refused($"{numbers.Shape} numbers do not fit dimension {axis} of {x}");
    }
}

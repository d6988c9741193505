using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Changes of the element type, and values that are known from the file.</summary>
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
    }

    /// <summary>What a cast makes.</summary>
    /// <exception cref="ShapeException">it is no type of numbers</exception>
    public static ElementKind Target(OnnxNode node) => OnnxTypes.Find((int)node.Integer("to", 0)) is { } type
        ? HostArray.KindOf(type)
        : throw NodeCall.Refused($"it casts to the type {node.Integer("to", 0)}, which holds no numbers");

    private static RunningValue Cast(NodeCall call, ElementKind target)
    {
        var value = call.Value(0);
        if (target == ElementKind.Whole && value.Kind == ElementKind.Float)
        {
            return RunningValue.Of(CastOnHost(call, target)); // No kernel drops fractions.
        }

        var x = call.Tensor(0);
        return RunningValue.Of(target == ElementKind.Truth && value.Kind != ElementKind.Truth ? x.NotEqualTo(0) : x.Share(), target);
    }

    /// <summary>Floats become whole numbers towards 0.</summary>
    private static HostArray CastOnHost(NodeCall call, ElementKind target)
    {
        var x = call.Host(0);
        return target == ElementKind.Whole && x.Kind == ElementKind.Float
            ? x.Map(target, value => double.IsFinite(value)
                ? Math.Truncate(value)
                : throw NodeCall.Refused($"it makes a whole number of {value}"))
            : target == x.Kind ? x : x.Map(target, value => value);
    }

    /// <summary>Drops nothing: graphs are run as in evaluation. The mask of what is kept is 1 everywhere.</summary>
    private static IReadOnlyList<RunningValue> Dropout(NodeCall call)
    {
        if (call.Has(2) && call.Host(2).Values is not [0])
        {
            throw NodeCall.Refused("it is written for training, where it drops at random");
        }

        var x = call.Tensor(0);
        var kept = RunningValue.Of(x.Share(), call.Value(0).Kind);
        return call.Node.Outputs.Count == 1 ? [kept]
            : [kept, RunningValue.Of(Tensor.Ones(x.Shape, x.Device), ElementKind.Truth)];
    }

    private static HostArray Constant(NodeCall call)
    {
        var node = call.Node;
        return node.Tensor("value") is { } array ? HostArray.Of(array)
            : node.Has("value_float") ? HostArray.Scalar(ElementKind.Float, node.Float("value_float", 0))
            : node.Has("value_int") ? HostArray.Scalar(ElementKind.Whole, node.Integer("value_int", 0))
            : node.Floats("value_floats") is { } floats
                ? new HostArray(ElementKind.Float, new Shape(floats.Length), Array.ConvertAll(floats, f => (double)f))
            : node.Integers("value_ints") is { } numbers ? HostArray.Whole(Array.ConvertAll(numbers, n => (double)n))
            : throw NodeCall.Refused("it holds neither numbers nor an array of them");
    }
}

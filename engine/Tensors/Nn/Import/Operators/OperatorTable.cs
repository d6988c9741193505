using IlgpuGan.Tensors.Formats.Onnx;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>What computes each operator of a graph: ops on the device, plain loops on the host for shapes and places, or both.</summary>
internal static class OperatorTable
{
    private static readonly OperatorList s_operators = All();

    /// <summary>In order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. s_operators.OnDevice.Keys.Union(s_operators.OnHost.Keys).Order(StringComparer.Ordinal)];

    public static bool Knows(string operation) =>
        s_operators.OnDevice.ContainsKey(operation) || s_operators.OnHost.ContainsKey(operation);

    /// <summary>Whether a node hands floats on as they are.</summary>
    public static bool KeepsFloats(OnnxNode node) => node.Operation == "Identity" || Casts.Target(node) == ElementKind.Float;

    /// <summary>What the host makes of values that it has; null where that is the device's work.</summary>
    public static HostArray? OnHost(NodeCall call) => s_operators.OnHost.GetValueOrDefault(call.Node.Operation)?.Invoke(call);

    /// <summary>Computes a node: on the host where it has all inputs, or where whole numbers must stay exact, else on the device.</summary>
    public static IReadOnlyList<RunningValue> Run(NodeCall call)
    {
        var name = call.Node.Operation;
        var onDevice = s_operators.OnDevice.GetValueOrDefault(name);
        var isExact = s_operators.Exact.Contains(name) && call.Has(0) && call.Value(0).Kind == ElementKind.Whole;
        if ((onDevice is null || isExact || call.IsOnHost) && OnHost(call) is { } made)
        {
            return [RunningValue.Of(made)];
        }

        return onDevice is null ? throw NodeCall.Refused("what it makes is too large for the host") : onDevice(call);
    }

    private static OperatorList All()
    {
        var list = new OperatorList();
        Activations.Add(list);
        Arithmetic.Add(list);
        Attentions.Add(list);
        Casts.Add(list);
        Convolutions.Add(list);
        Einsums.Add(list);
        Grids.Add(list);
        Norms.Add(list);
        Places.Add(list);
        Pools.Add(list);
        Products.Add(list);
        Reductions.Add(list);
        Resizes.Add(list);
        Scatters.Add(list);
        Shapes.Add(list);
        return list;
    }
}

/// <summary>Operators by name.</summary>
internal sealed class OperatorList
{
    public Dictionary<string, Func<NodeCall, IReadOnlyList<RunningValue>>> OnDevice { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Func<NodeCall, HostArray?>> OnHost { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that compute whole numbers on the host, wherever these are.</summary>
    public HashSet<string> Exact { get; } = new(StringComparer.Ordinal);

    /// <summary>An operator that makes floats.</summary>
    public void Floats(string name, Func<NodeCall, Tensor> compute) => OnDevice.Add(name, call => [RunningValue.Of(compute(call))]);

    /// <summary>An operator that makes elements of an input's kind.</summary>
    public void Same(string name, Func<NodeCall, Tensor> compute, int input = 0) =>
        OnDevice.Add(name, call => [RunningValue.Of(compute(call), call.Value(input).Kind)]);

    /// <summary>An operator that makes 0 and 1.</summary>
    public void Masks(string name, Func<NodeCall, Tensor> compute) =>
        OnDevice.Add(name, call => [RunningValue.Of(compute(call), ElementKind.Truth)]);

    /// <summary>What the host computes; null where it leaves that to the device.</summary>
    public void Host(string name, Func<NodeCall, HostArray?> compute) => OnHost.Add(name, compute);
}

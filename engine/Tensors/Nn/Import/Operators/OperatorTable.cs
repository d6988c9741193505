using IlgpuGan.Tensors.Formats.Onnx;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>The implementations of all operators: by ops on the device, by loops on the host (shapes and indices), or both.</summary>
internal static class OperatorTable
{
    private static readonly OperatorList s_operators = All();

    /// <summary>Names of the supported operators, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. s_operators.OnDevice.Keys.Union(s_operators.OnHost.Keys).Order(StringComparer.Ordinal)];

    public static bool Knows(string operation) =>
        s_operators.OnDevice.ContainsKey(operation) || s_operators.OnHost.ContainsKey(operation);

    /// <summary>Whether an identity or a cast leaves floats as they are.</summary>
    public static bool KeepsFloats(OnnxNode node) => node.Operation == "Identity" || Casts.Target(node) == ElementKind.Float;

    /// <summary>Computes a node on the host; null if it must run on the device.</summary>
    public static HostArray? OnHost(NodeCall call) => s_operators.OnHost.GetValueOrDefault(call.Node.Operation)?.Invoke(call);

    /// <summary>Computes a node: on the host if all inputs are in host memory or integers must stay exact, else on the device.</summary>
    public static IReadOnlyList<RunningValue> Run(NodeCall call)
    {
        var name = call.Node.Operation;
        var onDevice = s_operators.OnDevice.GetValueOrDefault(name);
        var isExact = s_operators.Exact.Contains(name) && call.Has(0) && call.Value(0).Kind == ElementKind.Integer;
        if ((onDevice is null || isExact || call.IsOnHost) && OnHost(call) is { } made)
        {
            return [RunningValue.Of(made)];
        }

        return onDevice is null
            ? throw NodeCall.Refused("its output is too large for the host, and no device has a kernel for it")
            : onDevice(call);
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
        Indexing.Add(list);
        Norms.Add(list);
        Pools.Add(list);
        Products.Add(list);
        Reductions.Add(list);
        Resizes.Add(list);
        Scatters.Add(list);
        Shapes.Add(list);
        return list;
    }
}

/// <summary>Implementations of operators by name.</summary>
internal sealed class OperatorList
{
    public Dictionary<string, Func<NodeCall, IReadOnlyList<RunningValue>>> OnDevice { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Func<NodeCall, HostArray?>> OnHost { get; } = new(StringComparer.Ordinal);

    /// <summary>Operators that compute integers on the host even if their inputs are on the device.</summary>
    public HashSet<string> Exact { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds an operator with float output.</summary>
    public void Floats(string name, Func<NodeCall, Tensor> compute) => OnDevice.Add(name, call => [RunningValue.Of(compute(call))]);

    /// <summary>Adds an operator whose output has the element kind of an input.</summary>
    public void Same(string name, Func<NodeCall, Tensor> compute, int input = 0) =>
        OnDevice.Add(name, call => [RunningValue.Of(compute(call), call.Value(input).Kind)]);

    /// <summary>Adds an operator with boolean output, 0 or 1.</summary>
    public void Masks(string name, Func<NodeCall, Tensor> compute) =>
        OnDevice.Add(name, call => [RunningValue.Of(compute(call), ElementKind.Boolean)]);

    /// <summary>Adds an implementation on the host, which returns null if the node must run on the device.</summary>
    public void Host(string name, Func<NodeCall, HostArray?> compute) => OnHost.Add(name, compute);
}

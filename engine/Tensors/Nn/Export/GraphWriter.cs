using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;

namespace IlgpuGan.Tensors.Nn.Export;

/// <summary>
/// The ONNX graph to which modules add their nodes and constants in an export. Weights keep their state-dict keys as names, so that a graph
/// without folding can be read back as a checkpoint.
/// </summary>
public sealed class GraphWriter
{
    /// <summary>TensorProto.DataType.FLOAT.</summary>
    private const long Single = 1;

    private readonly OnnxGraphBuilder _graph;
    private readonly Dictionary<Module, string> _modules = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ModuleTensor, string> _tensors = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);

    /// <param name="graph">the graph to build</param>
    /// <param name="network">the network to export; its keys name the weights</param>
    /// <param name="settings">settings of the export</param>
    /// <exception cref="ExportException">the settings contradict each other</exception>
    internal GraphWriter(OnnxGraphBuilder graph, Module network, GraphSettings settings)
    {
        if (settings is { Fold: true, Statistics: NormStatistics.Picture })
        {
            throw new ExportException("statistics of the picture itself can't be folded into weights; fold the running ones");
        }

        (_graph, Settings) = (graph, settings);
        Visit(network, "");
        foreach (var (name, tensor) in network.NamedTensors())
        {
            _tensors.TryAdd(tensor, name);
        }

        void Visit(Module module, string path)
        {
            _modules.TryAdd(module, path);
            foreach (var (name, child) in module.Children)
            {
                Visit(child, path.Length == 0 ? name : $"{path}.{name}");
            }
        }
    }

    public GraphSettings Settings { get; }

    /// <summary>Adds a node of one output and returns that output's name.</summary>
    /// <param name="operation">the operator of operator set 17, such as <c>Conv</c></param>
    /// <param name="inputs">names of existing values, in the operator's order; empty for an omitted optional one</param>
    /// <param name="attributes">the operator's attributes</param>
    public string Node(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        _graph.Node(operation, inputs, attributes);

    /// <summary>Adds a module's tensor as a constant under its state-dict key; returns the key.</summary>
    public string Tensor(ModuleTensor tensor) => Constant(
        KeyOf(tensor), name => Settings.WithoutValues ? Empty(name) : WeightArrays.Of(name, tensor, half: false));

    /// <summary>Adds the weight of a convolution or linear layer, as 16- or 32-bit floats by the settings; returns its name.</summary>
    /// <param name="weight">the tensor whose key and shape the constant has</param>
    /// <param name="values">the numbers, which may differ from the tensor's own</param>
    /// <remarks>A cast widens 16-bit floats again: not every runtime convolves them, and all sums stay 32 bits wide.</remarks>
    public string Kernel(ModuleTensor weight, float[] values)
    {
        var key = KernelKeyOf(weight);
        if (_constants.TryGetValue(key, out var made))
        {
            return made;
        }

        var array = Settings.WithoutValues ? Empty(key)
            : WeightArrays.Of(key, weight.Shape.ToLongs(), values, Settings.Half);
        var name = _graph.Constant(array);
        return _constants[key] = array.Type == ElementType.F16 ? Node("Cast", [name], OnnxAttribute.Integer("to", Single)) : name;
    }

    /// <summary>Adds a constant unless it exists already, so that modules share constants of the same name; returns its name.</summary>
    public string Constant(string name, Func<string, NamedArray> make)
    {
        if (!_constants.TryGetValue(name, out var made))
        {
            _constants[name] = made = _graph.Constant(make(name));
        }

        return made;
    }

    /// <summary>A constant vector of floats.</summary>
    public string Floats(string name, params float[] values) => Constant(name, n => NamedArray.From(n, [values.Length], values));

    /// <summary>A constant float.</summary>
    public string Scalar(float value) =>
        Constant(
            $"number_{value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}",
            name => NamedArray.From(name, [], new[] { value }));

    /// <summary>A constant vector of integers, such as a shape or axes.</summary>
    public string Integers(string name, params long[] values) => Constant(name, n => NamedArray.From(n, [values.Length], values));

    /// <summary>A constant vector that repeats one float.</summary>
    public string Filled(string kind, int count, float value) => Floats($"{kind}_{count}", Enumerable.Repeat(value, count).ToArray());

    /// <summary>A module's path in the network, for messages: <c>model.3</c>; the network itself is "the network".</summary>
    public string NameOf(Module module) => _modules.TryGetValue(module, out var path) && path.Length > 0 ? path : "the network";

    /// <summary>The exception for a module that can't be exported.</summary>
    /// <param name="module">the module</param>
    /// <param name="why">the feature without a counterpart, <c>with running statistics</c>; null for the module as a whole</param>
    public ExportException HasNoCounterpart(Module module, string? why = null) =>
        new($"{NameOf(module)} is a {module.GetType().Name}{(why is null ? "" : " " + why)}, which the ONNX export has no counterpart for");

    /// <summary>
    /// The key of the weight that a layer computes with: <c>weight</c>, even if the trained tensor's is another, as <c>weight_orig</c>.
    /// </summary>
    internal string KernelKeyOf(ModuleTensor weight) => Reparameterized.WeightKey(KeyOf(weight));

    /// <summary>A layer's weight or bias; empty for a graph without values.</summary>
    internal float[] ValuesOf(ModuleTensor tensor) => Settings.WithoutValues ? [] : tensor.Value.ToArray();

    internal string KeyOf(ModuleTensor tensor) => _tensors.TryGetValue(tensor, out var key)
        ? key
        : throw new ArgumentException($"a tensor {tensor.Shape} is none of the network's that is written", nameof(tensor));

    private static NamedArray Empty(string name) => NamedArray.From(name, [0], Array.Empty<float>());
}

/// <summary>A network can't be exported; the message names the module or the tensor.</summary>
public sealed class ExportException(string message) : NotSupportedException(OptionNames.In(message));

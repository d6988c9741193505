using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;

namespace IlgpuGan.Tensors.Nn.Export;

/// <summary>
/// What modules write themselves to: nodes and constants of an ONNX graph. Weights keep their state-dict keys as names, so that a graph
/// that folds nothing can be read back as a checkpoint.
/// </summary>
public sealed class GraphWriter
{
    /// <summary>TensorProto.DataType.FLOAT.</summary>
    private const long Single = 1;

    private readonly OnnxGraphBuilder _graph;
    private readonly Dictionary<Module, string> _modules = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ModuleTensor, string> _tensors = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);

    /// <param name="graph">the graph that is built</param>
    /// <param name="network">the network whose modules are written; its keys name the weights</param>
    /// <param name="settings">choices</param>
    /// <exception cref="ExportException">the settings contradict each other</exception>
    public GraphWriter(OnnxGraphBuilder graph, Module network, GraphSettings settings)
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
    /// <param name="inputs">values made before, in the operator's order; empty text for an optional one left out</param>
    /// <param name="attributes">the operator's constants</param>
    public string Node(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        _graph.Node(operation, inputs, attributes);

    /// <summary>The numbers of a module's tensor under their state-dict key.</summary>
    public string Tensor(ModuleTensor tensor) => Constant(KeyOf(tensor), name => WeightArrays.Of(name, tensor, half: false));

    /// <summary>The kernel of a convolution or linear layer, or other numbers in its place, as wide as the settings say.</summary>
    /// <param name="weight">whose key names them</param>
    /// <param name="values">as many numbers as it has</param>
    /// <remarks>A half is widened again before it is used: not every runtime convolves halves, and all sums stay 32 bits wide.</remarks>
    public string Kernel(ModuleTensor weight, float[] values)
    {
        var key = KernelKeyOf(weight);
        if (_constants.TryGetValue(key, out var made))
        {
            return made;
        }

        var array = WeightArrays.Of(key, Array.ConvertAll(weight.Shape.ToArray(), extent => (long)extent), values, Settings.Half);
        var name = _graph.Constant(array);
        return _constants[key] = array.Type == ElementType.F16 ? Node("Cast", [name], OnnxAttribute.Integer("to", Single)) : name;
    }

    /// <summary>Numbers that all modules share which ask for this name; made once.</summary>
    public string Constant(string name, Func<string, NamedArray> make)
    {
        if (!_constants.TryGetValue(name, out var made))
        {
            _constants[name] = made = _graph.Constant(make(name));
        }

        return made;
    }

    /// <summary>A vector or matrix of 32-bit numbers.</summary>
    public string Floats(string name, params float[] values) => Constant(name, n => NamedArray.From(n, [values.Length], values));

    /// <summary>One 32-bit number.</summary>
    public string Scalar(float value) =>
        Constant(
            $"number_{value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}",
            name => NamedArray.From(name, [], new[] { value }));

    /// <summary>Whole numbers: shapes, axes, amounts.</summary>
    public string Integers(string name, params long[] values) => Constant(name, n => NamedArray.From(n, [values.Length], values));

    /// <summary>The same number for each of so many channels.</summary>
    public string Filled(string kind, int count, float value) => Floats($"{kind}_{count}", Enumerable.Repeat(value, count).ToArray());

    /// <summary>A module's place in the network, for messages: <c>model.3</c>; the network itself is "the network".</summary>
    public string NameOf(Module module) => _modules.TryGetValue(module, out var path) && path.Length > 0 ? path : "the network";

    /// <summary>What a module throws that can't be written.</summary>
    /// <param name="module">which one</param>
    /// <param name="why">what of it has no counterpart, if not the whole: <c>with running statistics</c></param>
    public ExportException HasNoCounterpart(Module module, string? why = null) =>
        new($"{NameOf(module)} is a {module.GetType().Name}{(why is null ? "" : " " + why)}, which the ONNX export has no counterpart for");

    /// <summary>
    /// The key of what a layer computes with: <c>weight</c>, also where what is trained has another, such as <c>weight_orig</c>.
    /// </summary>
    internal string KernelKeyOf(ModuleTensor weight) => Reparameterized.WeightKey(KeyOf(weight));

    internal string KeyOf(ModuleTensor tensor) => _tensors.TryGetValue(tensor, out var key)
        ? key
        : throw new ArgumentException($"a tensor {tensor.Shape} is none of the network's that is written", nameof(tensor));
}

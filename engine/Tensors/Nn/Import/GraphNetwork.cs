using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Import.Operators;

namespace IlgpuGan.Tensors.Nn.Import;

/// <summary>
/// An ONNX graph as a module: its nodes run as ops of the engine, on any device. Values that depend on the file alone (shapes, axes, small
/// constants) are computed once, when the file is read.
/// </summary>
/// <remarks>
/// Arithmetic is float32, whatever float type the file has. Shapes and indices are computed on the host, and so are the few operators
/// without a device kernel (<c>Floor</c>, casts to integers, …); a graph with one of these can't be part of a <c>RecordedStep</c>.
/// </remarks>
public sealed class GraphNetwork : Module
{
    /// <summary>Constants with more elements are kept on the device only.</summary>
    private const int MaxHostElements = 4096;

    /// <summary>Maximum number of elements that constant folding produces in all; nodes beyond that run with the graph.</summary>
    private const int MaxFoldedElements = 1 << 22;

    /// <summary>Maximum number of elements of a value: 4 GiB.</summary>
    private const long MaxElements = 1L << 30;

    private readonly OnnxGraph _graph;
    private readonly List<OnnxNode> _nodes = [];
    private readonly Dictionary<string, ModuleTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HostArray> _hosts = new(StringComparer.Ordinal);

    /// <summary>Cached uploads of <see cref="_hosts"/> that a node on the device has read.</summary>
    private readonly Dictionary<string, Tensor> _uploads = new(StringComparer.Ordinal);

    /// <summary>Number of reads of each value, by nodes and as outputs of the graph.</summary>
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);

    private GraphNetwork(OnnxGraph graph)
    {
        _graph = graph;
        foreach (var constant in graph.Constants)
        {
            AddConstant(constant.Name, constant);
        }

        RefuseUnknown();
        Fold();
        foreach (var name in _nodes.SelectMany(node => node.Inputs).Concat(graph.Outputs.Select(o => o.Name)))
        {
            _uses[name] = _uses.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>The inputs of <see cref="Forward"/>, in its order.</summary>
    internal IReadOnlyList<OnnxValue> Inputs => _graph.Inputs;

    /// <summary>The outputs of <see cref="Forward"/>, in its order.</summary>
    internal IReadOnlyList<OnnxValue> Outputs => _graph.Outputs;

    /// <summary>Nodes that run in each forward; those folded into constants do not.</summary>
    public int NodeCount => _nodes.Count;

    /// <summary>
    /// The bounds that the last operators give the first output's values: those of an activation, or of an input of bytes, as constants
    /// scale and shift them. Null if they give none, NaN for an unknown one.
    /// </summary>
    internal (double Least, double Most)? Bounds
    {
        get
        {
            var (name, behind) = (Outputs[0].Name, new Stack<OnnxNode>());
            (double Least, double Most)? found = null;
            for (var i = _nodes.Count - 1; i >= 0 && found is null; i--)
            {
                if (!_nodes[i].Outputs.Contains(name))
                {
                    continue;
                }

                found = BoundsOf(_nodes[i]);
                if (found is null)
                {
                    if (SourceOf(_nodes[i]) is not { } source)
                    {
                        return null;
                    }

                    behind.Push(_nodes[i]);
                    name = source;
                }
            }

            if (found is null && Inputs.Any(input => input.Name == name && input.Type == ElementType.U8))
            {
                found = (0, 255);
            }

            return found is { } bounds ? behind.Aggregate(bounds, (values, node) => Scaled(node, values)) : null;
        }
    }

    /// <summary>Reads an ONNX model.</summary>
    /// <param name="path">the model's file</param>
    /// <exception cref="CheckpointFormatException">the file is no ONNX model, or is damaged</exception>
    /// <exception cref="GraphException">it has unsupported operators, or uses one in an unsupported way</exception>
    /// <exception cref="IOException">the file is missing or can't be read</exception>
    public static GraphNetwork Read(string path) => new(OnnxGraph.Read(path));

    /// <summary>Runs the graph.</summary>
    /// <param name="inputs">
    /// one for each of <see cref="Inputs"/>, on the network's device; booleans and integers as floats
    /// </param>
    /// <returns>one for each of <see cref="Outputs"/></returns>
    /// <exception cref="ShapeException">
    /// an input or a value does not fit a node; the message names the file, the node and the reason
    /// </exception>
    /// <exception cref="DeviceException">memory ran out</exception>
    public IReadOnlyList<Tensor> Forward(params IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != Inputs.Count)
        {
            throw new ShapeException(
                $"{_graph.Path}: the graph takes {Inputs.Count} inputs ({string.Join("; ", Inputs)}), not {inputs.Count}");
        }

        var device = inputs.Count > 0
            ? inputs[0].Device
            : _tensors.Values.FirstOrDefault()?.Device ?? throw new ShapeException($"{_graph.Path}: the graph takes nothing");
        var values = new Dictionary<string, RunningValue>(StringComparer.Ordinal);
        try
        {
            for (var i = 0; i < inputs.Count; i++)
            {
                Check(Inputs[i], inputs[i].Shape);
                values[Inputs[i].Name] =
                    RunningValue.Of(inputs[i].Share(), Inputs[i].Type is { } type ? HostArray.KindOf(type) : ElementKind.Float);
            }

            var left = new Dictionary<string, int>(_uses, StringComparer.Ordinal);
            foreach (var node in _nodes)
            {
                Run(node, values, device);
                foreach (var name in node.Inputs.Concat(node.Outputs))
                {
                    Release(name, node.Inputs.Contains(name) ? 1 : 0, values, left);
                }
            }

            return [.. Outputs.Select(o => ValueOf(o.Name, values).On(device).Share())];
        }
        finally
        {
            foreach (var value in values.Values)
            {
                value.Dispose();
            }
        }
    }

    /// <summary>Frees a value after its last reader.</summary>
    private static void Release(string name, int read, Dictionary<string, RunningValue> values, Dictionary<string, int> left)
    {
        if (!values.TryGetValue(name, out var value))
        {
            return;
        }

        left[name] = left.GetValueOrDefault(name) - read;
        if (left[name] <= 0)
        {
            value.Dispose();
            values.Remove(name);
        }
    }

    /// <summary>
    /// What an input's values become before anything else is computed of them, as constants scale and shift them: where they are read by
    /// another operator for the first time, or by two.
    /// </summary>
    internal (double Least, double Most) ScaledFirst(string input, (double Least, double Most) values)
    {
        List<(string Name, (double Least, double Most) Values)> scaled = [(input, values)];
        var (isRead, first) = (false, int.MaxValue);
        foreach (var node in _nodes.Where(node => node.Operation is not ("Shape" or "Size")))
        {
            if (scaled.FindIndex(value => node.Inputs.Contains(value.Name)) is var read and >= 0)
            {
                isRead |= read < scaled.Count - 1 || SourceOf(node) != scaled[read].Name;
                if (isRead)
                {
                    first = Math.Min(first, read);
                }
                else
                {
                    scaled.Add((node.Outputs[0], Scaled(node, scaled[read].Values)));
                }
            }
        }

        return scaled[Math.Min(first, scaled.Count - 1)].Values;
    }

    private (double Least, double Most)? BoundsOf(OnnxNode node) => node.Operation switch
    {
        "Sigmoid" or "HardSigmoid" => (0, 1),
        "Tanh" => (-1, 1),
        "Clip" => (BoundOf(node, 1, "min"), BoundOf(node, 2, "max")),
        _ => null,
    };

    /// <summary>What an operator passes on, or scales or shifts by a constant; null for another operator.</summary>
    private string? SourceOf(OnnxNode node) => node switch
    {
        {
            Operation: "Identity" or "Cast" or "Transpose" or "Reshape" or "Squeeze" or "Unsqueeze" or "Slice" or "Gather" or "Pad",
            Inputs: [var source, ..],
        } => source,
        { Operation: "Add" or "Sub" or "Mul" or "Div", Inputs: [var source, var constant] } when Holds(constant) => source,
        { Operation: "Add" or "Sub" or "Mul", Inputs: [var constant, var source] } when Holds(constant) => source,
        _ => null,
    };

    private bool Holds(string constant) => _hosts.TryGetValue(constant, out var given) && given.Values.Length > 0;

    /// <summary>The bounds of what an operator that has a <see cref="SourceOf"/> makes of values within bounds.</summary>
    private (double Least, double Most) Scaled(OnnxNode node, (double Least, double Most) values)
    {
        if (node.Operation is not ("Add" or "Sub" or "Mul" or "Div"))
        {
            return values;
        }

        var isSecond = Holds(node.Inputs[1]);
        var constants = _hosts[node.Inputs[isSecond ? 1 : 0]].Values;
        double[] ends =
        [
            .. from value in (double[])[values.Least, values.Most]
               from constant in (double[])[constants.Min(), constants.Max()]
               select node.Operation switch
               {
                   "Add" => value + constant,
                   "Sub" => isSecond ? value - constant : constant - value,
                   "Mul" => value * constant,
                   _ => value / constant,
               },
        ];
        return (ends.Min(), ends.Max());
    }

    /// <summary>A bound of a Clip: an input in newer operator sets, an attribute in older ones.</summary>
    private double BoundOf(OnnxNode clip, int input, string attribute) =>
        clip.Inputs.Count > input && _hosts.TryGetValue(clip.Inputs[input], out var given) && given.Values is [var bound]
            ? bound
            : clip.Float(attribute, float.NaN);

    private void Run(OnnxNode node, Dictionary<string, RunningValue> values, Device device)
    {
        var call = new NodeCall(
            node, _graph.OperatorSet, [.. node.Inputs.Select(name => name.Length == 0 ? null : ValueOf(name, values))], device);
        var made = Explained(node, () => OperatorTable.Run(call));
        for (var i = 0; i < made.Count; i++)
        {
            if (made[i].Shape.Count > MaxElements)
            {
                var shape = made[i].Shape;
                DisposeAll(made);
                throw Problem(node, $"it makes {shape}, which has more than {MaxElements} elements");
            }
        }

        if (node.Outputs.Skip(made.Count).FirstOrDefault(o => o.Length > 0) is { } unmade)
        {
            DisposeAll(made);
            throw Problem(node, $"its output '{OnnxNode.Shortened(unmade)}' is not known here");
        }

        for (var i = 0; i < made.Count; i++)
        {
            if (i < node.Outputs.Count && node.Outputs[i].Length > 0)
            {
                values[node.Outputs[i]] = made[i];
            }
            else
            {
                made[i].Dispose();
            }
        }
    }

    private static void DisposeAll(IReadOnlyList<RunningValue> values)
    {
        foreach (var value in values)
        {
            value.Dispose();
        }
    }

    private RunningValue ValueOf(string name, Dictionary<string, RunningValue> values)
    {
        if (values.TryGetValue(name, out var value))
        {
            return value;
        }

        return _tensors.TryGetValue(name, out var tensor)
            ? RunningValue.Borrowed(tensor.Value, _hosts.GetValueOrDefault(name))
            : RunningValue.Of(_hosts[name], device => Uploaded(name, device));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        foreach (var upload in _uploads.Values)
        {
            upload.Dispose();
        }

        _uploads.Clear();
    }

    /// <summary>Uploads a constant of the host, and caches it for the next forward.</summary>
    private Tensor Uploaded(string name, Device device)
    {
        if (_uploads.TryGetValue(name, out var kept))
        {
            if (kept.Device == device)
            {
                return kept;
            }

            kept.Dispose();
        }

        return _uploads[name] = KernelRecording.MakeState(device, () => _hosts[name].On(device).Keep());
    }

    private void Check(OnnxValue input, Shape given)
    {
        if (input.Shape is not { } shape)
        {
            return;
        }

        var fits = shape.Count == given.Rank;
        for (var i = 0; fits && i < given.Rank; i++)
        {
            fits = shape[i].Name is not null || shape[i].Size == given[i];
        }

        ShapeException.ThrowIf(!fits, $"{_graph.Path}: its input {input} does not take {given}");
    }

    /// <summary>
    /// Adds a constant: non-empty float constants become tensors of the module; all others, and small ones too, are kept on the host.
    /// </summary>
    private void AddConstant(string name, NamedArray array)
    {
        var shape = Explained($"its constant '{OnnxNode.Shortened(name)}'", () => HostArray.ShapeOf(array.Shape));
        var isWeight = array.Type.IsFloat && shape.Count > 0;
        if (shape.Count <= MaxHostElements || !isWeight)
        {
            _hosts[name] = HostArray.Of(array);
        }

        if (isWeight)
        {
            var tensor = AddParameter(name, shape, InitialValue.Zero);
            tensor.Initialize(value => value.CopyFrom(array.AsSingle()));
            _tensors[name] = tensor;
        }
    }

    private void RefuseUnknown()
    {
        var unknown = _graph.Nodes.Where(node => !OperatorTable.Knows(node.Operation)).ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        var names = unknown.Select(node => OnnxNode.Shortened(node.Operation)).Distinct(StringComparer.Ordinal).ToList();
        throw new GraphException(
            $"{_graph.Path}: {unknown[0]} is an operator that is not known here"
            + (names.Count > 1 ? $"; the graph has {names.Count} such: {string.Join(", ", names.Take(20))}" : ""));
    }

    /// <summary>Constant folding: computes the nodes whose inputs are all constant, as far as the host can.</summary>
    private void Fold()
    {
        var folded = 0L;
        foreach (var node in _graph.Nodes)
        {
            if (node.Inputs.All(name => name.Length == 0 || _hosts.ContainsKey(name) || _tensors.ContainsKey(name))
                && folded < MaxFoldedElements && TryFold(node) is { } result)
            {
                folded += result;
            }
            else
            {
                _nodes.Add(node);
            }
        }
    }

    /// <summary>Folds a node; returns the number of elements of its output, or null if the node must run on the device.</summary>
    private long? TryFold(OnnxNode node)
    {
        // A constant that only changes its float type or its name needs no new tensor.
        if (node is { Operation: "Identity" or "Cast", Inputs: [var source], Outputs: [var renamed] }
            && _tensors.TryGetValue(source, out var tensor) && Explained($"{node}", () => OperatorTable.KeepsFloats(node)))
        {
            _tensors[renamed] = tensor;
            if (_hosts.TryGetValue(source, out var numbers))
            {
                _hosts[renamed] = numbers;
            }

            return 0;
        }

        if (node.Operation == "Constant" && node.Tensor("value") is { } array && node.Outputs is [var only])
        {
            AddConstant(only, array);
            return array.Count;
        }

        if (node.Outputs.Count != 1 || node.Inputs.Any(name => name.Length > 0 && !_hosts.ContainsKey(name)))
        {
            return null;
        }

        var call = new NodeCall(
            node, _graph.OperatorSet, [.. node.Inputs.Select(name => name.Length == 0 ? null : RunningValue.Of(_hosts[name]))],
            device: null);
        if (Explained($"{node}", () => OperatorTable.OnHost(call)) is not { } made)
        {
            return null;
        }

        _hosts[node.Outputs[0]] = made;
        return made.Values.Length;
    }

    private T Explained<T>(OnnxNode node, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (Exception e) when (e is ArgumentException or ArithmeticException)
        {
            throw Problem(node, e.Message);
        }
    }

    /// <summary>The same while the file is read: there are no inputs yet, so the file is at fault.</summary>
    private T Explained<T>(string where, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (Exception e) when (e is ArgumentException or ArithmeticException)
        {
            throw new GraphException($"{_graph.Path}: {where}: {e.Message}");
        }
    }

    private ShapeException Problem(OnnxNode node, string reason) => new($"{_graph.Path}: {node}: {reason}");
}

/// <summary>A valid ONNX graph can't be run by this engine; the message names the file, the node and the reason.</summary>
public sealed class GraphException(string message) : IOException(message);

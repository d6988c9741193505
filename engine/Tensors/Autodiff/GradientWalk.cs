using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Autodiff;

/// <summary>
/// One backward walk over the recorded nodes, newest first. A gradient and a node's saved tensors are released as soon as the node is
/// done.
/// </summary>
/// <param name="targets">the variables whose gradients are returned; null to accumulate into all leaves that require one</param>
/// <param name="retainGraph">keep the saved tensors</param>
/// <param name="createGraph">record the gradients</param>
/// <param name="completed">called for each leaf whose gradient is complete; without targets only</param>
internal sealed class GradientWalk(Variable[]? targets, bool retainGraph, bool createGraph, Action<Variable>? completed = null)
{
    private readonly PriorityQueue<Node, long> _pending = new();

    /// <summary>Gradients so far of values whose node is pending, and of leaves that are targets.</summary>
    private readonly Dictionary<Variable, Tensor> _gradients = [];

    private readonly Dictionary<Variable, Tensor> _found = [];
    private readonly HashSet<Variable> _targets = [.. targets ?? []];
    private readonly Reachability? _onPath = targets is null ? null : new Reachability(targets);
    private LeafUses? _uses;

    /// <summary>The gradient of each target that was reached; empty without targets.</summary>
    public Dictionary<Variable, Tensor> Run(Tensor output, Tensor? seed)
    {
        if (seed is not null && seed.Shape != output.Shape)
        {
            throw new ShapeException($"backward: the seed {seed.Shape} must have the output's shape {output.Shape}");
        }

        if (output.Variable is not { RequiresGrad: true } root)
        {
            // A constant, such as the slope of a linear critic, depends on none of the targets. Under NoGrad, nobody knows.
            return targets is not null && GradMode.IsEnabled ? _found : throw new AutodiffException(
                $"a tensor {output.Shape} without recorded history has no gradients: no input asked for one, or it was made under " +
                    "NoGrad()");
        }

        using var mode = GradMode.Set(createGraph);
        _uses = completed is null ? null : new LeafUses(root);
        Deliver(root, seed?.Share() ?? Tensor.Ones(output.Shape, output.Device));
        while (_pending.TryDequeue(out var node, out _))
        {
            _gradients.Remove(node.Output, out var dy);
            if (_targets.Contains(node.Output))
            {
                _found.Add(node.Output, dy!.Share());
            }

            Visit(node, dy!);
        }

        foreach (var (leaf, gradient) in _gradients)
        {
            _found.Add(leaf, gradient);
        }

        return _found;
    }

    private void Visit(Node node, Tensor dy)
    {
        using var layer = OpProfile.Resume(node.Layer);
        var needs = NeedsOf(node);
        var gradients = needs.None ? [] : GradientsOf(node, dy, needs);
        if (!retainGraph && !needs.None)
        {
            // A node whose gradient was not computed, such as that of a target itself, can still be differentiated.
            node.Release();
        }

        // Before the results are delivered: if one of them is dy itself, it is then the only handle and can be added to in place.
        dy.Dispose();
        for (var i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is { } gradient)
            {
                if (i < node.Inputs.Length && IsNeeded(node.Inputs[i]))
                {
                    Deliver(node.Inputs[i]!, InShapeOfInput(node, i, gradient));
                }
                else
                {
                    gradient.Dispose();
                }
            }
        }

        if (_uses is { } uses)
        {
            foreach (var input in node.Inputs)
            {
                if (input is { IsLeaf: true } && uses.ReachedLast(input))
                {
                    completed!(input);
                }
            }
        }
    }

    private void Deliver(Variable variable, Tensor gradient)
    {
        if (variable.Producer is null && targets is null)
        {
            if (variable.Gradient is { IsUsable: false })
            {
                throw new AutodiffException(
                    $"a leaf {gradient.Shape} still has the gradient of an earlier step, which ended with it; clear gradients in each " +
                        "step, or freeze what is not trained");
            }

            variable.Gradient = variable.Gradient is { } earlier ? Accumulate(earlier, gradient) : gradient;
        }
        else if (_gradients.TryGetValue(variable, out var sum))
        {
            _gradients[variable] = Accumulate(sum, gradient);
        }
        else
        {
            _gradients.Add(variable, gradient);
            if (variable.Producer is { } producer)
            {
                _pending.Enqueue(producer, -producer.Sequence);
            }
        }
    }

    private GradientNeeds NeedsOf(Node node)
    {
        uint mask = 0;
        for (var i = 0; i < node.Inputs.Length; i++)
        {
            mask |= IsNeeded(node.Inputs[i]) ? GradientNeeds.BitOf(i) : 0;
        }

        return new GradientNeeds(mask);
    }

    /// <summary>Whether the gradient of a node's input is needed, which <see cref="GradientNeeds"/> doesn't say of each of many.</summary>
    private bool IsNeeded(Variable? input) => input is not null && (_onPath is null || _onPath.Contains(input));

    /// <summary>What the op returns: one entry per input, or more, of which those behind are of inputs that were left out.</summary>
    private static Tensor?[] GradientsOf(Node node, Tensor dy, GradientNeeds needs)
    {
        var gradients = node.Op.Gradient(dy, node.Saved, needs);
        return gradients?.Length >= node.Inputs.Length ? gradients : throw new AutodiffException(
            $"{node.Op.Name}: Gradient returned {gradients?.Length ?? 0} gradients for {node.Inputs.Length} inputs; return one for each, " +
                "null where there is none");
    }

    /// <summary>Sums a gradient over the dimensions along which the op broadcast its input; done here once for all ops.</summary>
    private static Tensor InShapeOfInput(Node node, int input, Tensor gradient)
    {
        var shape = node.Inputs[input]!.Shape;
        if (gradient.Shape == shape)
        {
            return gradient;
        }

        if (!node.Broadcasts || !shape.BroadcastsTo(gradient.Shape))
        {
            throw new ShapeException(
                $"{node.Op.Name}: the gradient of input {input + 1} of {node.Inputs.Length} is {gradient.Shape}, but the input is {shape}" +
                    "; return it in the input's shape, or in the output's from an op that Broadcasts");
        }

        using (gradient)
        {
            return gradient.SumTo(shape);
        }
    }

    /// <summary>
    /// The sum of two contributions. Eager code adds in place where no other handle shares the memory; in recorded code the sum is a value
    /// of its own, and the memory plan decides where it lies.
    /// </summary>
    private static Tensor Accumulate(Tensor sum, Tensor contribution)
    {
        using (contribution)
        {
            if (sum.IsExclusive && !GradMode.IsEnabled && sum.Device.Recording is null)
            {
                sum.Device.Kernels.Run(new AddScaledCall(1, contribution.Span, sum.Span));
                return sum;
            }

            using (sum)
            {
                return sum.Add(contribution);
            }
        }
    }
}

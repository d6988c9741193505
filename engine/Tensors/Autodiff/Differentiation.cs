using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Autodiff;

/// <summary>Reverse-mode differentiation: one walk over the recorded nodes, newest first.</summary>
public static class Differentiation
{
    /// <summary>Adds the gradient of a one-element tensor to <see cref="Tensor.Gradient"/> of every leaf that asks for one.</summary>
    public static void Backward(Tensor output, bool retainGraph = false)
    {
        RequireScalar(output);
        Walk(output, Tensor.Ones(output.Shape, output.Device), targets: null, retainGraph, createGraph: false);
    }

    /// <summary>
    /// The gradients of a tensor with respect to chosen tensors (leaves or not); leaves' own gradients are not touched.
    /// </summary>
    /// <param name="output">what is differentiated</param>
    /// <param name="inputs">with respect to what; each must take part in the graph of <paramref name="output"/></param>
    /// <param name="seed">gradient of <paramref name="output"/>, of its shape; ones if null</param>
    /// <param name="createGraph">record the gradients themselves, so that they can be differentiated again</param>
    public static Tensor[] Gradients(Tensor output, ReadOnlySpan<Tensor> inputs, Tensor? seed = null, bool createGraph = false)
    {
        var targets = new Dictionary<Variable, Tensor?>(inputs.Length);
        foreach (var input in inputs)
        {
            targets[input.Variable ?? throw new AutodiffException($"no gradient is recorded for a tensor {input.Shape}: set RequiresGrad before it is used")] = null;
        }

        Walk(output, seed ?? Tensor.Ones(output.Shape, output.Device), targets, retainGraph: createGraph, createGraph);
        var gradients = new Tensor[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            gradients[i] = targets[inputs[i].Variable!]?.Share() ?? Tensor.Zeros(inputs[i].Shape, inputs[i].Device);
        }

        return gradients;
    }

    private static void Walk(Tensor output, Tensor seed, Dictionary<Variable, Tensor?>? targets, bool retainGraph, bool createGraph)
    {
        if (output.Variable is not { RequiresGrad: true } root)
        {
            throw new AutodiffException($"a tensor {output.Shape} without recorded history has no gradients: no input asked for one, or it was made under NoGrad()");
        }

        if (seed.Shape != output.Shape)
        {
            throw new ShapeException($"backward: the seed {seed.Shape} must have the output's shape {output.Shape}");
        }

        using var mode = GradMode.Set(createGraph);
        var pending = new PriorityQueue<Node, long>();
        var gradients = new Dictionary<Variable, Tensor>();
        var onPath = targets is null ? null : new Reachability(targets.Keys);

        Deliver(root, seed.Share());
        while (pending.TryDequeue(out var node, out _))
        {
            var variable = node.Output;
            gradients.Remove(variable, out var dy);
            var inputs = node.Op.Gradient(dy!, node.Saved, NeedsOf(node, onPath));
            for (var i = 0; i < inputs.Length; i++)
            {
                if (inputs[i] is { } gradient && node.Inputs[i] is { } input && (onPath is null || onPath.Contains(input)))
                {
                    Deliver(input, Unbroadcast(gradient, node.InputShapes[i]));
                }
                else
                {
                    inputs[i]?.Dispose();
                }
            }

            if (!retainGraph)
            {
                node.Release();
            }

            if (!createGraph && targets?.ContainsKey(variable) != true)
            {
                dy!.Dispose();
            }
        }

        void Deliver(Variable variable, Tensor gradient)
        {
            if (targets is not null && targets.TryGetValue(variable, out var known))
            {
                targets[variable] = known is null ? gradient.Share() : Accumulate(known, gradient.Share());
            }
            else if (variable.IsLeaf)
            {
                if (targets is null)
                {
                    variable.Gradient = variable.Gradient is null ? gradient : Accumulate(variable.Gradient, gradient);
                }

                return;
            }

            if (variable.Producer is { } producer)
            {
                if (gradients.TryGetValue(variable, out var sum))
                {
                    gradients[variable] = Accumulate(sum, gradient);
                }
                else
                {
                    gradients.Add(variable, gradient);
                    pending.Enqueue(producer, -producer.Sequence);
                }
            }
        }
    }

    /// <summary>Sums a gradient back over the dimensions along which the op repeated its input; done here once for all ops.</summary>
    private static Tensor Unbroadcast(Tensor gradient, Shape shape)
    {
        if (gradient.Shape == shape)
        {
            return gradient;
        }

        var sum = gradient.SumTo(shape);
        if (!GradMode.IsEnabled)
        {
            gradient.Dispose();
        }

        return sum;
    }

    private static GradientNeeds NeedsOf(Node node, Reachability? onPath)
    {
        uint mask = 0;
        for (var i = 0; i < node.Inputs.Length; i++)
        {
            mask |= node.Inputs[i] is { } input && (onPath is null || onPath.Contains(input)) ? 1u << i : 0;
        }

        return new GradientNeeds(mask);
    }

    /// <summary>The sum of two contributions, in place where nobody else can see it.</summary>
    private static Tensor Accumulate(Tensor sum, Tensor contribution)
    {
        if (GradMode.IsEnabled)
        {
            return sum.Add(contribution);
        }

        if (sum.IsExclusive)
        {
            sum.Device.Kernels.AddScaled(1, contribution.Span, sum.Span);
            contribution.Dispose();
            return sum;
        }

        var total = sum.Add(contribution);
        sum.Dispose();
        contribution.Dispose();
        return total;
    }

    private static void RequireScalar(Tensor output)
    {
        if (output.Count != 1)
        {
            throw new AutodiffException($"Backward() starts at a tensor of one element, not {output.Shape}; reduce it first (Mean, Sum) or call Gradients with a seed");
        }
    }
}

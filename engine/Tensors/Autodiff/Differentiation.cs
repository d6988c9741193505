namespace IlgpuGan.Tensors.Autodiff;

/// <summary>Reverse-mode differentiation: the public entry points to <see cref="GradientWalk"/>.</summary>
public static class Differentiation
{
    /// <summary>Adds the gradient of a one-element tensor to <see cref="Tensor.Gradient"/> of every leaf that requires one.</summary>
    /// <param name="output">the tensor to differentiate</param>
    /// <param name="retainGraph">keep the saved tensors, so that the same graph can be differentiated again</param>
    /// <exception cref="AutodiffException">the output has no recorded history, or its graph was released by an earlier backward</exception>
    public static void Backward(Tensor output, bool retainGraph = false) => Backward(output, retainGraph, completed: null);

    /// <summary>The same, with a callback for each leaf once its gradient is complete and the walk needs the leaf no more.</summary>
    internal static void Backward(Tensor output, Action<Variable> completed) => Backward(output, retainGraph: false, completed);

    private static void Backward(Tensor output, bool retainGraph, Action<Variable>? completed)
    {
        if (output.Count != 1)
        {
            throw new AutodiffException($"Backward() starts at a tensor of one element, not {output.Shape}; reduce it first (Mean, Sum) " +
                "or call Gradients with a seed");
        }

        new GradientWalk(targets: null, retainGraph, createGraph: false, completed).Run(output, seed: null);
    }

    /// <summary>
    /// The gradients of a tensor with respect to given tensors, leaves or not. <see cref="Tensor.Gradient"/> of leaves does not change.
    /// Zeros where the output does not depend on an input.
    /// </summary>
    /// <param name="output">the tensor to differentiate</param>
    /// <param name="inputs">the tensors with respect to which it is differentiated</param>
    /// <param name="seed">gradient of <paramref name="output"/>, of its shape; ones if null</param>
    /// <param name="createGraph">record the gradients themselves, so that they can be differentiated again; implies retainGraph</param>
    /// <param name="retainGraph">keep the saved tensors, so that the same graph can be differentiated again</param>
    /// <exception cref="AutodiffException">
    /// an input has no place in the graph, the graph was released, or there is none: the output was computed under
    /// <see cref="GradMode.NoGrad"/>, as this call is
    /// </exception>
    public static Tensor[] Gradients(
        Tensor output, ReadOnlySpan<Tensor> inputs, Tensor? seed = null, bool createGraph = false, bool retainGraph = false)
    {
        var targets = new Variable[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            targets[i] = inputs[i].Variable
                ?? throw new AutodiffException(
                    $"no gradient is recorded for a tensor {inputs[i].Shape}: set RequiresGrad before it is used");
        }

        var found = new GradientWalk(targets, retainGraph || createGraph, createGraph).Run(output, seed);
        var gradients = new Tensor[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            gradients[i] = found.TryGetValue(targets[i], out var gradient)
                ? gradient.Share()
                : Tensor.Zeros(inputs[i].Shape, inputs[i].Device);
        }

        foreach (var gradient in found.Values)
        {
            gradient.Dispose();
        }

        return gradients;
    }
}

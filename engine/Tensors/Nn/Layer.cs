using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Tensors.Nn;

/// <summary>A module of one input and one output, which can stand in a <see cref="Sequential"/>.</summary>
public abstract class Layer : Module
{
    /// <summary>The output for one input; images are [N, C, H, W].</summary>
    public abstract Tensor Forward(Tensor x);

    /// <summary>
    /// The same for an input that nobody reads again: it is disposed, or its memory becomes the output's, which halves what a forward
    /// that records nothing needs. Layers that may overwrite their input do so here.
    /// </summary>
    public virtual Tensor Consume(Tensor x)
    {
        var y = Forward(x);
        if (!ReferenceEquals(x, y))
        {
            x.Dispose();
        }

        return y;
    }

    /// <summary>
    /// Writes what <see cref="Forward"/> computes in evaluation as nodes of an ONNX graph, and returns the value that they make.
    /// </summary>
    /// <param name="graph">where to</param>
    /// <param name="x">name of the layer's input in the graph</param>
    /// <exception cref="ExportException">there is no counterpart</exception>
    public virtual string Export(GraphWriter graph, string x) => throw graph.HasNoCounterpart(this);

    /// <exception cref="ArgumentException">not one input</exception>
    public sealed override IReadOnlyList<string> Export(GraphWriter graph, IReadOnlyList<string> inputs) => inputs.Count == 1
        ? [Export(graph, inputs[0])]
        : throw new ArgumentException(
            $"{graph.NameOf(this)} is a {GetType().Name}, which has one input, not {inputs.Count}", nameof(inputs));
}

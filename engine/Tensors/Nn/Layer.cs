using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Tensors.Nn;

/// <summary>A module of one input and one output; a <see cref="Sequential"/> consists of layers.</summary>
public abstract class Layer : Module
{
    /// <summary>The output for one input; images are [N, C, H, W].</summary>
    public abstract Tensor Forward(Tensor x);

    /// <summary>
    /// Adds nodes to an ONNX graph that compute <see cref="Forward"/> in evaluation mode, and returns the name of their output.
    /// </summary>
    /// <param name="graph">the graph</param>
    /// <param name="x">name of the layer's input in the graph</param>
    /// <exception cref="ExportException">ONNX has no counterpart of the layer</exception>
    public virtual string Export(GraphWriter graph, string x) => throw graph.HasNoCounterpart(this);

    /// <exception cref="ArgumentException">there is not exactly one input</exception>
    public sealed override IReadOnlyList<string> Export(GraphWriter graph, IReadOnlyList<string> inputs) => inputs.Count == 1
        ? [Export(graph, inputs[0])]
        : throw new ArgumentException(
            $"{graph.NameOf(this)} is a {GetType().Name}, which has one input, not {inputs.Count}", nameof(inputs));
}

using IlgpuGan.Tensors.Formats.Onnx;

namespace IlgpuGan.Tensors.Nn.Import;

/// <summary>A graph of one input and one output as a layer.</summary>
public sealed class GraphLayer : Layer
{
    private readonly GraphNetwork _graph;

    /// <param name="path">the graph's file, for messages</param>
    /// <param name="graph">the graph</param>
    /// <exception cref="GraphException">it has another number of inputs or outputs</exception>
    public GraphLayer(string path, GraphNetwork graph)
    {
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
        {
            throw new GraphException(
                $"{path}: the graph takes {graph.Inputs.Count} and makes {graph.Outputs.Count} values; one of each is needed");
        }

        _graph = Add("graph", graph);
    }

    /// <summary>What it takes.</summary>
    public OnnxValue Input => _graph.Inputs[0];

    /// <summary>What it makes.</summary>
    public OnnxValue Output => _graph.Outputs[0];

    public override Tensor Forward(Tensor x) => _graph.Forward(x)[0];
}

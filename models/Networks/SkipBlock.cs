using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>How a block's input is combined with its output.</summary>
public enum SkipConnection
{
    /// <summary>No skip connection: f(x).</summary>
    None,

    /// <summary>Concatenation of x and f(x) along the channels.</summary>
    Concat,

    /// <summary>x + f(x).</summary>
    Sum,
}

/// <summary>Layers with a skip connection.</summary>
/// <param name="skip">how input and output are combined</param>
internal abstract class SkipBlock(SkipConnection skip) : Layer
{
    public SkipConnection Skip { get; } = skip;

    /// <summary>The layers f.</summary>
    public abstract Sequential Layers { get; }

    /// <summary>Called with each output; null for none.</summary>
    private Action<Tensor>? Watched { get; set; }

    /// <summary>
    /// A network's output, and the outputs [N, C, H, W] of its blocks with a skip connection, each before that of the block around it.
    /// </summary>
    public static (Tensor Output, IReadOnlyList<Tensor> Features) ForwardWithFeatures(Layer network, Tensor x)
    {
        List<Tensor> features = [];
        var blocks = network.Descendants().OfType<SkipBlock>().Where(block => block.Skip != SkipConnection.None).ToList();
        blocks.ForEach(block => block.Watched = y => features.Add(y.Share()));
        try
        {
            return (network.Forward(x), features);
        }
        finally
        {
            blocks.ForEach(block => block.Watched = null);
        }
    }

    public override Tensor Forward(Tensor x)
    {
        var y = Skip switch
        {
            SkipConnection.None => Layers.Forward(x),
            SkipConnection.Sum => Layers.ForwardResidual(x),
            _ => Concatenated(x),
        };
        Watched?.Invoke(y);
        return y;
    }

    public override string Export(GraphWriter graph, string x)
    {
        var y = Layers.Export(graph, x);
        return Skip switch
        {
            SkipConnection.Sum => graph.Node("Add", [x, y]),
            SkipConnection.Concat => graph.Node("Concat", [x, y], OnnxAttribute.Integer("axis", 1)),
            _ => y,
        };
    }

    private Tensor Concatenated(Tensor x)
    {
        using var y = Layers.Forward(x);
        return TensorOps.Concat(1, x, y);
    }
}

/// <summary>x + f(x), without an activation after the sum. Key <c>inner</c>.</summary>
internal sealed class Residual : SkipBlock
{
    public Residual(Sequential inner)
        : base(SkipConnection.Sum) => Layers = Add("inner", inner);

    public override Sequential Layers { get; }
}

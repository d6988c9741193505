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

    public override Tensor Forward(Tensor x) => Skip switch
    {
        SkipConnection.None => Layers.Forward(x),
        SkipConnection.Sum => Layers.ForwardResidual(x),
        _ => Concatenated(x),
    };

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

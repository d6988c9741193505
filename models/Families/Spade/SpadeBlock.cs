using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Spade;

/// <summary>
/// A residual block with SPADE norms: twice norm, leaky ReLU and 3×3 convolution. The shortcut is the identity or, if the channels change,
/// a norm and a 1×1 convolution without bias. Convolutions have spectral norm.
/// </summary>
internal sealed class SpadeBlock : Module
{
    private readonly SpectralNorm _conv0;
    private readonly SpectralNorm _conv1;
    private readonly SpectralNorm? _convS;
    private readonly SpadeNorm _norm0;
    private readonly SpadeNorm _norm1;
    private readonly SpadeNorm? _normS;

    public SpadeBlock(int inputs, int outputs, SpadeNormKind norm, int planes, int hidden)
    {
        var middle = Math.Min(inputs, outputs);
        _conv0 = Add("conv_0", new SpectralNorm(new Conv2d(inputs, middle, 3, padding: 1)));
        _conv1 = Add("conv_1", new SpectralNorm(new Conv2d(middle, outputs, 3, padding: 1)));
        _convS = inputs == outputs ? null : Add("conv_s", new SpectralNorm(new Conv2d(inputs, outputs, 1, bias: false)));
        _norm0 = Add("norm_0", new SpadeNorm(norm, inputs, planes, hidden));
        _norm1 = Add("norm_1", new SpadeNorm(norm, middle, planes, hidden));
        _normS = inputs == outputs ? null : Add("norm_s", new SpadeNorm(norm, inputs, planes, hidden));
    }

    /// <param name="x">[N, inputs, H, W]</param>
    /// <param name="labels">the label planes at any size</param>
    public Tensor Forward(Tensor x, LabelPyramid labels)
    {
        using var shortcut = Shortcut(x, labels);
        using var first = Activated(_norm0, x, labels);
        using var middle = _conv0.Forward(first);
        using var second = Activated(_norm1, middle, labels);
        using var y = _conv1.Forward(second);
        return shortcut.Add(y);
    }

    /// <inheritdoc cref="SpadeNorm.Export"/>
    public string Export(GraphWriter graph, string x, string labels)
    {
        var shortcut = _convS is null ? x : _convS.Export(graph, _normS!.Export(graph, x, labels));
        var middle = _conv0.Export(graph, new LeakyRelu().Export(graph, _norm0.Export(graph, x, labels)));
        return graph.Node("Add", [shortcut, _conv1.Export(graph, new LeakyRelu().Export(graph, _norm1.Export(graph, middle, labels)))]);
    }

    private static Tensor Activated(SpadeNorm norm, Tensor x, LabelPyramid labels)
    {
        using var normalized = norm.Forward(x, labels);
        return normalized.LeakyRelu();
    }

    private Tensor Shortcut(Tensor x, LabelPyramid labels)
    {
        if (_convS is null)
        {
            return x.Share();
        }

        using var normalized = _normS!.Forward(x, labels);
        return _convS.Forward(normalized);
    }
}

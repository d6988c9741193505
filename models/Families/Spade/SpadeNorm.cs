using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Spade;

/// <summary>The statistics of a norm before labels scale and shift it.</summary>
/// <param name="IsInstance">each picture's own statistics, else the batch's</param>
/// <param name="Kernel">kernel size of the convolutions of the labels</param>
internal readonly record struct SpadeNormKind(bool IsInstance, int Kernel)
{
    /// <summary><c>spadeinstance3x3</c>, <c>spadebatch3x3</c>, <c>spadesyncbatch5x5</c>; null for anything else.</summary>
    public static SpadeNormKind? Parse(string text)
    {
        string[] kinds = ["spadeinstance", "spadebatch", "spadesyncbatch"];
        var kind = Array.FindIndex(kinds, k => text.StartsWith(k, StringComparison.Ordinal));
        return kind >= 0 && text[kinds[kind].Length..] is [var h, 'x', var w] && h == w && "13579".Contains(h, StringComparison.Ordinal)
            ? new SpadeNormKind(kind == 0, h - '0')
            : null;
    }

    public Layer Create(int channels) => IsInstance ? new InstanceNorm2d(channels) : new BatchNorm2d(channels, affine: false);
}

/// <summary>
/// The spatially-adaptive norm (Park et al. 2019, section 3): norm(x)·(1 + γ) + β, where convolutions compute the maps γ and β from the
/// labels. Keys <c>param_free_norm</c>, <c>mlp_shared.0</c>, <c>mlp_gamma</c>, <c>mlp_beta</c>.
/// </summary>
internal sealed class SpadeNorm : Module
{
    private readonly ModulatedNorm _norm;
    private readonly Sequential _shared;
    private readonly Conv2d _gamma;
    private readonly Conv2d _beta;

    /// <param name="kind">statistics and kernel size</param>
    /// <param name="channels">of the normalised features</param>
    /// <param name="planes">number of label planes</param>
    /// <param name="hidden">channels between labels and γ, β</param>
    public SpadeNorm(SpadeNormKind kind, int channels, int planes, int hidden)
    {
        var (kernel, padding) = (kind.Kernel, kind.Kernel / 2);
        _norm = Add("param_free_norm", new ModulatedNorm(kind.Create(channels)));
        _shared = Add("mlp_shared", new Sequential(new Conv2d(planes, hidden, kernel, padding: padding), new Relu()));
        _gamma = Add("mlp_gamma", new Conv2d(hidden, channels, kernel, padding: padding));
        _beta = Add("mlp_beta", new Conv2d(hidden, channels, kernel, padding: padding));
    }

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="labels">the label planes at any size</param>
    public Tensor Forward(Tensor x, LabelPyramid labels)
    {
        using var hidden = _shared.Forward(labels.At(x.Shape[2], x.Shape[3]));
        using var gamma = _gamma.Forward(hidden);
        using var beta = _beta.Forward(hidden);
        return _norm.Forward(x, gamma, beta);
    }

    /// <param name="graph">receives the nodes</param>
    /// <param name="x">name of the features to normalise</param>
    /// <param name="labels">name of the label planes at the features' size</param>
    public string Export(GraphWriter graph, string x, string labels)
    {
        var hidden = _shared.Export(graph, labels);
        return _norm.Export(graph, [x, _gamma.Export(graph, hidden), _beta.Export(graph, hidden)])[0];
    }
}

/// <summary>
/// Label planes [N, S, H, W] resized to the sizes of the generator's maps, each once, by nearest neighbour: row i of n is row ⌊i·H/n⌋.
/// </summary>
internal sealed class LabelPyramid(Tensor planes) : IDisposable
{
    private static readonly Resizing s_nearest = new(ResizeMode.Nearest);

    private readonly Dictionary<(int, int), Tensor> _levels = [];

    public Tensor At(int height, int width)
    {
        if (!_levels.TryGetValue((height, width), out var level))
        {
            _levels.Add(
                (height, width),
                level = (height, width) == (planes.Shape[2], planes.Shape[3]) ? planes.Share() : planes.Resize((height, width), s_nearest));
        }

        return level;
    }

    public void Dispose()
    {
        foreach (var level in _levels.Values)
        {
            level.Dispose();
        }
    }
}

using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>A generator whose first layers are the encoder that the contrastive loss asks. [N, in, H, W] to [N, out, H, W].</summary>
public abstract class CutGenerator : Layer
{
    /// <summary>All layers, one after the other; the numbers of those that are compared count from the first.</summary>
    private protected abstract IReadOnlyList<Layer> Layers { get; }

    public override Tensor Forward(Tensor x) => Walk(x, [], Layers.Count).Last;

    /// <summary>Features [N, C, H', W'] of some layers for x [N, in, H, W]; layers after the last of them are not computed.</summary>
    /// <param name="x">pictures</param>
    /// <param name="layers">places, ascending</param>
    public IReadOnlyList<Tensor> Features(Tensor x, IReadOnlyList<int> layers) => Walk(x, layers, layers[^1] + 1).Features;

    /// <summary>Pictures made of x, and what layers made of it on the way.</summary>
    /// <inheritdoc cref="Features"/>
    public (Tensor Output, IReadOnlyList<Tensor> Features) ForwardWithFeatures(Tensor x, IReadOnlyList<int> layers) =>
        Walk(x, layers, Layers.Count);

    public override string Export(GraphWriter graph, string x) => Layers.Aggregate(x, (value, layer) => layer.Export(graph, value));

    /// <summary>The picture itself, if the generator can take it.</summary>
    /// <exception cref="ShapeException">it can't</exception>
    private protected abstract Tensor Checked(Tensor x);

    /// <summary>The first layers, up to a number.</summary>
    private (Tensor Last, IReadOnlyList<Tensor> Features) Walk(Tensor x, IReadOnlyList<int> layers, int count)
    {
        var (current, isOurs, features) = (Checked(x), false, new List<Tensor>(layers.Count));
        for (var i = 0; i < count; i++)
        {
            using var layer = OpProfile.Enter(Layers[i]);
            var next = Layers[i].Forward(current);
            if (isOurs && !ReferenceEquals(next, current))
            {
                current.Dispose();
            }

            (current, isOurs) = (next, !layers.Contains(i) && !ReferenceEquals(next, x));
            if (layers.Contains(i))
            {
                features.Add(current);
            }
        }

        return (current, features);
    }
}

using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>A generator whose first layers are the encoder of the contrastive loss. [N, in, H, W] to [N, out, H, W].</summary>
internal abstract class CutGenerator : Layer
{
    /// <summary>All layers in order; compared layers are named by their index.</summary>
    private protected abstract IReadOnlyList<Layer> Layers { get; }

    public override Tensor Forward(Tensor x) => RunLayers(x, [], Layers.Count).Last;

    /// <summary>Features [N, C, H', W'] of some layers for x [N, in, H, W]; layers after the last of them are not computed.</summary>
    /// <param name="x">pictures</param>
    /// <param name="layers">indices, ascending</param>
    public IReadOnlyList<Tensor> Features(Tensor x, IReadOnlyList<int> layers) => RunLayers(x, layers, layers[^1] + 1).Features;

    /// <summary>The generator's output for x, and the features of some layers on the way.</summary>
    /// <inheritdoc cref="Features"/>
    public (Tensor Output, IReadOnlyList<Tensor> Features) ForwardWithFeatures(Tensor x, IReadOnlyList<int> layers) =>
        RunLayers(x, layers, Layers.Count);

    public override string Export(GraphWriter graph, string x) => Layers.Aggregate(x, (value, layer) => layer.Export(graph, value));

    /// <summary>Returns x if the generator accepts its shape.</summary>
    /// <exception cref="ShapeException">it does not</exception>
    private protected abstract Tensor Checked(Tensor x);

    /// <summary>Runs the first <paramref name="count"/> layers, and collects features.</summary>
    private (Tensor Last, IReadOnlyList<Tensor> Features) RunLayers(Tensor x, IReadOnlyList<int> layers, int count)
    {
        var (current, isOwned, features) = (Checked(x), false, new List<Tensor>(layers.Count));
        for (var i = 0; i < count; i++)
        {
            using var layer = Profile?.Enter(Layers[i]);
            var next = Layers[i].Forward(current);
            if (isOwned && !ReferenceEquals(next, current))
            {
                current.Dispose();
            }

            (current, isOwned) = (next, !layers.Contains(i) && !ReferenceEquals(next, x));
            if (layers.Contains(i))
            {
                features.Add(current);
            }
        }

        return (current, features);
    }
}

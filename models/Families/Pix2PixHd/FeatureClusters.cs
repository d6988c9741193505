namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>
/// Cluster centres of the features of each class's instances in the training pictures. Without a photograph to encode, the generator gets
/// one of them for each class (Wang et al. 2018, section 3.4). It has no parameters. Buffer <c>centres</c> [classes, clusters, features]; 0
/// for classes without instances.
/// </summary>
internal sealed class FeatureClusters : Module
{
    private readonly ModuleTensor _centres;

    public FeatureClusters(int classes, int clusters, int features) =>
        _centres = AddBuffer("centres", new Shape(classes, clusters, features), InitialValue.Zero);

    /// <summary>The features of each class: the given ones, or else a random cluster centre.</summary>
    /// <param name="numbers">
    /// random numbers, [1, classes · clusters]: the cluster with a class's largest number is chosen, each with equal probability
    /// </param>
    /// <param name="known">given features, by class; null for none</param>
    /// <returns>[features, classes, 1, 1]: the weights of a convolution from classes to features</returns>
    public Tensor Choose(Tensor numbers, IReadOnlyDictionary<int, float[]>? known = null)
    {
        var (classes, clusters, features) = (_centres.Shape[0], _centres.Shape[1], _centres.Shape[2]);
        var (drawn, centres) = (numbers.ToArray(), _centres.Value.ToArray());
        var weights = new float[features * classes];
        for (var c = 0; c < classes; c++)
        {
            var ofClass = drawn.AsSpan(c * clusters, clusters);
            var chosen = 0;
            for (var k = 1; k < clusters; k++)
            {
                chosen = ofClass[k] > ofClass[chosen] ? k : chosen;
            }

            ReadOnlySpan<float> own = known is not null && known.TryGetValue(c, out var given)
                ? given
                : centres.AsSpan(((c * clusters) + chosen) * features, features);
            for (var f = 0; f < features; f++)
            {
                weights[(f * classes) + c] = own[f];
            }
        }

        return Tensor.From(weights, new Shape(features, classes, 1, 1), numbers.Device);
    }

    /// <summary>Sets the centres of each class; a class without instances has none.</summary>
    internal void SetCentres(IReadOnlyList<IReadOnlyList<float[]>> centres)
    {
        var (clusters, features) = (_centres.Shape[1], _centres.Shape[2]);
        var values = new float[_centres.Shape.Count];
        foreach (var (c, ofClass) in centres.Index())
        {
            foreach (var (k, centre) in ofClass.Index())
            {
                centre.CopyTo(values, ((c * clusters) + k) * features);
            }
        }

        _centres.Value.CopyFrom(values);
    }
}

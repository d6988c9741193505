namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>
/// What features the instances of each class had in the training pictures, as centres of clusters: where there is no photograph to encode,
/// a generator is given one of them (Wang et al. 2018, section 3.4). Nothing of it is trained. Buffer <c>centres</c> [classes, clusters,
/// features]; those of a class that was never seen are 0.
/// </summary>
public sealed class FeatureClusters : Module
{
    private readonly ModuleTensor _centres;

    public FeatureClusters(int classes, int clusters, int features) =>
        _centres = AddBuffer("centres", new Shape(classes, clusters, features), InitialValue.Zero);

    /// <summary>One cluster of each class, or what is known of the class.</summary>
    /// <param name="numbers">
    /// [1, classes · clusters]: of a class the cluster with the largest number is taken, so that N(0, 1) takes each as often
    /// </param>
    /// <param name="known">features of classes, by the class, that take the place of a cluster's; null for none</param>
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

    /// <summary>Takes over the centres of each class; none for one that was never seen.</summary>
    internal void Take(IReadOnlyList<IReadOnlyList<float[]>> centres)
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

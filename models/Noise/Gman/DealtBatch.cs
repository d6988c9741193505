using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Families.Gman;

/// <summary>
/// A batch divided among the discriminators: each has its part of the pictures and of the fakes. With split samples, only the hands of
/// those discriminators whose part has this sample; all samples have the same number of fakes.
/// </summary>
internal sealed class DealtBatch
{
    private readonly BatchView _view;
    private readonly IReadOnlyList<Hand> _hands;
    private readonly int _discriminators;

    public DealtBatch(BatchView view, int discriminators)
    {
        (_view, _discriminators) = (view, discriminators);
        var parts = Parts(view.Count, discriminators);
        if (view.Sample is { } sample)
        {
            _hands = [.. parts.Index().Where(p => p.Item.Has(sample))
                .Select((p, n) => new Hand(p.Index, new SamplePart(0, 1), new SamplePart(n, 1), view.WeightOf(p.Item)))];
            Fakes = Math.Max(1, (discriminators + view.Count - 1) / view.Count);
        }
        else
        {
            Fakes = parts.Sum(p => p.Count);
            var fakes = Parts(Fakes, discriminators);
            _hands = [.. parts.Select((part, i) => new Hand(i, part, fakes[i], Weight: 1))];
        }
    }

    /// <summary>Number of fakes that the hands need.</summary>
    public int Fakes { get; }

    /// <summary>
    /// Divides a batch into consecutive parts whose sizes differ by at most one. In a batch with fewer samples than parts, some share a
    /// sample.
    /// </summary>
    public static IReadOnlyList<SamplePart> Parts(int count, int parts) => [.. Enumerable.Range(0, parts).Select(i =>
    {
        var first = (int)((long)i * count / parts);
        return new SamplePart(first, Math.Max((int)((i + 1L) * count / parts) - first, 1));
    })];

    /// <summary>A value [1] of each discriminator, [discriminators].</summary>
    public Tensor Values(Func<Hand, Tensor> value)
    {
        Tensor[] own = [.. _hands.Select(value)];
        if (_view.Samples is not { } samples)
        {
            return TensorOps.Concat(0, own);
        }

        Tensor[] all = [.. Enumerable.Range(0, _discriminators).Select(_ => Tensor.Zeros(new Shape(1), own[0].Device))];
        foreach (var (hand, one) in _hands.Zip(own))
        {
            all[hand.Discriminator] = one * hand.Weight;
        }

        return samples.Mean(TensorOps.Concat(0, all));
    }

    /// <summary>The sum of the discriminators' losses; with split samples, this sample's weighted contribution to it.</summary>
    public Tensor Sum(Func<Hand, Tensor> cost) =>
        _hands.Select(h => h.Weight == 1 ? cost(h) : cost(h) * h.Weight).Aggregate((sum, next) => sum + next);
}

/// <summary>A discriminator's part of a batch.</summary>
/// <param name="Discriminator">its index</param>
/// <param name="Real">its part of the pictures</param>
/// <param name="Fake">its part of the fakes</param>
/// <param name="Weight">of the hand in the discriminator's mean; 1 unless samples are split</param>
internal readonly record struct Hand(int Discriminator, SamplePart Real, SamplePart Fake, float Weight)
{
    public Tensor RealOf(Tensor pictures) => Of(pictures, Real);

    public Tensor FakeOf(Tensor made) => Of(made, Fake);

    private static Tensor Of(Tensor all, SamplePart part) =>
        part.Count == all.Shape[0] ? all.Share() : all.Slice(0, part.First, part.Count);
}

using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Gman;

/// <summary>
/// GMAN (Durugkar et al. 2016): one generator against several discriminators, each with its own part of the pictures and fakes. Losses:
/// D_real and D_fake, means over the discriminators; V_0, V_1, …, the generator's objective for each discriminator; G_GAN, their weighted
/// mean, which the generator minimises.
/// </summary>
internal sealed class GmanModel : NoiseModel<GmanOptions>
{
    private readonly PictureDiscriminator[] _judges;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public GmanModel(GmanOptions options, Device device)
        : base(options, device)
    {
        string[] names = [.. GmanFamily.DiscriminatorsOf(options)];
        _judges = Array.ConvertAll(names, Network<PictureDiscriminator>);
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", names);
    }

    /// <summary>All networks are updated from the same state, with the same codes.</summary>
    protected override void Update(string phase, Batch batch)
    {
        var picture = batch[LabelledPictures.NameOfPicture];
        var (slices, fakes) = SlicesOf(batch);
        SetTrainable(false);
        _adamG.ClearGradients();
        using var made = Make(Codes("z", fakes), labels: null);
        var values = ValuesOf(made, slices);
        var loss = GmanValue.Mix(
            values, Options.Mean, Options.LambdaMean, areNegative: Options.Objective == GeneratorObjective.Original);
        loss.Backward();

        SetTrainable(true);
        var constant = made.Detach();
        var (real, fake) = (
            Total(slices, slice => -ProbabilityOf(slice, picture, slice.Real).Log().Mean()),
            Total(slices, slice => -(1 - ProbabilityOf(slice, constant, slice.Fake)).Log().Mean()));
        _adamD.Minimize(real + fake);
        _adamG.Step();
        _adamG.ClearGradients();

        Report("D_real", real.Detach() * (1f / _judges.Length));
        Report("D_fake", fake.Detach() * (1f / _judges.Length));
        for (var i = 0; i < _judges.Length; i++)
        {
            Report($"V_{i}", values.Slice(0, i, 1));
        }

        Report("G_GAN", loss);
    }

    /// <summary>
    /// Divides a batch into consecutive parts whose sizes differ by at most one, one per discriminator. In a batch with fewer samples than
    /// discriminators, some share a sample.
    /// </summary>
    internal static IReadOnlyList<(int First, int Length)> Parts(int count, int parts) => [.. Enumerable.Range(0, parts).Select(i =>
    {
        var first = (int)((long)i * count / parts);
        return (first, Math.Max((int)((i + 1L) * count / parts) - first, 1));
    })];

    /// <summary>
    /// The slices of a batch for each discriminator, and the number of fakes they need. With split samples, the slices of those
    /// discriminators whose part has this sample; all samples have the same number of fakes.
    /// </summary>
    private (IReadOnlyList<DiscriminatorSlice> Slices, int Fakes) SlicesOf(Batch batch)
    {
        var total = SplitSampleCount > 1 ? SplitSampleCount : batch.Size;
        var parts = Parts(total, _judges.Length);
        if (SplitSampleCount == 1)
        {
            var fakes = parts.Sum(p => p.Length);
            var fakeParts = Parts(fakes, _judges.Length);
            return ([.. parts.Select((part, i) => new DiscriminatorSlice(i, part, fakeParts[i], 1))], fakes);
        }

        var own = batch.Share.First;
        var slices = parts.Index().Where(p => p.Item.First <= own && own < p.Item.First + p.Item.Length)
            .Select((p, n) => new DiscriminatorSlice(p.Index, (0, 1), (n, 1), (float)total / p.Item.Length));
        return ([.. slices], Math.Max(1, (_judges.Length + total - 1) / total));
    }

    /// <summary>V of each discriminator, [discriminators].</summary>
    private Tensor ValuesOf(Tensor made, IReadOnlyList<DiscriminatorSlice> slices)
    {
        Tensor[] own =
            [.. slices.Select(s => GmanValue.Of(Options.Objective, _judges[s.Discriminator].Forward(PartOf(made, s.Fake), null)))];
        if (SplitSampleCount == 1)
        {
            return TensorOps.Concat(0, own);
        }

        Tensor[] all = [.. _judges.Select((_, i) => Tensor.Zeros(new Shape(1), Device))];
        foreach (var (slice, value) in slices.Zip(own))
        {
            all[slice.Discriminator] = value * slice.Weight;
        }

        return AllReduceMean(TensorOps.Concat(0, all));
    }

    private Tensor ProbabilityOf(DiscriminatorSlice slice, Tensor all, (int First, int Length) part) =>
        GmanValue.Probability(_judges[slice.Discriminator].Forward(PartOf(all, part), null));

    private static Tensor PartOf(Tensor all, (int First, int Length) part) =>
        part.Length == all.Shape[0] ? all.Share() : all.Slice(0, part.First, part.Length);

    /// <summary>The sum of the discriminators' losses; with split samples, this sample's weighted contribution to it.</summary>
    private static Tensor Total(IReadOnlyList<DiscriminatorSlice> slices, Func<DiscriminatorSlice, Tensor> cost) =>
        slices.Select(s => s.Weight == 1 ? cost(s) : cost(s) * s.Weight).Aggregate((sum, next) => sum + next);

    private void SetTrainable(bool trainable)
    {
        foreach (var judge in _judges)
        {
            judge.RequiresGrad = trainable;
        }
    }

    /// <summary>A discriminator's part of a batch.</summary>
    /// <param name="Discriminator">its index</param>
    /// <param name="Real">its part of the pictures</param>
    /// <param name="Fake">its part of the fakes</param>
    /// <param name="Weight">of the slice in the discriminator's mean; 1 unless samples are split</param>
    private readonly record struct DiscriminatorSlice(
        int Discriminator, (int First, int Length) Real, (int First, int Length) Fake, float Weight);
}

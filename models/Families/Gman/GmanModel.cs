using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Gman;

/// <summary>
/// GMAN (Durugkar et al. 2016): one generator before several discriminators, each of which sees its own part of the pictures and of the
/// fakes. Losses: D_real and D_fake, the discriminators' mean; V_0, V_1, …, what each says of its fakes; G_GAN, the mean of these that the
/// generator lowers.
/// </summary>
public sealed class GmanModel : NoiseModel<GmanOptions>
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

    /// <summary>All networks learn from what they were before the step, of the same codes.</summary>
    protected override void Update(string phase, Batch batch)
    {
        var picture = batch[LabelledPictures.NameOfPicture];
        var (sights, fakes) = SightsOf(batch);
        SetTrainable(false);
        _adamG.ClearGradients();
        using var made = Make(Codes("z", fakes), labels: null);
        var values = ValuesOf(made, sights);
        var loss = GmanValue.Mix(
            values, Options.Mean, Options.LambdaMean, areNegative: Options.Objective == GeneratorObjective.Original);
        loss.Backward();

        SetTrainable(true);
        var constant = made.Detach();
        var (real, fake) = (
            Total(sights, sight => -ProbabilityOf(sight, picture, sight.Real).Log().Mean()),
            Total(sights, sight => -(1 - ProbabilityOf(sight, constant, sight.Fake)).Log().Mean()));
        _adamD.Minimize(real + fake);
        _adamG.Step();
        _adamG.ClearGradients();

        Report("D_real", real.Detach() / _judges.Length);
        Report("D_fake", fake.Detach() / _judges.Length);
        for (var i = 0; i < _judges.Length; i++)
        {
            Report($"V_{i}", values.Slice(0, i, 1));
        }

        Report("G_GAN", loss);
    }

    /// <summary>
    /// What each of so many gets of a batch: equal parts one behind the other, or one more or less; of a batch that is too small some get
    /// the same picture.
    /// </summary>
    internal static IReadOnlyList<(int First, int Length)> Parts(int count, int takers) => [.. Enumerable.Range(0, takers).Select(i =>
    {
        var first = (int)((long)i * count / takers);
        return (first, Math.Max((int)((i + 1L) * count / takers) - first, 1));
    })];

    /// <summary>
    /// Which discriminator sees what of a batch, and how many fakes that takes. Of a sample by itself, those whose part it is in: it has as
    /// many fakes as all others, and stands for all of a part.
    /// </summary>
    private (IReadOnlyList<Sight> Sights, int Fakes) SightsOf(Batch batch)
    {
        var total = SamplesApart > 1 ? SamplesApart : batch.Size;
        var parts = Parts(total, _judges.Length);
        if (SamplesApart == 1)
        {
            var fakes = parts.Sum(p => p.Length);
            var fakeParts = Parts(fakes, _judges.Length);
            return ([.. parts.Select((part, i) => new Sight(i, part, fakeParts[i], 1))], fakes);
        }

        var own = batch.Share.First;
        var sights = parts.Index().Where(p => p.Item.First <= own && own < p.Item.First + p.Item.Length)
            .Select((p, n) => new Sight(p.Index, (0, 1), (n, 1), (float)total / p.Item.Length));
        return ([.. sights], Math.Max(1, (_judges.Length + total - 1) / total));
    }

    /// <summary>V of each discriminator, [discriminators].</summary>
    private Tensor ValuesOf(Tensor made, IReadOnlyList<Sight> sights)
    {
        Tensor[] own = [.. sights.Select(s => GmanValue.Of(Options.Objective, _judges[s.Judge].Forward(PartOf(made, s.Fake), null)))];
        if (SamplesApart == 1)
        {
            return TensorOps.Concat(0, own);
        }

        Tensor[] all = [.. _judges.Select((_, i) => Tensor.Zeros(new Shape(1), Device))];
        foreach (var (sight, value) in sights.Zip(own))
        {
            all[sight.Judge] = value * sight.Weight;
        }

        return MeanOfSamples(TensorOps.Concat(0, all));
    }

    private Tensor ProbabilityOf(Sight sight, Tensor all, (int First, int Length) part) =>
        GmanValue.Probability(_judges[sight.Judge].Forward(PartOf(all, part), null));

    private static Tensor PartOf(Tensor all, (int First, int Length) part) =>
        part.Length == all.Shape[0] ? all.Share() : all.Slice(0, part.First, part.Length);

    /// <summary>The sum over discriminators; of a sample by itself what it has of their means.</summary>
    private static Tensor Total(IReadOnlyList<Sight> sights, Func<Sight, Tensor> cost) =>
        sights.Select(s => s.Weight == 1 ? cost(s) : cost(s) * s.Weight).Aggregate((sum, next) => sum + next);

    private void SetTrainable(bool trainable)
    {
        foreach (var judge in _judges)
        {
            judge.RequiresGrad = trainable;
        }
    }

    /// <summary>What a discriminator sees of a batch.</summary>
    /// <param name="Judge">which</param>
    /// <param name="Real">its part of the pictures</param>
    /// <param name="Fake">its part of the fakes</param>
    /// <param name="Weight">what that counts in its mean</param>
    private readonly record struct Sight(int Judge, (int First, int Length) Real, (int First, int Length) Fake, float Weight);
}

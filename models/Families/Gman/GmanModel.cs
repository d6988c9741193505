using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Gman;

/// <summary>
/// GMAN (Durugkar et al. 2016): one generator before several discriminators, each of which sees its own part of the pictures and of the
/// fakes. Losses: D_real and D_fake, the discriminators' mean; V_0, V_1, …, what each says of its fakes; G_GAN, the mean of these that the
/// generator lowers.
/// </summary>
public sealed class GmanModel : NoiseModel<GmanOptions>
{
    private readonly Judge[] _judges;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public GmanModel(GmanOptions options, Device device)
        : base(options, device)
    {
        string[] names = [.. GmanFamily.DiscriminatorsOf(options)];
        _judges = Array.ConvertAll(names, Network<Judge>);
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", names);
    }

    /// <summary>All networks learn from what they were before the step, of the same codes.</summary>
    protected override void Update(string phase, Batch batch)
    {
        var picture = batch[LabelledPictures.NameOfPicture];
        var parts = Parts(picture.Shape[0], _judges.Length);
        var fakeParts = Parts(parts.Sum(p => p.Length), _judges.Length);
        SetTrainable(false);
        _adamG.ClearGradients();
        using var made = Make(Codes("z", parts.Sum(p => p.Length)), labels: null);
        Tensor[] values =
            [.. _judges.Select((judge, i) => GmanValue.Of(Options.Objective, judge.Forward(PartOf(made, fakeParts[i]), null)))];
        var loss = GmanValue.Mix(
            TensorOps.Concat(0, values), Options.Mean, Options.LambdaMean, areNegative: Options.Objective == GmanObjective.Original);
        loss.Backward();

        SetTrainable(true);
        var constant = made.Detach();
        var (real, fake) = (
            Total((judge, i) => -GmanValue.Probability(judge.Forward(PartOf(picture, parts[i]), null)).Log().Mean()),
            Total((judge, i) => -(1 - GmanValue.Probability(judge.Forward(PartOf(constant, fakeParts[i]), null))).Log().Mean()));
        _adamD.Minimize(real + fake);
        _adamG.Step();
        _adamG.ClearGradients();

        Report("D_real", real.Detach() / _judges.Length);
        Report("D_fake", fake.Detach() / _judges.Length);
        foreach (var (i, value) in values.Index())
        {
            Report($"V_{i}", value);
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

    private static Tensor PartOf(Tensor all, (int First, int Length) part) =>
        part.Length == all.Shape[0] ? all.Share() : all.Slice(0, part.First, part.Length);

    private Tensor Total(Func<Judge, int, Tensor> cost) => _judges.Select(cost).Aggregate((sum, next) => sum + next);

    private void SetTrainable(bool trainable)
    {
        foreach (var judge in _judges)
        {
            judge.RequiresGrad = trainable;
        }
    }
}

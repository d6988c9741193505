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

    public GmanModel(Family family, GmanOptions options, Device device)
        : base(family, options, device)
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
        var dealt = new DealtBatch(ViewOf(batch), _judges.Length);
        SetTrainable(false);
        _adamG.ClearGradients();
        using var made = Make(Codes("z", dealt.Fakes), labels: null);
        var values = dealt.Values(
            hand => GmanValue.Of(Options.Objective, _judges[hand.Discriminator].Forward(hand.FakeOf(made), null)));
        var loss = GmanValue.Mix(
            values, Options.Mean, Options.LambdaMean, areNegative: Options.Objective == GeneratorObjective.Original);
        loss.Backward();

        SetTrainable(true);
        var constant = made.Detach();
        var (real, fake) = (
            dealt.Sum(hand => -Probability(hand, hand.RealOf(picture)).Log().Mean()),
            dealt.Sum(hand => -(1 - Probability(hand, hand.FakeOf(constant))).Log().Mean()));
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

    private Tensor Probability(Hand hand, Tensor pictures) =>
        GmanValue.Probability(_judges[hand.Discriminator].Forward(pictures, null));

    private void SetTrainable(bool trainable)
    {
        foreach (var judge in _judges)
        {
            judge.RequiresGrad = trainable;
        }
    }
}

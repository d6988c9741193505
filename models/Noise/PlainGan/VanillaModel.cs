using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>
/// A GAN's step (Goodfellow et al. 2014, Algorithm 1): the discriminator learns to tell pictures from fakes, then the generator maximises
/// log D(G(z)) or minimises log(1 − D(G(z))), with new codes. Losses: D_real, D_fake, or D_GAN under rpgan, D_gp, D_R1, D_R2 of penalties,
/// G_GAN.
/// </summary>
internal class VanillaModel : NoiseModel<NoiseOptions>
{
    private readonly GanLoss _loss;
    private readonly IAdversarialOptions _adversarial;
    private readonly GeneratorObjective _objective;
    private readonly PictureDiscriminator _judge;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public VanillaModel(Family family, NoiseOptions options, GeneratorObjective objective, Device device)
        : base(family, options, device)
    {
        (_objective, _adversarial) = (objective, (IAdversarialOptions)options);
        _loss = new GanLoss(_adversarial.GanMode);
        _judge = Network<PictureDiscriminator>(NoiseOptions.DiscriminatorName);
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", NoiseOptions.DiscriminatorName);
    }

    /// <summary>Applies a further weight to a penalty.</summary>
    private protected virtual Tensor Weighted(Tensor penalty) => penalty;

    protected override void Update(string phase, Batch batch)
    {
        var (picture, labels) = (batch[LabelledPictures.NameOfPicture], LabelsOf(batch));
        var count = FakesFor(batch.Size);
        using var fakeLabels = labels?.Expand(count, Options.LabelCount);
        TrainDiscriminator(picture, labels, count, fakeLabels);
        TrainGenerator(picture, labels, count, fakeLabels);
    }

    /// <summary>An objective that belongs to the minimax game needs its loss.</summary>
    internal static void AddContradictions(GeneratorObjective objective, GanMode mode, List<string> found)
    {
        if (objective == GeneratorObjective.Original && mode != GanMode.Vanilla)
        {
            found.Add($"--objective original is a loss of --gan-mode vanilla, not of {OptionsJson.TextOf(mode)}");
        }
    }

    private void TrainDiscriminator(Tensor picture, Tensor? labels, int count, Tensor? fakeLabels)
    {
        _judge.RequiresGrad = true;
        _adamD.ClearGradients();
        var ofReal = _judge.Forward(picture, labels);
        if (!_loss.IsRelative)
        {
            (Report("D_real", _loss.Of(ofReal, real: true)) * 0.5f).Backward();
        }

        using var made = MakeConstant(Codes("z_D", count), fakeLabels);
        var ofFake = _judge.Forward(made, fakeLabels);
        var loss = _loss.IsRelative
            ? Report("D_GAN", _loss.Relative(ofReal, ofFake))
            : Report("D_fake", _loss.Of(ofFake, real: false)) * 0.5f;
        _adamD.FinishStep(WithPenalties(_adversarial, loss, penalty => $"D_{penalty}", Scores, picture, made, Weighted));

        Tensor Scores(Tensor x) => _judge.Forward(x, x.Shape[0] == count ? fakeLabels : labels);
    }

    private void TrainGenerator(Tensor picture, Tensor? labels, int count, Tensor? fakeLabels)
    {
        _judge.RequiresGrad = false;
        var scores = _judge.Forward(Make(Codes("z_G", count), fakeLabels), fakeLabels);
        var loss = _objective == GeneratorObjective.Original
            ? -_loss.Of(scores, real: false)
            : _loss.OfGenerator(scores, () => _judge.Forward(picture, labels));
        _adamG.Minimize(loss);
        Report("G_GAN", loss);
    }
}

using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>
/// A GAN's step (Goodfellow et al. 2014, Algorithm 1): the discriminator learns to tell pictures from fakes, then the generator maximises
/// log D(G(z)) or minimises log(1 − D(G(z))), with new codes. Losses: D_real, D_fake, G_GAN.
/// </summary>
public sealed class VanillaModel : NoiseModel<NoiseOptions>
{
    private readonly GanLoss _loss = new(GanMode.Vanilla);
    private readonly GeneratorObjective _objective;
    private readonly PictureDiscriminator _judge;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public VanillaModel(NoiseOptions options, GeneratorObjective objective, Device device)
        : base(options, device)
    {
        _objective = objective;
        _judge = Network<PictureDiscriminator>(NoiseOptions.DiscriminatorName);
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", NoiseOptions.DiscriminatorName);
    }

    protected override void Update(string phase, Batch batch)
    {
        var (picture, labels) = (batch[LabelledPictures.NameOfPicture], LabelsOf(batch));
        var count = FakesFor(batch.Size);
        using var fakeLabels = labels?.Expand(count, Options.LabelCount);
        TrainDiscriminator(picture, labels, count, fakeLabels);
        TrainGenerator(count, fakeLabels);
    }

    private void TrainDiscriminator(Tensor picture, Tensor? labels, int count, Tensor? fakeLabels)
    {
        _judge.RequiresGrad = true;
        _adamD.ClearGradients();
        var real = _loss.Of(_judge.Forward(picture, labels), real: true);
        (real * 0.5f).Backward();
        using var made = MakeConstant(Codes("z_D", count), fakeLabels);
        var fake = _loss.Of(_judge.Forward(made, fakeLabels), real: false);
        _adamD.FinishStep(fake * 0.5f);
        Report("D_real", real);
        Report("D_fake", fake);
    }

    private void TrainGenerator(int count, Tensor? fakeLabels)
    {
        _judge.RequiresGrad = false;
        var scores = _judge.Forward(Make(Codes("z_G", count), fakeLabels), fakeLabels);
        var loss = _objective == GeneratorObjective.Original ? -_loss.Of(scores, real: false) : _loss.Of(scores, real: true);
        _adamG.Minimize(loss);
        Report("G_GAN", loss);
    }
}

using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Ebgan;

/// <summary>
/// EBGAN (Zhao et al. 2016): the discriminator is an auto-encoder, and a picture's energy is its reconstruction error. The discriminator
/// lowers the energy of real pictures and raises that of fakes up to a margin; the generator minimises the energy of its pictures, with a
/// pulling-away term on their codes. Losses: D_real, D_fake (the hinge), G_GAN, G_PT (weighted). Optionally the auto-encoder is first
/// trained on real pictures alone (<see cref="EbganOptions.PretrainD"/>).
/// </summary>
internal sealed class EbganModel : NoiseModel<EbganOptions>
{
    private const string Pretraining = "pretraining";

    private readonly AutoEncoder _discriminator;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public EbganModel(Family family, EbganOptions options, Device device)
        : base(family, options, device)
    {
        _discriminator = Network<AutoEncoder>(NoiseOptions.DiscriminatorName);
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", NoiseOptions.DiscriminatorName);
    }

    public override string PhaseAt(long step) => step < Options.PretrainD ? Pretraining : base.PhaseAt(step);

    protected override void Update(string phase, Batch batch)
    {
        if (phase == Pretraining)
        {
            _discriminator.RequiresGrad = true;
            var energy = _discriminator.Forward(batch[LabelledPictures.NameOfPicture]).Energy.Mean();
            _adamD.Minimize(energy);
            Report("D_real", energy);
            return;
        }

        var count = FakesFor(batch.Size);
        TrainDiscriminator(batch[LabelledPictures.NameOfPicture], count);
        TrainGenerator(count, ViewOf(batch));
    }

    private void TrainDiscriminator(Tensor picture, int count)
    {
        _discriminator.RequiresGrad = true;
        _adamD.ClearGradients();
        var real = _discriminator.Forward(picture).Energy.Mean();
        real.Backward();
        using var made = MakeConstant(Codes("z_D", count), labels: null);
        var fake = _discriminator.Forward(made).Energy.Affine(-1, Options.Margin).Relu().Mean();
        _adamD.FinishStep(fake);
        Report("D_real", real);
        Report("D_fake", fake);
    }

    private void TrainGenerator(int count, BatchView view)
    {
        _discriminator.RequiresGrad = false;
        var (energy, codes) = _discriminator.Forward(Make(Codes("z_G", count), labels: null));
        var loss = energy.Mean();
        Report("G_GAN", loss);
        if (Options.LambdaPt > 0)
        {
            var pullingAway = PullingAway.Of(view.Rows(codes, own => own.Normalize(axis: 1))) * Options.LambdaPt;
            Report("G_PT", pullingAway);
            loss += pullingAway;
        }

        _adamG.Minimize(loss);
    }
}

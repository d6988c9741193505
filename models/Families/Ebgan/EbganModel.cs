using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Ebgan;

/// <summary>
/// EBGAN (Zhao et al. 2016): the discriminator is an auto-encoder, and what it can't make again costs energy. It learns to make real
/// pictures again, and fakes badly, up to a margin; the generator makes pictures of little energy with unlike codes. Losses: D_real, D_fake
/// (the hinge), G_GAN, G_PT (weighted). Before that it may learn from real pictures alone (<see cref="EbganOptions.PretrainD"/>).
/// </summary>
public sealed class EbganModel : NoiseModel<EbganOptions>
{
    private const string Pretraining = "pretraining";

    private readonly AutoEncoder _judge;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public EbganModel(EbganOptions options, Device device)
        : base(options, device)
    {
        _judge = Network<AutoEncoder>(NoiseOptions.DiscriminatorName);
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", NoiseOptions.DiscriminatorName);
    }

    public override string PhaseAt(long step) => step < Options.PretrainD ? Pretraining : base.PhaseAt(step);

    protected override void Update(string phase, Batch batch)
    {
        if (phase == Pretraining)
        {
            _judge.RequiresGrad = true;
            var energy = _judge.Forward(batch[LabelledPictures.NameOfPicture]).Energy.Mean();
            _adamD.Minimize(energy);
            Report("D_real", energy);
            return;
        }

        var count = FakesFor(batch.Size);
        TrainDiscriminator(batch[LabelledPictures.NameOfPicture], count);
        TrainGenerator(count, batch.Share.First);
    }

    private void TrainDiscriminator(Tensor picture, int count)
    {
        _judge.RequiresGrad = true;
        _adamD.ClearGradients();
        var real = _judge.Forward(picture).Energy.Mean();
        real.Backward();
        using var made = MakeConstant(Codes("z_D", count), labels: null);
        var fake = _judge.Forward(made).Energy.Affine(-1, Options.Margin).Relu().Mean();
        _adamD.FinishStep(fake);
        Report("D_real", real);
        Report("D_fake", fake);
    }

    /// <param name="count">of fakes</param>
    /// <param name="sample">which of the step's these are of, where they are of one</param>
    private void TrainGenerator(int count, int sample)
    {
        _judge.RequiresGrad = false;
        var (energy, codes) = _judge.Forward(Make(Codes("z_G", count), labels: null));
        var loss = energy.Mean();
        Report("G_GAN", loss);
        if (Options.LambdaPt > 0)
        {
            var alike = PullingAway.Of(CodesOfAll(codes, sample)) * Options.LambdaPt;
            Report("G_PT", alike);
            loss += alike;
        }

        _adamG.Minimize(loss);
    }

    /// <summary>Codes [N, numbers] of the whole batch, each of length 1 where samples bring theirs one by one.</summary>
    private Tensor CodesOfAll(Tensor codes, int sample) =>
        SplitSampleCount == 1 ? codes : AllReduceRows(codes.Normalize(axis: 1) * SplitSampleCount, sample, SplitSampleCount);
}

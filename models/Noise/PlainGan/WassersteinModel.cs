using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>
/// WGAN's step (Arjovsky et al. 2017, Algorithm 1; Gulrajani et al. 2017, Algorithm 1). Each step updates the critic, whose slope is
/// bounded by weight clipping or a gradient penalty, and every n-th also the generator. Losses: D_real, D_fake, W (the estimated
/// Wasserstein distance of pictures and fakes), D_gp with the penalty, G_GAN in every n-th step.
/// </summary>
internal sealed class WassersteinModel : NoiseModel<WassersteinOptions>
{
    private const string Both = "both";
    private const string Critic = "critic";

    private readonly GanLoss _loss = new(GanMode.Wgangp);
    private readonly PictureDiscriminator _judge;
    private readonly Optimizer _optimizerG;
    private readonly Optimizer _optimizerD;

    public WassersteinModel(Family family, WassersteinOptions options, Device device)
        : base(family, options, device)
    {
        _judge = Network<PictureDiscriminator>(NoiseOptions.DiscriminatorName);
        _optimizerG = AddOptimizer("optG", p => options.CreateOptimizer(p, ofCritic: false), NoiseOptions.GeneratorName);
        _optimizerD = AddOptimizer("optD", p => options.CreateOptimizer(p, ofCritic: true), NoiseOptions.DiscriminatorName);
    }

    public override string PhaseAt(long step) => (step + 1) % Options.NCritic == 0 ? Both : Critic;

    protected override void Update(string phase, Batch batch)
    {
        var labels = LabelsOf(batch);
        TrainCritic(batch[LabelledPictures.NameOfPicture], labels);
        if (phase == Both)
        {
            TrainGenerator(batch.Size, labels);
        }
    }

    private void TrainCritic(Tensor picture, Tensor? labels)
    {
        _judge.RequiresGrad = true;
        using var made = MakeConstant(Codes("z_D", picture.Shape[0]), labels);
        var real = _loss.Of(_judge.Forward(picture, labels), real: true);
        var fake = _loss.Of(_judge.Forward(made, labels), real: false);
        var loss = real + fake;
        Report("D_real", real);
        Report("D_fake", fake);
        Report("W", loss.Negate());
        if (Options.PenaltyWeight > 0)
        {
            var penalty = GradientPenalty.Of(x => _judge.Forward(x, labels), picture, made, Mix(picture), Options.PenaltyWeight);
            Report("D_gp", penalty);
            loss += penalty;
        }

        _optimizerD.Minimize(loss);
    }

    private void TrainGenerator(int count, Tensor? labels)
    {
        _judge.RequiresGrad = false;
        var loss = _loss.Of(_judge.Forward(Make(Codes("z_G", count), labels), labels), real: true);
        _optimizerG.Minimize(loss);
        Report("G_GAN", loss);
    }
}

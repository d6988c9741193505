using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Pix2Pix;

/// <summary>
/// pix2pix (Isola et al. 2017): a generator that must please a discriminator of (input, output) pairs, or of outputs alone, and stay near
/// the target.
/// Losses: G_GAN, G_L1 (both weighted), D_real, D_fake, and D_gp under wgangp; G_L1 alone if the discriminator has no weight. G_L2 where
/// L2 has a weight.
/// </summary>
public sealed class Pix2PixModel : GanModel<Pix2PixOptions>
{
    private readonly GanLoss _ganLoss;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public Pix2PixModel(Pix2PixOptions options, Device device)
        : base(options, device)
    {
        _ganLoss = new GanLoss(options.GanMode);
        Generator = Network<Layer>("netG");
        Discriminator = Network<Layer>("netD");
        _adamG = AddAdam("optG", "netG");
        _adamD = AddAdam("optD", "netD");
    }

    public Layer Generator { get; }

    public Layer Discriminator { get; }

    /// <summary>
    /// The generator's output is made once; first the discriminator learns from it, then the generator from the discriminator.
    /// </summary>
    protected override void Update(string phase, Batch batch)
    {
        var (a, b) = (batch.A, batch.B);
        using var fake = Generator.Forward(a);
        if (Options.LambdaGan == 0)
        {
            _adamG.Minimize(Distance(b, fake));
            return;
        }

        var (dReal, dFake, penalty) = TrainDiscriminator(a, b, fake.Detach());
        TrainGenerator(a, b, fake);
        Report("D_real", dReal);
        Report("D_fake", dFake);
        if (penalty is not null)
        {
            Report("D_gp", penalty);
        }
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch) => [batch.A, Generator.Forward(batch.A), batch.B];

    private (Tensor Real, Tensor Fake, Tensor? Penalty) TrainDiscriminator(Tensor a, Tensor b, Tensor fake)
    {
        Discriminator.RequiresGrad = true;
        _adamD.ClearGradients();
        using var fakePair = Judged(a, fake);
        using var realPair = Judged(a, b);

        // One after the other: their gradients add up, and what they leave for their backwards is never in memory together.
        var lossFake = _ganLoss.Of(Discriminator.Forward(fakePair), real: false);
        (lossFake * 0.5f).Backward();
        var lossReal = _ganLoss.Of(Discriminator.Forward(realPair), real: true);
        var loss = lossReal * 0.5f;
        Tensor? penalty = null;
        if (_ganLoss.Mode == GanMode.Wgangp && Options.LambdaGp > 0)
        {
            penalty = GradientPenalty.Of(Discriminator.Forward, realPair, fakePair, Mix(a), Options.LambdaGp);
            loss += penalty;
        }

        _adamD.FinishStep(loss);
        return (lossReal, lossFake, penalty);
    }

    private void TrainGenerator(Tensor a, Tensor b, Tensor fake)
    {
        Discriminator.RequiresGrad = false;
        using var pair = Judged(a, fake);
        var lossGan = Report("G_GAN", _ganLoss.Of(Discriminator.Forward(pair), real: true) * Options.LambdaGan);
        _adamG.Minimize(lossGan + Distance(b, fake));
    }

    /// <summary>What the discriminator sees: to be disposed.</summary>
    private Tensor Judged(Tensor a, Tensor b) => Options.ConditionalD ? TensorOps.Concat(1, a, b) : b.Share();

    /// <summary>Plain regression.</summary>
    private Tensor Distance(Tensor b, Tensor fake)
    {
        var l1 = Report("G_L1", fake.L1Loss(b) * Options.LambdaL1);
        return Options.LambdaL2 > 0 ? l1 + Report("G_L2", fake.MseLoss(b) * Options.LambdaL2) : l1;
    }
}

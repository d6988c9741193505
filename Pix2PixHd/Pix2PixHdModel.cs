using IlgpuGan.Models.Data;
using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>
/// pix2pixHD (Wang et al. 2018): a generator that must please discriminators of (input, output) pairs at several sizes, and whose pictures should look to
/// their layers as the real ones do. Losses: G_GAN and G_GAN_Feat (weighted), D_real, D_fake, summed over the sizes.
/// </summary>
public sealed class Pix2PixHdModel : GanModel<Pix2PixHdOptions>
{
    internal const string GeneratorName = "netG";
    internal const string DiscriminatorName = "netD";

    /// <summary>The reference's factor for a discriminator of so many layers beside its first.</summary>
    private const float LayersOfFactor = 4;

    private readonly GanLoss _ganLoss = new(GanMode.Lsgan);
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public Pix2PixHdModel(Pix2PixHdOptions options, Device device)
        : base(options, device)
    {
        Generator = Network<Layer>(GeneratorName);
        Discriminator = Network<MultiscaleDiscriminator>(DiscriminatorName);
        _adamG = AddAdam("optG", GeneratorName);
        _adamD = AddAdam("optD", DiscriminatorName);
    }

    public Layer Generator { get; }

    public MultiscaleDiscriminator Discriminator { get; }

    /// <summary>
    /// Both learn from one and the same state: gradients of the discriminators first, which leave what they saw in the real picture, then those of the
    /// generator, and with all gradients known, the updates.
    /// </summary>
    protected override void Update(string phase, Batch batch)
    {
        var (a, b) = (batch.A, batch.B);
        using var fake = Generator.Forward(a);
        using var fakePair = TensorOps.Concat(1, a, fake);
        using var realPair = TensorOps.Concat(1, a, b);

        Discriminator.RequiresGrad = true;
        _adamD.ClearGradients();
        var lossFake = Scores(Discriminator.Forward(fakePair.Detach()), real: false);
        (lossFake * 0.5f).Backward();
        var ofReal = Discriminator.Forward(realPair);
        var seen = ofReal.Select(scale => (IReadOnlyList<Tensor>)[.. scale.Select(output => output.Detach())]).ToList();
        var lossReal = Scores(ofReal, real: true);
        (lossReal * 0.5f).Backward();

        Discriminator.RequiresGrad = false;
        var ofFake = Discriminator.Forward(fakePair);
        var adversarial = Scores(ofFake, real: true);
        Report("G_GAN", adversarial);
        var loss = adversarial;
        if (Options.LambdaFeat > 0)
        {
            var matching = FeatureMatching.Of(ofFake, seen) * (Options.LambdaFeat / Options.NumD * LayersOfFactor / (Options.NLayersD + 1));
            Report("G_GAN_Feat", matching);
            loss += matching;
        }

        _adamG.Minimize(loss);
        Discriminator.RequiresGrad = true;
        _adamD.Step();
        _adamD.ClearGradients();
        Report("D_real", lossReal);
        Report("D_fake", lossFake);
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch) => [batch.A, Generator.Forward(batch.A), batch.B];

    /// <summary>What the scores of all sizes cost together.</summary>
    private Tensor Scores(IReadOnlyList<IReadOnlyList<Tensor>> outputs, bool real) =>
        outputs.Select(scale => _ganLoss.Of(scale[^1], real)).Aggregate((sum, cost) => sum + cost);
}

using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>
/// pix2pixHD (Wang et al. 2018): a generator that must please discriminators of (input, output) pairs at several sizes, and whose pictures should look to
/// their layers as the real ones do. Losses: G_GAN, G_GAN_Feat and G_VGG (weighted), D_real, D_fake, summed over the sizes.
/// </summary>
public sealed class Pix2PixHdModel : GanModel<Pix2PixHdOptions>
{
    internal const string GeneratorName = "netG";
    internal const string DiscriminatorName = "netD";

    private const string AllLearn = "step";
    private const string LastEnhancerLearns = "enhancer";

    /// <summary>The reference's factor for a discriminator of so many layers beside its first.</summary>
    private const float LayersOfFactor = 4;

    private readonly GanLoss _ganLoss = new(GanMode.Lsgan);
    private readonly VggPerceptual? _vgg;
    private readonly Adam _adamG;
    private readonly Adam? _adamCoarse;
    private readonly Adam _adamD;
    private long _epoch;

    public Pix2PixHdModel(Pix2PixHdOptions options, Device device)
        : base(options, device)
    {
        Generator = Network<Layer>(GeneratorName);
        Discriminator = Network<MultiscaleDiscriminator>(DiscriminatorName);
        if (options.NiterFixGlobal > 0 && Generator is LocalEnhancer enhancer)
        {
            var last = $"{GeneratorName}.{enhancer.LastEnhancer}";
            _adamG = AddPart("optG", isLast => isLast);
            _adamCoarse = AddPart("optG_coarse", isLast => !isLast);

            Adam AddPart(string name, Func<bool, bool> takes) => AddOptimizer(
                name, parameters => new Adam(parameters.Where(p => takes(p.Name.StartsWith(last, StringComparison.Ordinal))), options.Lr, options.Beta1), GeneratorName);
        }
        else
        {
            _adamG = AddAdam("optG", GeneratorName);
        }

        _adamD = AddAdam("optD", DiscriminatorName);
        _vgg = options.OpenVgg(device);
    }

    public Layer Generator { get; }

    public MultiscaleDiscriminator Discriminator { get; }

    public override string PhaseAt(long step) => _epoch < Options.NiterFixGlobal ? LastEnhancerLearns : AllLearn;

    protected override void Prepare(Batch batch, long step) => _epoch = batch.Epoch;

    /// <summary>
    /// Both learn from one and the same state: gradients of the discriminators first, which leave what they saw in the real picture, then those of the
    /// generator, and with all gradients known, the updates.
    /// </summary>
    protected override void Update(string phase, Batch batch)
    {
        using var input = Input(batch);
        var target = batch.B;
        using var fake = Generator is LocalEnhancer enhancer ? enhancer.Forward(input, phase == LastEnhancerLearns) : Generator.Forward(input);
        using var fakePair = TensorOps.Concat(1, input, fake);
        using var realPair = TensorOps.Concat(1, input, target);

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

        if (_vgg is not null)
        {
            var perceptual = _vgg.Of(fake, target) * Options.LambdaVgg;
            Report("G_VGG", perceptual);
            loss += perceptual;
        }

        LearnGenerator(phase, loss);
        Discriminator.RequiresGrad = true;
        _adamD.Step();
        _adamD.ClearGradients();
        Report("D_real", lossReal);
        Report("D_fake", lossFake);
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        using var input = Input(batch);
        return [Options.LabelMaps ? LabelPlanes.Show(batch.Label, Options) : batch.A, Generator.Forward(input), batch.B];
    }

    /// <summary>What the generator is given: planes of classes and borders, or a picture.</summary>
    private Tensor Input(Batch batch) => Options.LabelMaps ? LabelPlanes.Of(batch, Options) : batch.A.Share();

    private void LearnGenerator(string phase, Tensor loss)
    {
        _adamCoarse?.ClearGradients();
        _adamG.Minimize(loss);
        if (phase == AllLearn && _adamCoarse is { } coarse)
        {
            coarse.Step();
            coarse.ClearGradients();
        }
    }

    /// <summary>What the scores of all sizes cost together.</summary>
    private Tensor Scores(IReadOnlyList<IReadOnlyList<Tensor>> outputs, bool real) =>
        outputs.Select(scale => _ganLoss.Of(scale[^1], real)).Aggregate((sum, cost) => sum + cost);
}

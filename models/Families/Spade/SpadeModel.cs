using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Spade;

/// <summary>
/// SPADE (Park et al. 2019): photographs from label maps, judged at several scales. Losses under the authors' names: GAN, GAN_Feat and VGG
/// (weighted), KLD (weighted, with styles), D_Fake, D_real, or D_GAN under rpgan, and D_gp, D_R1, D_R2 of penalties.
/// </summary>
internal sealed class SpadeModel : GanModel<SpadeOptions>
{
    /// <summary>A seed of its own for the initial weights of layers with spectral norm.</summary>
    private const ulong SpectralSeed = 0x5BADE;

    private readonly GanLoss _ganLoss;
    private readonly VggPerceptual? _vgg;
    private readonly Optimizer _adamG;
    private readonly Optimizer _adamD;

    public SpadeModel(Family family, SpadeOptions options, Device device)
        : base(family, options, device)
    {
        _ganLoss = new GanLoss(options.GanMode);
        Generator = Network<Layer>(SpadeFamily.GeneratorName);
        Discriminator = Network<MultiscaleDiscriminator>(SpadeFamily.DiscriminatorName);
        Encoder = options.UseVae ? Network<StyleEncoder>(SpadeFamily.EncoderName) : null;
        foreach (var (index, (_, network)) in Networks.Index())
        {
            // Spectral norm cancels the scale of weights in the forward, but Adam's steps depend on it: PyTorch's default initialisation.
            network.Initialize(
                options.Seed + SpectralSeed + (ulong)index, Initialization.Default,
                where: t => t.Name.EndsWith("weight_orig", StringComparison.Ordinal));
        }

        _vgg = options.OpenVgg(device) is { } vgg ? Own(vgg) : null;
        _adamG = AddAdam("optG", 0.5f, options.UseVae ? [SpadeFamily.GeneratorName, SpadeFamily.EncoderName] : [SpadeFamily.GeneratorName]);
        _adamD = AddAdam("optD", 2, [SpadeFamily.DiscriminatorName]);
    }

    public Layer Generator { get; }

    public MultiscaleDiscriminator Discriminator { get; }

    /// <summary>Null without styles.</summary>
    public StyleEncoder? Encoder { get; }

    /// <summary>The generator is updated first, then the discriminators on newly generated pictures.</summary>
    protected override void Update(string phase, Batch batch)
    {
        using var planes = LabelPlanes.Of(batch, Options);
        TrainGenerator(planes, batch.B);
        TrainDiscriminator(planes, batch.B);
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        using var planes = LabelPlanes.Of(batch, Options);
        return [LabelPlanes.Show(batch.Label, Options), Make(planes, Encoder?.Forward(batch.B).Mean), batch.B];
    }

    private void TrainGenerator(Tensor planes, Tensor photo)
    {
        Discriminator.RequiresGrad = false;
        var (style, divergence) = Encoder is null ? (null, null) : Encode(photo, "z");
        var fake = Make(planes, style);
        using var fakePair = TensorOps.Concat(1, planes, fake);
        using var realPair = TensorOps.Concat(1, planes, photo);
        var (ofFake, ofReal) = Judge(fakePair, realPair);
        var adversarial = MeanOver(ofFake, ofReal, (fakes, reals) => _ganLoss.OfGenerator(fakes, () => reals));
        var loss = adversarial;
        Report("GAN", adversarial);
        if (Options.LambdaFeat > 0)
        {
            var matching = FeatureMatching.Of(ofFake, ofReal) * (Options.LambdaFeat / Options.NumD);
            loss += matching;
            Report("GAN_Feat", matching);
        }

        if (_vgg is not null)
        {
            var perceptual = _vgg.Of(fake, photo) * Options.LambdaVgg;
            loss += perceptual;
            Report("VGG", perceptual);
        }

        if (divergence is not null)
        {
            loss += divergence;
            Report("KLD", divergence);
        }

        _adamG.Minimize(loss);
    }

    private void TrainDiscriminator(Tensor planes, Tensor photo)
    {
        var fake = Constant(() => Make(planes, Encoder is null ? null : Encode(photo, "z of the second fake").Style));
        Discriminator.RequiresGrad = true;
        using var fakePair = TensorOps.Concat(1, planes, fake);
        using var realPair = TensorOps.Concat(1, planes, photo);
        var (ofFake, ofReal) = Judge(fakePair, realPair);
        var loss = _ganLoss.IsRelative
            ? Report("D_GAN", MeanOver(ofReal, ofFake, _ganLoss.Relative))
            : Report("D_Fake", MeanOver(ofFake, ofReal, (fakes, _) => _ganLoss.Of(fakes, real: false)))
                + Report("D_real", MeanOver(ofReal, ofFake, (reals, _) => _ganLoss.Of(reals, real: true)));
        _adamD.Minimize(WithPenalties(
            Options, loss, penalty => $"D_{penalty}", x => Discriminator.SumOfScores(x) * (1f / Options.NumD), realPair, fakePair));
    }

    /// <summary>The mean of the losses of all scales' scores, the last outputs of each.</summary>
    private Tensor MeanOver(
        IReadOnlyList<IReadOnlyList<Tensor>> first, IReadOnlyList<IReadOnlyList<Tensor>> second, Func<Tensor, Tensor, Tensor> cost) =>
        first.Zip(second, (a, b) => cost(a[^1], b[^1])).Aggregate((sum, next) => sum + next) * (1f / Options.NumD);

    private Tensor Make(Tensor planes, Tensor? style) =>
        Generator is SpadeGenerator spade && style is not null ? spade.Forward(planes, style) : Generator.Forward(planes);

    /// <summary>
    /// A style code sampled around its mean, and the weighted KL divergence of its distribution from N(0, 1), summed over batch and code.
    /// </summary>
    private (Tensor Style, Tensor Divergence) Encode(Tensor photo, string draw)
    {
        var (mean, logVariance) = Encoder!.Forward(photo);
        var style = mean + (Normal(draw, mean.Shape) * (logVariance * 0.5f).Exp());
        return (style, SumOverBatch(1 + logVariance - mean.Square() - logVariance.Exp(), -0.5f * Options.LambdaKld));
    }

    /// <summary>
    /// Outputs of all layers at all scales for fakes and photographs, computed as one batch, so that norms use statistics of both.
    /// </summary>
    private (IReadOnlyList<IReadOnlyList<Tensor>> OfFake, IReadOnlyList<IReadOnlyList<Tensor>> OfReal) Judge(
        Tensor fakePair, Tensor realPair)
    {
        using var both = TensorOps.Concat(0, fakePair, realPair);
        var outputs = Discriminator.Forward(both);
        return (Part(0), Part(fakePair.Shape[0]));

        List<IReadOnlyList<Tensor>> Part(int first) =>
            outputs.Select(scale => (IReadOnlyList<Tensor>)[.. scale.Select(y => y.Slice(0, first, fakePair.Shape[0]))]).ToList();
    }

    private Adam AddAdam(string name, float factor, string[] networks) => AddOptimizer(
        name,
        parameters => Options.Ttur
            ? new Adam(parameters, factor * Options.Lr, Options.Beta1, Options.Beta2)
            : new Adam(parameters, Options.Lr, beta1: 0.5f, beta2: 0.999f),
        networks);
}

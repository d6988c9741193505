using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Spade;

/// <summary>
/// SPADE (Park et al. 2019): photographs of label maps, judged at several scales. Losses under the authors' names: GAN and GAN_Feat (weighted), KLD
/// (weighted, with styles), D_Fake, D_real.
/// </summary>
public sealed class SpadeModel : GanModel<SpadeOptions>
{
    /// <summary>Its own stream of first weights, apart from the networks' order.</summary>
    private const ulong SpectralSeed = 0x5BADE;

    private readonly Optimizer _adamG;
    private readonly Optimizer _adamD;

    public SpadeModel(SpadeOptions options, Device device)
        : base(options, device)
    {
        Generator = Network<Layer>(SpadeFamily.GeneratorName);
        Discriminator = Network<SpadeDiscriminator>(SpadeFamily.DiscriminatorName);
        Encoder = options.UseVae ? Network<StyleEncoder>(SpadeFamily.EncoderName) : null;
        foreach (var (index, (_, network)) in Networks.Index())
        {
            // Their length is divided out, but Adam's steps count beside it: as large as layers begin by default.
            network.Initialize(options.Seed + SpectralSeed + (ulong)index, Initialization.Default, where: t => t.Name.EndsWith("weight_orig", StringComparison.Ordinal));
        }

        _adamG = AddAdam("optG", 0.5f, options.UseVae ? [SpadeFamily.GeneratorName, SpadeFamily.EncoderName] : [SpadeFamily.GeneratorName]);
        _adamD = AddAdam("optD", 2, [SpadeFamily.DiscriminatorName]);
    }

    public Layer Generator { get; }

    public SpadeDiscriminator Discriminator { get; }

    /// <summary>Null without styles.</summary>
    public StyleEncoder? Encoder { get; }

    /// <summary>First the generator learns from the discriminators, then they from pictures that it makes anew.</summary>
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
        var scores = Judge(planes, fake, photo);
        Tensor? adversarial = null;
        Tensor? matching = null;
        foreach (var layers in scores)
        {
            adversarial = Plus(adversarial, layers[^1].Fake.Mean() * (-1f / Options.NumD));
            foreach (var (madeOfFake, madeOfReal) in Options.LambdaFeat > 0 ? layers.SkipLast(1) : [])
            {
                matching = Plus(matching, madeOfFake.L1Loss(madeOfReal.Detach()) * (Options.LambdaFeat / Options.NumD));
            }
        }

        var loss = adversarial!;
        Report("GAN", adversarial!);
        if (matching is not null)
        {
            loss += matching;
            Report("GAN_Feat", matching);
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
        Tensor fake;
        using (GradMode.NoGrad())
        {
            fake = Make(planes, Encoder is null ? null : Encode(photo, "z of the second fake").Style);
        }

        Discriminator.RequiresGrad = true;
        Tensor? lossFake = null;
        Tensor? lossReal = null;
        foreach (var layers in Judge(planes, fake, photo))
        {
            lossFake = Plus(lossFake, (1 + layers[^1].Fake).Relu().Mean() / Options.NumD);
            lossReal = Plus(lossReal, (1 - layers[^1].Real).Relu().Mean() / Options.NumD);
        }

        _adamD.Minimize(lossFake! + lossReal!);
        Report("D_Fake", lossFake!);
        Report("D_real", lossReal!);
    }

    private static Tensor Plus(Tensor? sum, Tensor term) => sum is null ? term : sum + term;

    private Tensor Make(Tensor planes, Tensor? style) => Generator is SpadeGenerator spade && style is not null ? spade.Forward(planes, style) : Generator.Forward(planes);

    /// <summary>A style's code drawn around its mean, and the weighted divergence of its distribution from N(0, 1), summed over batch and code.</summary>
    private (Tensor Style, Tensor Divergence) Encode(Tensor photo, string draw)
    {
        var (mean, logVariance) = Encoder!.Forward(photo);
        var style = mean + (Normal(draw, mean.Shape) * (logVariance * 0.5f).Exp());
        var divergence = (1 + logVariance - mean.Square() - logVariance.Exp()).Sum() * (-0.5f * Options.LambdaKld);
        return (style, divergence);
    }

    /// <summary>What every layer of every scale makes of fakes and photographs, which go through as one batch, so that norms see both.</summary>
    private IReadOnlyList<IReadOnlyList<(Tensor Fake, Tensor Real)>> Judge(Tensor planes, Tensor fake, Tensor photo)
    {
        using var fakePair = TensorOps.Concat(1, planes, fake);
        using var realPair = TensorOps.Concat(1, planes, photo);
        using var both = TensorOps.Concat(0, fakePair, realPair);
        var count = fake.Shape[0];
        return [.. Discriminator.Forward(both).Select(layers => layers.Select(y => (y.Slice(0, 0, count), y.Slice(0, count, count))).ToList())];
    }

    private Adam AddAdam(string name, float factor, string[] networks) => AddOptimizer(
        name,
        parameters => Options.Ttur
            ? new Adam(parameters, factor * Options.Lr, Options.Beta1, Options.Beta2)
            : new Adam(parameters, Options.Lr, beta1: 0.5f, beta2: 0.999f),
        networks);
}

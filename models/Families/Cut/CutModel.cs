using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>
/// CUT (Park et al. 2020): one generator, one discriminator of the target domain, and netF, which projects features for a patchwise
/// contrastive loss between output and source. Losses: D_fake, D_real (D_GAN under rpgan), G_GAN, NCE, and with the identity term NCE_Y,
/// of pictures of the target domain (the last three weighted); D_gp, D_R1, D_R2 of penalties. FastCUT has no NCE_Y, and mirrors its input
/// in half of the steps. SinCUT learns from crops of two pictures, with StyleGAN2's layers: idt is the weighted L1 identity loss of the
/// target domain.
/// </summary>
internal sealed class CutModel : GanModel<CutOptions>
{
    internal const string GeneratorName = "netG";
    internal const string DiscriminatorName = "netD";
    internal const string ProjectionName = "netF";

    private readonly GanLoss _ganLoss;
    private readonly IReadOnlyList<int> _layers;
    private readonly PatchContrast _contrast;
    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private readonly Adam _adamF;

    /// <summary>The domain of the generator's current input, which names the noise draws: A, B, or AB.</summary>
    private string _source = "";

    public CutModel(Family family, CutOptions options, Device device)
        : base(family, options, device)
    {
        (_ganLoss, _layers) = (new GanLoss(options.GanMode), options.ComparedLayers);
        Generator = Network<CutGenerator>(GeneratorName);
        Discriminator = Network<Layer>(DiscriminatorName);
        Projection = Network<PatchProjection>(ProjectionName);
        _contrast = new PatchContrast(Projection, options, Uniform);
        _adamG = AddOne("optG", GeneratorName);
        _adamD = AddOne("optD", DiscriminatorName);
        _adamF = AddOne("optF", ProjectionName);
        if (Generator is StyleGenerator style)
        {
            style.Noise = shape => Normal($"noise_{_source}", shape);
        }

        Adam AddOne(string name, string network) =>
            AddOptimizer(name, parameters => new Adam(parameters, options.Lr, options.Beta1, options.Beta2), network);
    }

    public CutGenerator Generator { get; }

    /// <summary>Judges pictures of the target domain.</summary>
    public Layer Discriminator { get; }

    public PatchProjection Projection { get; }

    /// <summary>
    /// One forward pass of the generator serves both updates: first the discriminator's, then the generator's and netF's with the new
    /// discriminator.
    /// </summary>
    protected override void Update(string phase, Batch batch)
    {
        var (a, b) = (batch.A, batch.B);
        using var mirrored = Options.FlipEquivariance ? Uniform("flip", new Shape(1, 1, 1, 1)).LessThan(0.5f) : null;
        var (ofA, ofB) = Make(a, Options is { NceIdentity: true, LambdaNce: > 0 } or { LambdaIdentity: > 0 } ? b : null, mirrored);
        TrainDiscriminator(b, ofA.Picture.Detach());

        Discriminator.RequiresGrad = false;
        _adamG.ClearGradients();
        _adamF.ClearGradients();
        var adversarial = _ganLoss.OfGenerator(Discriminator.Forward(ofA.Picture), () => Discriminator.Forward(b))
            * Options.LambdaGan;
        Report("G_GAN", adversarial);
        var loss = adversarial;
        if (Options.LambdaNce > 0)
        {
            var contrastive = ContrastiveLoss("A", ofA, mirrored);
            Report("NCE", contrastive);
            if (ofB is not null && Options.NceIdentity)
            {
                var identity = ContrastiveLoss("B", ofB, mirrored);
                Report("NCE_Y", identity);
                contrastive = (contrastive + identity) * 0.5f;
            }

            loss += contrastive;
        }

        if (ofB is not null && Options.LambdaIdentity > 0)
        {
            using var target = Seen(b, mirrored);
            var same = ofB.Picture.L1Loss(target) * Options.LambdaIdentity;
            Report("idt", same);
            loss += same;
        }

        _adamG.FinishStep(loss);
        if (Options.LambdaNce > 0)
        {
            _adamF.Step();
            _adamF.ClearGradients();
        }
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        var (a, b) = (batch.A, batch.B);
        return Options.NceIdentity ? [a, Translated(a), b, Translated(b)] : [a, Translated(a), b];

        // StyleGAN2's layers draw noise in training alone.
        Tensor Translated(Tensor x) => Evaluated(() => Generator.Forward(x));
    }

    protected override string? ObstacleToSamples() => Options.NceAllNegatives
        ? "--nce-all-negatives compares positions of all pictures of a batch; --no-nce-all-negatives does not"
        : null;

    /// <summary>
    /// Outputs of the generator for pictures of A and, with an identity term, of B. Both are one batch where that is exact.
    /// </summary>
    /// <param name="a">source pictures</param>
    /// <param name="b">pictures of the target domain; null if they are not needed</param>
    /// <param name="mirrored">[1, 1, 1, 1], 1 if the generator's input is mirrored in this step; null if it never is</param>
    private (Translation OfA, Translation? OfB) Make(Tensor a, Tensor? b, Tensor? mirrored)
    {
        if (b is null)
        {
            return (MakeOne("A", a, mirrored), null);
        }

        if (!Joins(Generator, a, b))
        {
            return (MakeOne("A", a, mirrored), MakeOne("B", b, mirrored));
        }

        using var both = TensorOps.Concat(0, a, b);
        var made = MakeOne("AB", both, mirrored);
        return (Part(0), Part(a.Shape[0]));

        Translation Part(int first)
        {
            var count = a.Shape[0];
            return new Translation(
                first == 0 ? a : b, made.Picture.Slice(0, first, count),
                made.SourceFeatures is { } features ? [.. features.Select(f => f.Slice(0, first, count))] : null);
        }
    }

    private Translation MakeOne(string source, Tensor x, Tensor? mirrored)
    {
        _source = source;
        if (mirrored is not null || Options.LambdaNce == 0)
        {
            using var input = Seen(x, mirrored);
            return new Translation(x, Generator.Forward(input), null);
        }

        var (picture, features) = Generator.ForwardWithFeatures(x, _layers);
        return new Translation(x, picture, [.. features.Select(f => f.Detach())]);
    }

    /// <summary>A picture as the generator sees it, to be disposed.</summary>
    /// <param name="x">the picture</param>
    /// <param name="mirrored">[1, 1, 1, 1], 1 if it is mirrored in this step; null if it never is</param>
    private static Tensor Seen(Tensor x, Tensor? mirrored)
    {
        if (mirrored is null)
        {
            return x.Share();
        }

        using var flipped = x.Flip(3);
        return mirrored.Where(flipped, x);
    }

    private void TrainDiscriminator(Tensor real, Tensor fake)
    {
        Discriminator.RequiresGrad = true;
        var (ofFake, ofReal) = Joins(Discriminator, fake, real)
            ? JointForward.Of(Discriminator, fake, real)
            : (Discriminator.Forward(fake), Discriminator.Forward(real));
        var loss = _ganLoss.IsRelative
            ? Report("D_GAN", _ganLoss.Relative(ofReal, ofFake))
            : (Report("D_fake", _ganLoss.Of(ofFake, real: false)) + Report("D_real", _ganLoss.Of(ofReal, real: true))) * 0.5f;
        _adamD.Minimize(WithPenalties(Options, loss, penalty => $"D_{penalty}", Discriminator.Forward, real, fake));
    }

    /// <param name="name">of the source, which names the draws</param>
    /// <param name="made">an output and its source</param>
    /// <param name="mirrored">[1, 1, 1, 1], 1 if the output was made from the mirrored source; null if it never is</param>
    private Tensor ContrastiveLoss(string name, Translation made, Tensor? mirrored) => _contrast.Of(
        name, made.SourceFeatures ?? Constant(() => Generator.Features(made.Source, _layers)), Generator.Features(made.Picture, _layers),
        mirrored);

    /// <summary>A generated picture with its source.</summary>
    /// <param name="Source">the generator's input, before mirroring</param>
    /// <param name="Picture">its output</param>
    /// <param name="SourceFeatures">
    /// features of the source from the same forward pass, detached; null if the input was mirrored or they are not used
    /// </param>
    private sealed record Translation(Tensor Source, Tensor Picture, IReadOnlyList<Tensor>? SourceFeatures);
}

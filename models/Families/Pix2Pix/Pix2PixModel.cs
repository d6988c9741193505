using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Pix2Pix;

/// <summary>
/// pix2pix (Isola et al. 2017): the generator is trained with L1 to the target and an adversarial loss, by a discriminator of (input,
/// output) pairs or of outputs alone.
/// Losses: G_GAN, G_L1 (both weighted), D_real, D_fake, or D_GAN under rpgan, and D_gp, D_R1, D_R2 of penalties; G_L1 alone if the
/// adversarial weight is 0. G_L2 if L2 has a weight, G_attention with a teacher.
/// </summary>
internal sealed class Pix2PixModel : GanModel<Pix2PixOptions>
{
    private readonly GanLoss _ganLoss;
    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private Layer? _teacher;

    public Pix2PixModel(Family family, Pix2PixOptions options, Device device)
        : base(family, options, device)
    {
        _ganLoss = new GanLoss(options.GanMode);
        Generator = Network<Layer>("netG");
        Discriminator = Network<Layer>("netD");
        _adamG = AddAdam("optG", "netG");
        _adamD = AddAdam("optD", "netD");
    }

    public Layer Generator { get; }

    public Layer Discriminator { get; }

    public override string? TeacherPath => Options.Teacher.Length > 0 ? Options.Teacher : null;

    public override void LearnFrom(Layer teacher) => _teacher = Own(teacher);

    /// <summary>
    /// One forward pass of the generator serves both updates: first the discriminator's, then the generator's with the new discriminator.
    /// </summary>
    protected override void Update(string phase, Batch batch)
    {
        if (TeacherPath is not null && _teacher is null)
        {
            throw new InvalidOperationException(
                $"the teacher {TeacherPath} is not loaded: call {nameof(LearnFrom)} with its generator first");
        }

        if (Options.Colorize)
        {
            using var lightness = Lab.Lightness(batch.A);
            using var chroma = Lab.Chroma(batch.B);
            Update(lightness, chroma);
            return;
        }

        Update(batch.A, batch.B);
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch) =>
        [batch.A, Options.Colorize ? Lab.Coloured(batch.A, Generator) : Generator.Forward(batch.A), batch.B];

    private void Update(Tensor a, Tensor b)
    {
        var (fake, features) = _teacher is null ? (Generator.Forward(a), []) : SkipBlock.ForwardWithFeatures(Generator, a);
        using var output = fake;
        if (Options.LambdaGan == 0)
        {
            _adamG.Minimize(RegressionLoss(a, b, fake, features));
            return;
        }

        var costs = TrainDiscriminator(a, b, fake.Detach());
        TrainGenerator(a, b, fake, features);
        costs.ForEach(cost => Report(cost.Name, cost.Value));
    }

    private List<(string Name, Tensor Value)> TrainDiscriminator(Tensor a, Tensor b, Tensor fake)
    {
        Discriminator.RequiresGrad = true;
        _adamD.ClearGradients();
        using var fakePair = DiscriminatorInput(a, fake);
        using var realPair = DiscriminatorInput(a, b);

        if (_ganLoss.IsRelative)
        {
            var compared = _ganLoss.Relative(Discriminator.Forward(realPair), Discriminator.Forward(fakePair));
            _adamD.FinishStep(Penalized(compared));
            return [("D_GAN", compared)];
        }

        // Two backward passes: gradients accumulate, and only one forward's saved activations are in memory at a time.
        var lossFake = _ganLoss.Of(Discriminator.Forward(fakePair), real: false);
        (lossFake * 0.5f).Backward();
        var lossReal = _ganLoss.Of(Discriminator.Forward(realPair), real: true);
        _adamD.FinishStep(Penalized(lossReal * 0.5f));
        return [("D_real", lossReal), ("D_fake", lossFake)];

        Tensor Penalized(Tensor loss) =>
            WithPenalties(Options, loss, penalty => $"D_{penalty}", Discriminator.Forward, realPair, fakePair);
    }

    private void TrainGenerator(Tensor a, Tensor b, Tensor fake, IReadOnlyList<Tensor> features)
    {
        Discriminator.RequiresGrad = false;
        using var pair = DiscriminatorInput(a, fake);
        var lossGan = Report("G_GAN", _ganLoss.OfGenerator(Discriminator.Forward(pair), ScoresOfReal) * Options.LambdaGan);
        _adamG.Minimize(lossGan + RegressionLoss(a, b, fake, features));

        Tensor ScoresOfReal()
        {
            using var realPair = DiscriminatorInput(a, b);
            return Discriminator.Forward(realPair);
        }
    }

    /// <summary>The discriminator's input, to be disposed.</summary>
    private Tensor DiscriminatorInput(Tensor a, Tensor b) => Options.ConditionalD ? TensorOps.Concat(1, a, b) : b.Share();

    /// <summary>
    /// The regression loss: L1, and L2 if it has a weight, to the target or to the teacher's output; and with a teacher the distance of the
    /// activations.
    /// </summary>
    /// <param name="features">the generator's activations; with a teacher alone</param>
    private Tensor RegressionLoss(Tensor a, Tensor b, Tensor fake, IReadOnlyList<Tensor> features)
    {
        var (target, taught) = _teacher is null ? (b, []) : Constant(() => SkipBlock.ForwardWithFeatures(_teacher, a));
        var loss = Report("G_L1", fake.L1Loss(target) * Options.LambdaL1);
        if (Options.LambdaL2 > 0)
        {
            loss += Report("G_L2", fake.MseLoss(target) * Options.LambdaL2);
        }

        return _teacher is null || Options.LambdaAttention == 0
            ? loss
            : loss + Report("G_attention", AttentionTransfer.Of(features, taught) * Options.LambdaAttention);
    }
}

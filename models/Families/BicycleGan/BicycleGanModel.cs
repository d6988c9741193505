using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.BicycleGan;

/// <summary>
/// BicycleGAN (Zhu et al. 2017): one input has many outputs, and a latent code selects one. Two objectives share half of a batch: target →
/// code → output (cVAE-GAN: the target's code must reconstruct the target, with codes near N(0, 1)), and random code → output → code
/// (cLR-GAN: the code must be recoverable from the output). Losses: G_GAN, G_L1, kl, G_GAN2, z_L1 (weighted), D, D2, and those of
/// penalties: D_gp, D_R1, D_R2, D2_gp, ….
/// </summary>
internal sealed class BicycleGanModel : GanModel<BicycleGanOptions>
{
    /// <summary>A random stream of its own, so that the codes of sample pictures stay the same throughout a run.</summary>
    private const uint ShownCodes = 0xB1C;

    private const int AnswersShown = 4;

    private readonly GanLoss _ganLoss;
    private readonly VectorUNet _generator;
    private readonly CodeEncoder? _encoder;
    private readonly TwoScaleDiscriminator? _discriminator;
    private readonly TwoScaleDiscriminator? _discriminator2;
    private readonly Adam _adamG;
    private readonly Adam? _adamE;
    private readonly Adam? _adamD;
    private readonly Adam? _adamD2;

    public BicycleGanModel(Family family, BicycleGanOptions options, Device device)
        : base(family, options, device)
    {
        _ganLoss = new GanLoss(options.GanMode);
        _generator = Network<VectorUNet>("netG");
        _adamG = AddAdam("optG", "netG");
        if (options.HasEncoder)
        {
            _encoder = Network<CodeEncoder>("netE");
            _adamE = AddAdam("optE", "netE");
        }

        if (options.Variant != BicycleVariant.ClrGan)
        {
            _discriminator = Network<TwoScaleDiscriminator>("netD");
            _adamD = AddAdam("optD", "netD");
        }

        if (options.ReconstructsCode)
        {
            _discriminator2 = Network<TwoScaleDiscriminator>("netD2");
            _adamD2 = AddAdam("optD2", "netD2");
        }
    }

    /// <summary>
    /// Generator and encoder first, with frozen discriminators; then the discriminators, on the fakes from before that update.
    /// </summary>
    protected override void Update(string phase, Batch batch)
    {
        var (towards, random) = Options.Variant == BicycleVariant.Bicycle
            ? ObjectiveBatch.Halves(batch, ViewOf(batch))
            : (ObjectiveBatch.Whole(batch), ObjectiveBatch.Whole(batch));
        SetDiscriminatorsTrainable(false);
        _adamG.ClearGradients();
        _adamE?.ClearGradients();

        // Two backward passes: gradients accumulate, and only one objective's saved activations are in memory at a time.
        var fromRandom = Options.ReconstructsCode ? TrainFromRandomCode(random) : null;
        var answer = Options.Variant == BicycleVariant.ClrGan ? null : TrainTowardsTarget(towards);
        _adamE?.Step();
        _adamG.Step();

        SetDiscriminatorsTrainable(true);
        if (_discriminator is not null)
        {
            TrainDiscriminator("D", _discriminator, _adamD!, towards, answer);
        }

        if (_discriminator2 is not null)
        {
            TrainDiscriminator("D2", _discriminator2, _adamD2!, random, fromRandom);
        }
    }

    /// <summary>Outputs for one input, one for each code. Leaves the networks in evaluation mode.</summary>
    /// <param name="a">[1, C, H, W]</param>
    /// <param name="codes">[N, nz]</param>
    /// <returns>[N, C', H, W], to be disposed</returns>
    internal Tensor Answer(Tensor a, Tensor codes) =>
        Computed(() => _generator.Forward(a.Expand(codes.Shape[0], a.Shape[1], a.Shape[2], a.Shape[3]), codes));

    protected override IReadOnlyList<Tensor> Present(Batch batch) =>
        [batch.A, .. Enumerable.Range(0, AnswersShown).Select(n => _generator.Forward(batch.A, ShownCode(n, batch.Size))), batch.B];

    /// <summary>
    /// Random code → output → code. In BicycleGAN the encoder is frozen here; otherwise both networks could hide the code in the output.
    /// </summary>
    /// <returns>the fakes, detached; null if this sample does not compute the objective</returns>
    private Tensor? TrainFromRandomCode(ObjectiveBatch? part)
    {
        if (part is null)
        {
            ReportZeros(Options.LambdaZ > 0 ? ["G_GAN2", "z_L1"] : ["G_GAN2"]);
            return null;
        }

        var code = Normal("z", new Shape(part.A.Shape[0], Options.Nz));
        using var fake = _generator.Forward(part.A, code);
        var loss = LossOfGenerator(_discriminator2!, part, fake) * (Options.LambdaGan2 * part.Weight);
        Report("G_GAN2", loss);
        if (Options.LambdaZ > 0)
        {
            _encoder!.RequiresGrad = Options.Variant == BicycleVariant.ClrGan;
            var codeLoss = _encoder.Forward(fake).Mean.L1Loss(code) * (Options.LambdaZ * part.Weight);
            _encoder.RequiresGrad = true;
            Report("z_L1", codeLoss);
            loss += codeLoss;
        }

        loss.Backward();
        return fake.Detach();
    }

    /// <summary>Target → code → output near the target; for pix2pix with noise the code is random.</summary>
    /// <returns>the fakes, detached; null if this sample does not compute the objective</returns>
    private Tensor? TrainTowardsTarget(ObjectiveBatch? part)
    {
        if (part is null)
        {
            ReportZeros(Options.Encodes ? ["G_GAN", "G_L1", "kl"] : ["G_GAN", "G_L1"]);
            return null;
        }

        var noise = Normal("noise", new Shape(part.A.Shape[0], Options.Nz));
        Tensor? distance = null;
        var code = noise;
        if (Options.Encodes)
        {
            var (mean, logVariance) = _encoder!.Forward(part.RealB);
            code = mean + (noise * (logVariance * 0.5f).Exp());
            distance = SumOverBatch(mean.Square() + logVariance.Exp() - logVariance - 1, 0.5f * Options.LambdaKl);
        }

        using var fake = _generator.Forward(part.A, code);
        var adversarial = LossOfGenerator(_discriminator!, part, fake) * (Options.LambdaGan * part.Weight);
        var near = fake.L1Loss(part.RealB) * (Options.LambdaL1 * part.Weight);
        Report("G_GAN", adversarial);
        Report("G_L1", near);
        var loss = adversarial + near;
        if (distance is not null)
        {
            Report("kl", distance);
            loss += distance;
        }

        loss.Backward();
        return fake.Detach();
    }

    private void TrainDiscriminator(string name, TwoScaleDiscriminator discriminator, Adam adam, ObjectiveBatch? part, Tensor? fake)
    {
        if (part is null || fake is null)
        {
            adam.Step(); // With the gradients of the other samples.
            ReportZeros([name, .. ((IAdversarialOptions)Options).Penalties.Select(NameOf)]);
            return;
        }

        var (fakePair, realPair) = (DiscriminatorInput(part.A, fake), DiscriminatorInput(part.RealA, part.RealB));
        var loss = Report(name, Weighted(discriminator.Loss(_ganLoss, fakePair, realPair)));
        adam.Minimize(WithPenalties(Options, loss, NameOf, discriminator.SumOfScores, realPair, fakePair, Weighted));

        Tensor Weighted(Tensor loss) => part.Weight == 1 ? loss : loss * part.Weight;
        string NameOf(string penalty) => $"{name}_{penalty}";
    }

    private Tensor LossOfGenerator(TwoScaleDiscriminator discriminator, ObjectiveBatch part, Tensor fake) =>
        discriminator.LossOfGenerator(_ganLoss, DiscriminatorInput(part.A, fake), DiscriminatorInput(part.RealA, part.RealB));

    /// <summary>All samples must report the same losses: 0 for those of an objective that a sample does not compute.</summary>
    private void ReportZeros(string[] losses) => Array.ForEach(losses, name => Report(name, Tensor.Zeros(new Shape(1), Device)));

    /// <summary>A discriminator's input for an output: the output, or input and output.</summary>
    private Tensor DiscriminatorInput(Tensor a, Tensor b) => Options.ConditionalD ? TensorOps.Concat(1, a, b) : b;

    private Tensor ShownCode(int answer, int samples) =>
        Tensor.Normal(new RandomKey(Options.Seed, ShownCodes, (uint)answer, 0), new Shape(1, Options.Nz), Device)
            .Expand(samples, Options.Nz);

    private void SetDiscriminatorsTrainable(bool trainable)
    {
        foreach (var discriminator in new[] { _discriminator, _discriminator2 }.OfType<TwoScaleDiscriminator>())
        {
            discriminator.RequiresGrad = trainable;
        }
    }
}

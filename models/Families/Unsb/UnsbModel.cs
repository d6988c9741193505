using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Unsb;

/// <summary>
/// UNSB (Kim et al. 2024): CUT, with a generator that walks a bridge from the source domain to the target domain. A step trains one time of
/// the bridge: pictures walk there without gradients, and the generator predicts from there. Losses: D_fake, D_real (D_GAN under rpgan);
/// D_gp, D_R1, D_R2 of penalties; E of the energy network, whose scores of a pair (X, prediction) with itself are contrasted with those
/// with another pair; G_GAN, SB, NCE, and with the identity term NCE_Y (the last four weighted).
/// </summary>
internal sealed class UnsbModel : GanModel<UnsbOptions>
{
    /// <summary>The noise of sample pictures, the same throughout a run.</summary>
    private const ulong ShownSeed = 1;

    private readonly GanLoss _ganLoss;
    private readonly IReadOnlyList<int> _layers;
    private readonly UnsbGenerator _generator;
    private readonly TimedPatchGan _discriminator;
    private readonly TimedPatchGan _energy;
    private readonly PatchContrast _contrast;
    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private readonly Adam _adamE;
    private readonly Adam _adamF;
    private int _time;

    public UnsbModel(Family family, UnsbOptions options, Device device)
        : base(family, options, device)
    {
        (_ganLoss, _layers) = (new GanLoss(options.GanMode), options.ComparedLayers);
        _generator = Network<UnsbGenerator>("netG");
        _discriminator = Network<TimedPatchGan>("netD");
        _energy = Network<TimedPatchGan>("netE");
        _contrast = new PatchContrast(Network<PatchProjection>("netF"), options, Uniform);
        _adamG = AddOne("optG", "netG");
        _adamD = AddOne("optD", "netD");
        _adamE = AddOne("optE", "netE");
        _adamF = AddOne("optF", "netF");

        Adam AddOne(string name, string network) =>
            AddOptimizer(name, parameters => new Adam(parameters, options.Lr, options.Beta1, options.Beta2), network);
    }

    /// <summary>All times take turns: the number of forwards on the way depends on the time, so each is a recording of its own.</summary>
    public override string PhaseAt(long step) => $"time {TimeAt(step)}";

    protected override void Prepare(Batch batch, long step) => _time = TimeAt(step);

    /// <summary>
    /// One forward pass of the generator serves all updates: the discriminator's, the energy network's, then the generator's and netF's
    /// with both of them new.
    /// </summary>
    protected override void Update(string phase, Batch batch)
    {
        var (a, b, count) = (batch.A, batch.B, batch.Size);
        var identity = Options is { NceIdentity: true, LambdaNce: > 0 };
        using var starts = identity ? TensorOps.Concat(0, a, batch.SecondA, b) : TensorOps.Concat(0, a, batch.SecondA);
        using var x = Constant(() => _generator.Walk(starts, _time, Normal));
        using var z = Normal($"z_{_time}", _generator.CodeOf(x));
        using var made = _generator.Forward(x, _time, z);
        var fake = made.Slice(0, 0, count);
        using var pair = TensorOps.Concat(1, x.Slice(0, 0, count), fake);
        using var otherPair = TensorOps.Concat(1, x.Slice(0, count, count), made.Slice(0, count, count));
        TrainDiscriminator(b, fake.Detach());
        TrainEnergy(pair.Detach(), otherPair.Detach());

        (_discriminator.RequiresGrad, _energy.RequiresGrad) = (false, false);
        _adamG.ClearGradients();
        _adamF.ClearGradients();
        var adversarial = _ganLoss.OfGenerator(_discriminator.Forward(fake, _time), () => _discriminator.Forward(b, _time))
            * Options.LambdaGan;
        var (own, others) = Energies(pair, otherPair);
        var entropy = (own - others.Mean()) * ((Options.NumTimesteps - _time) / (float)Options.NumTimesteps);
        var bridge = (fake.MseLoss(x.Slice(0, 0, count)) - entropy) * (Options.LambdaSb * Options.Tau);
        Report("G_GAN", adversarial);
        Report("SB", bridge);
        var loss = adversarial + bridge;
        if (Options.LambdaNce > 0)
        {
            var contrastive = Report("NCE", ContrastiveLoss("A", a, fake));
            if (identity)
            {
                contrastive = (contrastive + Report("NCE_Y", ContrastiveLoss("B", b, made.Slice(0, 2 * count, count)))) * 0.5f;
            }

            loss += contrastive;
        }

        _adamG.FinishStep(loss);
        if (Options.LambdaNce > 0)
        {
            _adamF.Step();
            _adamF.ClearGradients();
        }
    }

    /// <summary>Translates pictures [N, C, H, W] in some steps, with the noise of seed 1. The networks stay in evaluation mode.</summary>
    /// <param name="a">of the source domain</param>
    /// <param name="steps">1 to T</param>
    /// <returns>[N, C, H, W], to be disposed</returns>
    internal Tensor Translate(Tensor a, int steps) => Computed(() => Shown(a, steps));

    protected override IReadOnlyList<Tensor> Present(Batch batch) =>
        [batch.A, Shown(batch.A, 1), Shown(batch.A, Options.NumTimesteps), batch.B];

    private Tensor Shown(Tensor a, int steps) => _generator.Translate(a, new TranslationSteps(steps, ShownSeed));

    private int TimeAt(long step) => (int)(step % Options.NumTimesteps);

    private void TrainDiscriminator(Tensor real, Tensor fake)
    {
        _discriminator.RequiresGrad = true;
        using var both = TensorOps.Concat(0, fake, real);
        using var scores = _discriminator.Forward(both, _time);
        var (ofFake, ofReal) = (scores.Slice(0, 0, fake.Shape[0]), scores.Slice(0, fake.Shape[0], fake.Shape[0]));
        var loss = _ganLoss.IsRelative
            ? Report("D_GAN", _ganLoss.Relative(ofReal, ofFake))
            : (Report("D_fake", _ganLoss.Of(ofFake, real: false)) + Report("D_real", _ganLoss.Of(ofReal, real: true))) * 0.5f;
        _adamD.Minimize(WithPenalties(Options, loss, penalty => $"D_{penalty}", x => _discriminator.Forward(x, _time), real, fake));
    }

    private void TrainEnergy(Tensor pair, Tensor otherPair)
    {
        _energy.RequiresGrad = true;
        var (own, others) = Energies(pair, otherPair);
        _adamE.Minimize(Report("E", (others + others.Square()).Mean() - own));
    }

    /// <summary>The mean energy of pairs with themselves, and log Σ exp over the positions of that with other pairs, [N, 1].</summary>
    /// <param name="pair">X and prediction, [N, 2C, H, W]</param>
    /// <param name="otherPair">those of other pictures</param>
    private (Tensor Own, Tensor Others) Energies(Tensor pair, Tensor otherPair)
    {
        var count = pair.Shape[0];
        using var first = TensorOps.Concat(0, pair, pair);
        using var second = TensorOps.Concat(0, pair, otherPair);
        using var both = TensorOps.Concat(1, first, second);
        using var energies = _energy.Forward(both, _time);
        using var others = energies.Slice(0, count, count).Reshape(count, -1);
        using var shares = others.LogSoftmax(1); // Energies minus log Σ exp, at each position.
        return (energies.Slice(0, 0, count).Mean(), others.Slice(1, 0, 1) - shares.Slice(1, 0, 1));
    }

    /// <summary>The contrastive loss at time 0 with one latent code for both pictures.</summary>
    private Tensor ContrastiveLoss(string name, Tensor source, Tensor made)
    {
        using var z = Normal($"z_{name}", _generator.CodeOf(source));
        var sourceFeatures = Constant(() => _generator.Features(source, 0, z, _layers));
        return _contrast.Of(name, sourceFeatures, _generator.Features(made, 0, z, _layers));
    }
}

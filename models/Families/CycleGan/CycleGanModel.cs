using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.CycleGan;

/// <summary>
/// CycleGAN (Zhu et al. 2017): G_A translates A to B and G_B translates B to A, each with its own discriminator; translating there and back
/// must reproduce the input (cycle consistency). D_A judges pictures of B, D_B pictures of A. Losses: D_A, G_A, cycle_A, idt_A, D_B, G_B,
/// cycle_B, idt_B (weighted), and of penalties gp_A, R1_A, R2_A, gp_B, R1_B, R2_B. The PyTorch-GAN preset halves all generator terms. With
/// an adversarial weight of 0 the discriminators are not trained.
/// </summary>
internal sealed class CycleGanModel : TwoWayModel<CycleGanOptions>
{
    private readonly GanLoss _ganLoss;
    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private readonly ImagePool _poolA;
    private readonly ImagePool _poolB;

    /// <summary>Factor of all generator terms. It changes the reported losses; Adam's updates are nearly scale-invariant.</summary>
    private readonly float _scale;

    public CycleGanModel(Family family, CycleGanOptions options, Device device)
        : base(family, options, device)
    {
        _ganLoss = new GanLoss(options.GanMode);
        _scale = options.Preset == CycleGanOptions.PyTorchGanPreset ? 0.5f : 1;
        _adamG = AddAdam("optG", Generators);
        _adamD = AddAdam("optD", Discriminators);
        _poolA = AddPool("pool_A", options.PoolSize);
        _poolB = AddPool("pool_B", options.PoolSize);
    }

    /// <summary>Generators first, with frozen discriminators; then the discriminators, on the fakes from before that update.</summary>
    protected override void Update(string phase, Batch batch)
    {
        var (a, b) = (batch.A, batch.B);
        SetDiscriminatorsTrainable(false);
        var (fakeA, fakeB) = TrainGenerators(a, b);
        if (Options.LambdaGan == 0)
        {
            return;
        }

        SetDiscriminatorsTrainable(true);
        _adamD.ClearGradients();
        var (shownB, shownA) = (_poolB.Query(fakeB), _poolA.Query(fakeA));
        LossOfDiscriminator("A", DiscriminatorA, b, shownB).Backward();
        _adamD.FinishStep(LossOfDiscriminator("B", DiscriminatorB, a, shownA));
    }

    /// <summary>Draws for both pools. A fake has the channels of its domain and the size of the picture it is made from.</summary>
    protected override bool DrawFromPools(Batch batch, long step) =>
        Options.LambdaGan == 0
        || _poolB.Draw(step, batch.A.Shape.With(1, Options.OutputNc)) & _poolA.Draw(step, batch.B.Shape.With(1, Options.InputNc));

    /// <summary>
    /// Losses that share no forward pass have their own backward passes: gradients accumulate, and only one forward's saved activations are
    /// in memory at a time.
    /// </summary>
    /// <returns>the fakes, detached</returns>
    private (Tensor FakeA, Tensor FakeB) TrainGenerators(Tensor a, Tensor b)
    {
        _adamG.ClearGradients();
        var (fakeB, lossA) = GeneratorLosses("A", GeneratorA, DiscriminatorA, GeneratorB, a, Options.LambdaA, b, Options.LambdaB);
        lossA.Backward();
        var (fakeA, lossB) = GeneratorLosses("B", GeneratorB, DiscriminatorB, GeneratorA, b, Options.LambdaB, a, Options.LambdaA);
        _adamG.FinishStep(lossB);
        return (fakeA, fakeB);
    }

    /// <summary>
    /// The losses of one direction: adversarial, cycle, and identity (the generator should not change pictures of its target domain).
    /// </summary>
    /// <returns>the detached fake, and the losses that are still to be differentiated</returns>
    private (Tensor Fake, Tensor Loss) GeneratorLosses(
        string name, Layer generator, Layer discriminator, Layer inverse, Tensor picture, float lambda, Tensor target, float lambdaOfTarget)
    {
        var joins = Options.LambdaIdentity > 0 && Joins(generator, picture, target);
        var identity = Options.LambdaIdentity > 0 && !joins ? IdentityLoss(generator.Forward(target)) : null;
        identity?.Backward();

        var (made, same) = joins ? JointForward.Of(generator, picture, target) : (generator.Forward(picture), null);
        using var fake = made;
        var adversarial = Options.LambdaGan > 0
            ? Report(
                $"G_{name}",
                _ganLoss.OfGenerator(discriminator.Forward(fake), () => discriminator.Forward(target)) * (Options.LambdaGan * _scale))
            : null;

        // A cycle of weight 0 would add nothing to any gradient; both take half of a step.
        if (adversarial is not { } loss || lambda > 0)
        {
            var cycle = Report($"cycle_{name}", inverse.Forward(fake).L1Loss(picture) * (lambda * _scale));
            loss = adversarial is null ? cycle : adversarial + cycle;
        }

        if (same is not null)
        {
            identity = IdentityLoss(same);
            loss += identity;
        }

        if (identity is not null)
        {
            Report($"idt_{name}", identity);
        }

        return (fake.Detach(), loss);

        Tensor IdentityLoss(Tensor made) => made.L1Loss(target) * (lambdaOfTarget * Options.LambdaIdentity * _scale);
    }

    private Tensor LossOfDiscriminator(string name, Layer discriminator, Tensor real, Tensor fake)
    {
        var (ofReal, ofFake) = Joins(discriminator, real, fake)
            ? JointForward.Of(discriminator, real, fake)
            : (discriminator.Forward(real), discriminator.Forward(fake));
        var loss = _ganLoss.IsRelative
            ? _ganLoss.Relative(ofReal, ofFake)
            : (_ganLoss.Of(ofReal, real: true) + _ganLoss.Of(ofFake, real: false)) * 0.5f;
        Report($"D_{name}", loss);
        return WithPenalties(Options, loss, penalty => $"{penalty}_{name}", discriminator.Forward, real, fake);
    }
}

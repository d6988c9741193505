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
    private readonly Way _forth;
    private readonly Way _back;
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
        _forth = new("A", GeneratorA, DiscriminatorA, Inverse: GeneratorB, options.LambdaA, IdentityWeight: options.LambdaB);
        _back = new("B", GeneratorB, DiscriminatorB, Inverse: GeneratorA, options.LambdaB, IdentityWeight: options.LambdaA);
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
        LossOfDiscriminator(_forth, b, shownB).Backward();
        _adamD.FinishStep(LossOfDiscriminator(_back, a, shownA));
    }

    /// <summary>Draws for both pools. A fake has the channels of its domain and the size of the picture it is made from.</summary>
    protected override bool DrawFromPools(Batch batch, long step)
    {
        if (Options.LambdaGan == 0)
        {
            return true;
        }

        var ofB = _poolB.Draw(step, batch.A.Shape.With(1, Options.OutputNc));
        var ofA = _poolA.Draw(step, batch.B.Shape.With(1, Options.InputNc));
        return ofB && ofA;
    }

    /// <summary>
    /// Losses that share no forward pass have their own backward passes: gradients accumulate, and only one forward's saved activations are
    /// in memory at a time.
    /// </summary>
    /// <returns>the fakes, detached</returns>
    private (Tensor FakeA, Tensor FakeB) TrainGenerators(Tensor a, Tensor b)
    {
        _adamG.ClearGradients();
        var (fakeB, lossA) = GeneratorLosses(_forth, a, b);
        lossA.Backward();
        var (fakeA, lossB) = GeneratorLosses(_back, b, a);
        _adamG.FinishStep(lossB);
        return (fakeA, fakeB);
    }

    /// <summary>
    /// The losses of one direction: adversarial, cycle, and identity (the generator should not change pictures of its target domain).
    /// </summary>
    /// <param name="way">the direction</param>
    /// <param name="picture">to translate</param>
    /// <param name="target">pictures of the domain that it is translated to</param>
    /// <returns>the detached fake, and the losses that are still to be differentiated</returns>
    private (Tensor Fake, Tensor Loss) GeneratorLosses(Way way, Tensor picture, Tensor target)
    {
        // Computed together with the fake, the identity loss is differentiated with the others; alone, it is at once.
        var joins = Options.LambdaIdentity > 0 && Joins(way.Generator, picture, target);
        var identity = Options.LambdaIdentity > 0 && !joins ? IdentityLoss(way.Generator.Forward(target)) : null;
        identity?.Backward();

        var (made, same) = joins ? JointForward.Of(way.Generator, picture, target) : (way.Generator.Forward(picture), null);
        using var fake = made;
        Tensor? loss = null;
        if (Options.LambdaGan > 0)
        {
            var adversarial = _ganLoss.OfGenerator(way.Discriminator.Forward(fake), () => way.Discriminator.Forward(target));
            loss = Report($"G_{way.Name}", adversarial * (Options.LambdaGan * _scale));
        }

        // A cycle of weight 0 takes a quarter of a step and adds nothing to any gradient: it is left out beside another loss.
        if (way.CycleWeight > 0 || loss is null)
        {
            var cycle = Report($"cycle_{way.Name}", way.Inverse.Forward(fake).L1Loss(picture) * (way.CycleWeight * _scale));
            loss = loss is null ? cycle : loss + cycle;
        }

        if (same is not null)
        {
            identity = IdentityLoss(same);
            loss += identity;
        }

        if (identity is not null)
        {
            Report($"idt_{way.Name}", identity);
        }

        return (fake.Detach(), loss);

        Tensor IdentityLoss(Tensor made) => made.L1Loss(target) * (way.IdentityWeight * Options.LambdaIdentity * _scale);
    }

    private Tensor LossOfDiscriminator(Way way, Tensor real, Tensor fake)
    {
        var discriminator = way.Discriminator;
        var (ofReal, ofFake) = Joins(discriminator, real, fake)
            ? JointForward.Of(discriminator, real, fake)
            : (discriminator.Forward(real), discriminator.Forward(fake));
        var loss = _ganLoss.IsRelative
            ? _ganLoss.Relative(ofReal, ofFake)
            : (_ganLoss.Of(ofReal, real: true) + _ganLoss.Of(ofFake, real: false)) * 0.5f;
        Report($"D_{way.Name}", loss);
        return WithPenalties(Options, loss, penalty => $"{penalty}_{way.Name}", discriminator.Forward, real, fake);
    }

    /// <summary>A direction of translation.</summary>
    /// <param name="Name">A or B, as in the losses' names</param>
    /// <param name="Discriminator">judges what the generator makes</param>
    /// <param name="Inverse">generator of the other direction</param>
    /// <param name="CycleWeight">of the cycle loss of the pictures that are translated</param>
    /// <param name="IdentityWeight">of the identity loss, before <see cref="CycleGanOptions.LambdaIdentity"/></param>
    private sealed record Way(
        string Name, Layer Generator, Layer Discriminator, Layer Inverse, float CycleWeight, float IdentityWeight);
}

using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.DualGan;

/// <summary>
/// DualGAN (Yi et al. 2017): Wasserstein critics of both domains, and generators with a reconstruction loss. Each step updates the critics,
/// every n-th also the generators. Losses: D_A, D_B, gp_A, gp_B under wgan-gp; G_A, cycle_A, G_B, cycle_B (the
/// cycles weighted).
/// </summary>
internal sealed class DualGanModel : TwoWayModel<DualGanOptions>
{
    private const string CriticsAlone = "critics";
    private const float Decay = 0.9f;

    /// <summary>Added under the penalty's square root, to keep its gradient finite.</summary>
    private const float Epsilon = 1e-8f;

    private readonly RmsProp _rmsPropG;
    private readonly RmsProp _rmsPropD;

    public DualGanModel(Family family, DualGanOptions options, Device device)
        : base(family, options, device)
    {
        _rmsPropG = AddOptimizer("optG", p => new RmsProp(p, options.Lr, Decay, convention: RmsPropConvention.TensorFlow1), Generators);
        _rmsPropD = AddOptimizer(
            "optD",
            p =>
                new RmsProp(
                    p, options.Lr, Decay,
                    convention: RmsPropConvention.TensorFlow1) { ClipWeights = options.WganMode == WganMode.Wgan ? options.Clip : null },
            Discriminators);
    }

    public override string PhaseAt(long step) => (step + 1) % Options.NCritic == 0 ? "both" : CriticsAlone;

    protected override void Update(string phase, Batch batch)
    {
        var (a, b) = (batch.A, batch.B);
        var (fakeA, fakeB) = phase == CriticsAlone ? FakesWithoutGradients(a, b) : (GeneratorB.Forward(b), GeneratorA.Forward(a));
        SetDiscriminatorsTrainable(true);
        _rmsPropD.ClearGradients();
        LossOfCritic("A", DiscriminatorA, b, fakeB.Detach()).Backward();
        _rmsPropD.FinishStep(LossOfCritic("B", DiscriminatorB, a, fakeA.Detach()));
        if (phase == CriticsAlone)
        {
            return;
        }

        // The generators were not updated in between, so the critics' fakes are reused.
        SetDiscriminatorsTrainable(false);
        _rmsPropG.Minimize(
            LossOfGenerator("A", DiscriminatorA, fakeB, GeneratorB, a, Options.LambdaA) + LossOfGenerator(
                "B", DiscriminatorB, fakeA, GeneratorA, b, Options.LambdaB));
    }

    private (Tensor FakeA, Tensor FakeB) FakesWithoutGradients(Tensor a, Tensor b)
    {
        using var constants = GradMode.NoGrad();
        return (GeneratorB.Forward(b), GeneratorA.Forward(a));
    }

    private Tensor LossOfCritic(string name, Layer critic, Tensor real, Tensor fake)
    {
        var loss = critic.Forward(fake).Mean() - critic.Forward(real).Mean();
        Report($"D_{name}", loss);
        if (Options.WganMode == WganMode.Wgan || Options.LambdaGp == 0)
        {
            return loss;
        }

        var mix = Uniform($"mix_{name}", new Shape(real.Shape[0], 1, 1, 1));
        var penalty = GradientPenalty.Of(critic.Forward, real, fake, mix, Options.LambdaGp, Epsilon);
        Report($"gp_{name}", penalty);
        return loss + penalty;
    }

    private Tensor LossOfGenerator(string name, Layer critic, Tensor fake, Layer inverse, Tensor picture, float lambda)
    {
        var adversarial = critic.Forward(fake).Mean().Negate();
        var cycle = inverse.Forward(fake).L1Loss(picture) * lambda;
        Report($"G_{name}", adversarial);
        Report($"cycle_{name}", cycle);
        return adversarial + cycle;
    }
}

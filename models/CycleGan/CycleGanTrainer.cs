using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.CycleGan;

/// <summary>
/// CycleGAN (Zhu et al. 2017): G_A makes B of A and G_B makes A of B, each pleases a discriminator, and there and back again is near
/// the start. D_A judges pictures of B, D_B pictures of A. Losses: D_A, G_A, cycle_A, idt_A, D_B, G_B, cycle_B, idt_B (weighted), and gp_A,
/// gp_B under wgangp. The PyTorch-GAN preset halves all generator terms.
/// </summary>
public sealed class CycleGanTrainer : GanTrainer
{
    private readonly GanLoss _ganLoss;
    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private readonly ImagePool _poolA;
    private readonly ImagePool _poolB;

    /// <summary>Factor of all generator terms; Adam hardly notices it, the reported losses do.</summary>
    private readonly float _scale;

    public CycleGanTrainer(TrainingOptions options, Device device)
        : base(options, device)
    {
        _ganLoss = new GanLoss(options.GanMode);
        _scale = options.Preset == Preset.PytorchGan ? 0.5f : 1;
        GeneratorA = Add("netG_A", options.CreateGenerator(options.InputNc, options.OutputNc));
        GeneratorB = Add("netG_B", options.CreateGenerator(options.OutputNc, options.InputNc));
        DiscriminatorA = Add("netD_A", options.CreateDiscriminator(options.OutputNc));
        DiscriminatorB = Add("netD_B", options.CreateDiscriminator(options.InputNc));
        _adamG = AddAdam("optG", "netG_A", "netG_B");
        _adamD = AddAdam("optD", "netD_A", "netD_B");
        _poolA = AddPool("pool_A");
        _poolB = AddPool("pool_B");
    }

    /// <summary>A to B.</summary>
    public Module GeneratorA { get; }

    /// <summary>B to A.</summary>
    public Module GeneratorB { get; }

    /// <summary>Judges pictures of B.</summary>
    public Module DiscriminatorA { get; }

    /// <summary>Judges pictures of A.</summary>
    public Module DiscriminatorB { get; }

    public override IReadOnlyList<string> QualityLosses => ["cycle_A", "cycle_B"];

    /// <summary>Generators first, against discriminators that stand still; then the discriminators, on fakes from before that.</summary>
    protected override void Update(Tensor a, Tensor b, long step)
    {
        SetDiscriminatorsTrainable(false);
        using var fakeB = GeneratorA.Forward(a);
        using var fakeA = GeneratorB.Forward(b);
        TrainGenerators(a, b, fakeA, fakeB);

        SetDiscriminatorsTrainable(true);
        _adamD.ClearGradients();
        AccumulateDiscriminator("A", DiscriminatorA, b, _poolB.Query(fakeB, step));
        AccumulateDiscriminator("B", DiscriminatorB, a, _poolA.Query(fakeA, step));
        StepAndClear(_adamD);
    }

    public override IReadOnlyList<string> PictureLabels => ["real_A", "fake_B", "rec_A", "real_B", "fake_A", "rec_B"];

    protected override IReadOnlyList<Tensor> Present(Tensor a, Tensor b)
    {
        var (fakeB, fakeA) = (GeneratorA.Forward(a), GeneratorB.Forward(b));
        return [a, fakeB, GeneratorB.Forward(fakeB), b, fakeA, GeneratorA.Forward(fakeA)];
    }

    private void TrainGenerators(Tensor a, Tensor b, Tensor fakeA, Tensor fakeB)
    {
        _adamG.ClearGradients();
        var terms = new List<Tensor>();
        Term("G_A", _ganLoss.Of(DiscriminatorA.Forward(fakeB), real: true), 1);
        Term("cycle_A", GeneratorB.Forward(fakeB).L1Loss(a), Options.LambdaA);
        Term("G_B", _ganLoss.Of(DiscriminatorB.Forward(fakeA), real: true), 1);
        Term("cycle_B", GeneratorA.Forward(fakeA).L1Loss(b), Options.LambdaB);
        if (Options.LambdaIdentity > 0)
        {
            Term("idt_A", GeneratorA.Forward(b).L1Loss(b), Options.LambdaB * Options.LambdaIdentity);
            Term("idt_B", GeneratorB.Forward(a).L1Loss(a), Options.LambdaA * Options.LambdaIdentity);
        }

        terms.Aggregate((sum, term) => sum + term).Backward();
        StepAndClear(_adamG);

        void Term(string name, Tensor loss, float weight)
        {
            var term = loss * (weight * _scale);
            Report(name, term);
            terms.Add(term);
        }
    }

    private void AccumulateDiscriminator(string name, Module judge, Tensor real, Tensor fake)
    {
        var loss = (_ganLoss.Of(judge.Forward(real), real: true) + _ganLoss.Of(judge.Forward(fake), real: false)) * 0.5f;
        Report($"D_{name}", loss);
        if (_ganLoss.Mode == GanMode.Wgangp && Options.LambdaGp > 0)
        {
            var penalty = GradientPenalty.Of(judge.Forward, real, fake, Mix(real), Options.LambdaGp);
            Report($"gp_{name}", penalty);
            loss += penalty;
        }

        loss.Backward();
    }

    private void SetDiscriminatorsTrainable(bool trainable) =>
        (DiscriminatorA.RequiresGrad, DiscriminatorB.RequiresGrad) = (trainable, trainable);
}

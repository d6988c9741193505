using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.DiscoGan;

/// <summary>
/// DiscoGAN (Kim et al. 2017): two generators that invert each other. One step of three trains the discriminators, the other two train the
/// generators with an adversarial loss, feature matching and a reconstruction loss.
/// Losses: D_A, D_B, and of penalties gp_A, R1_A, R2_A, gp_B, …; G_A, fm_A, recon_A, G_B, fm_B, recon_B, without weights.
/// </summary>
internal sealed class DiscoGanModel : TwoWayModel<DiscoGanOptions>
{
    private const string TrainsDiscriminators = "discriminators";
    private const float Beta2 = 0.999f, WeightDecay = 1e-5f, GanWeight = 0.1f, FeatureWeight = 0.9f;

    /// <summary>Converts a squared distance of [−1, 1] to one of [0, 1].</summary>
    private const float ToUnitRange = 0.25f;

    private readonly GanLoss _ganLoss;
    private readonly Adam _adamG, _adamD;
    private readonly StepNumber _rate;

    public DiscoGanModel(Family family, DiscoGanOptions options, Device device)
        : base(family, options, device)
    {
        _ganLoss = new GanLoss(options.GanMode);
        _adamG = AddOptimizer("optG", p => new Adam(p, options.Lr, options.Beta1, Beta2, weightDecay: WeightDecay), Generators);
        _adamD = AddOptimizer("optD", p => new Adam(p, options.Lr, options.Beta1, Beta2, weightDecay: WeightDecay), Discriminators);
        _rate = AddNumber();
    }

    public override string PhaseAt(long step) => step % Options.UpdateInterval == 0 ? TrainsDiscriminators : "generators";

    protected override void Prepare(Batch batch, long step) =>
        _rate.Value = step < Options.GanCurriculum ? Options.StartingRate : Options.DefaultRate;

    protected override void Update(string phase, Batch batch)
    {
        var bothWays = Options.ModelArch == DiscoGanArchitecture.DiscoGan;
        SetDiscriminatorsTrainable(phase == TrainsDiscriminators);
        if (phase == TrainsDiscriminators)
        {
            var loss = LossOfDiscriminator("A", DiscriminatorA, GeneratorA, batch.A, batch.B);
            _adamD.Minimize(bothWays ? loss + LossOfDiscriminator("B", DiscriminatorB, GeneratorB, batch.B, batch.A) : loss);
        }
        else
        {
            var loss = LossOfGenerators("A", GeneratorA, DiscriminatorA, GeneratorB, batch.A, batch.B);
            _adamG.Minimize(bothWays ? loss + LossOfGenerators("B", GeneratorB, DiscriminatorB, GeneratorA, batch.B, batch.A) : loss);
        }
    }

    private Tensor LossOfDiscriminator(string name, Layer discriminator, Layer generator, Tensor input, Tensor real)
    {
        var fake = Constant(() => generator.Forward(input));
        var (ofReal, ofFake) = (discriminator.Forward(real), discriminator.Forward(fake));
        var loss = Report($"D_{name}", _ganLoss.IsRelative
            ? _ganLoss.Relative(ofReal, ofFake)
            : (_ganLoss.Of(ofReal, real: true) + _ganLoss.Of(ofFake, real: false)) * 0.5f);
        return WithPenalties(Options, loss, penalty => $"{penalty}_{name}", discriminator.Forward, real, fake);
    }

    private Tensor LossOfGenerators(string name, Layer generator, Layer discriminator, Layer inverse, Tensor picture, Tensor target)
    {
        var fake = generator.Forward(picture);
        var real = Options.Points ? [] : ScoresAndFeatures(discriminator, target).Features;
        var (scores, made) = ScoresAndFeatures(discriminator, fake);
        var gan = Report($"G_{name}", _ganLoss.OfGenerator(scores, () => discriminator.Forward(target)));
        var domainLoss = Options.Points ? gan : (gan * GanWeight) + (LossOfFeatures(name, made, real) * FeatureWeight);
        if (Options.ModelArch == DiscoGanArchitecture.Gan)
        {
            return domainLoss;
        }

        var reconstruction = Report($"recon_{name}", inverse.Forward(fake).MseLoss(picture) * (Options.Points ? 1 : ToUnitRange));
        return domainLoss.Lerp(reconstruction, _rate);
    }

    private Tensor LossOfFeatures(string name, IReadOnlyList<Tensor> made, IReadOnlyList<Tensor> real) => Report(
        $"fm_{name}", made.Zip(real, (m, r) => MeanOverSamples(m).MseLoss(MeanOverSamples(r))).Aggregate((sum, next) => sum + next));

    /// <summary>Scores, and the features after each downsampling from the second on.</summary>
    private static (Tensor Scores, IReadOnlyList<Tensor> Features) ScoresAndFeatures(Layer discriminator, Tensor x)
    {
        var stages = (Sequential)discriminator;
        var features = new List<Tensor>();
        for (var i = 0; i < stages.Count - 1; i++)
        {
            features.Add(x = stages[i].Forward(x));
        }

        return (stages[stages.Count - 1].Forward(x), features[1..]);
    }
}

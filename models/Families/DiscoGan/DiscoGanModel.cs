using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.DiscoGan;

/// <summary>
/// DiscoGAN (Kim et al. 2017): two generators that undo each other. Of three steps one trains the discriminators, two the generators: to
/// pass as real, to give the discriminator's features the means that real pictures give them, and to come back to the start.
/// Losses: D_A, D_B; G_A, fm_A, recon_A, G_B, fm_B, recon_B, without weights.
/// </summary>
public sealed class DiscoGanModel : TwoWayModel<DiscoGanOptions>
{
    private const string TrainsDiscriminators = "discriminators";
    private const float Beta2 = 0.999f, WeightDecay = 1e-5f, GanWeight = 0.1f, FeatureWeight = 0.9f;

    /// <summary>A squared distance in [−1, 1] is four times that in [0, 1].</summary>
    private const float ToUnitRange = 0.25f;

    private readonly Adam _adamG, _adamD;
    private readonly StepNumber _rate;

    public DiscoGanModel(DiscoGanOptions options, Device device)
        : base(options, device)
    {
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

    private Tensor LossOfDiscriminator(string name, Layer judge, Layer generator, Tensor input, Tensor real) => Report(
        $"D_{name}",
        (judge.Forward(real).BceWithLogits(1) + judge.Forward(Constant(() => generator.Forward(input))).BceWithLogits(0)) * 0.5f);

    private Tensor LossOfGenerators(string name, Layer there, Layer judge, Layer back, Tensor picture, Tensor target)
    {
        var fake = there.Forward(picture);
        var wanted = Options.Points ? [] : Judge(judge, target).Features;
        var (scores, made) = Judge(judge, fake);
        var gan = Report($"G_{name}", scores.BceWithLogits(1));
        var pleasing = Options.Points ? gan : (gan * GanWeight) + (LossOfFeatures(name, made, wanted) * FeatureWeight);
        if (Options.ModelArch == DiscoGanArchitecture.Gan)
        {
            return pleasing;
        }

        var reconstruction = Report($"recon_{name}", back.Forward(fake).MseLoss(picture) * (Options.Points ? 1 : ToUnitRange));
        return pleasing.Lerp(reconstruction, _rate);
    }

    private Tensor LossOfFeatures(string name, IReadOnlyList<Tensor> made, IReadOnlyList<Tensor> wanted) => Report(
        $"fm_{name}", made.Zip(wanted, (m, w) => MeanOverSamples(m).MseLoss(MeanOverSamples(w))).Aggregate((sum, next) => sum + next));

    /// <summary>Scores, and the features after each downsampling from the second on.</summary>
    private static (Tensor Scores, IReadOnlyList<Tensor> Features) Judge(Layer judge, Tensor x)
    {
        var stages = (Sequential)judge;
        var features = new List<Tensor>();
        for (var i = 0; i < stages.Count - 1; i++)
        {
            features.Add(x = stages[i].Forward(x));
        }

        return (stages[stages.Count - 1].Forward(x), features[1..]);
    }
}

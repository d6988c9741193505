using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.StackGan;

/// <summary>
/// StackGAN (Zhang et al. 2017): a first generator makes coarse pictures from codes and labels; a second one makes larger pictures from
/// these and the labels. The stages are trained in sequence. The discriminators get real pictures with their labels, real pictures with
/// wrong labels, and fakes. Losses: D_real, D_wrong, D_fake, or D_GAN, D_wrong under rpgan, D_gp, D_R1, D_R2 of penalties, G_GAN, G_KL.
/// </summary>
internal sealed class StackGanModel : StackedModel<StackGanOptions>
{
    private readonly GanLoss _loss;
    private readonly FirstGenerator _first;

    /// <summary>Null without a second stage.</summary>
    private readonly SecondGenerator? _second;

    /// <summary>By stage.</summary>
    private readonly ConditionalDiscriminator[] _discriminators;

    private readonly Adam _adamG;
    private readonly Adam _adamD;

    private int _stage;

    public StackGanModel(Family family, StackGanOptions options, Device device)
        : base(family, options, device)
    {
        _loss = new GanLoss(options.GanMode);
        _first = Network<FirstGenerator>(StackGanFamily.FirstGeneratorName);
        _second = options.OneStage ? null : Network<SecondGenerator>(StackGanFamily.SecondGeneratorName);
        string[] discriminators = [.. StackGanFamily.DiscriminatorNames(options)];
        _discriminators = [.. discriminators.Select(Network<ConditionalDiscriminator>)];

        // Parameters get gradients, and so are updated, only in their own stage.
        _adamG = AddAdam("optG", Networks.Select(n => n.Name).Except(discriminators));
        _adamD = AddAdam("optD", discriminators);
    }

    /// <summary>The second stage continues after its nominal end.</summary>
    public override int StageAt(long step) => step < Options.Niter || Options.OneStage ? 0 : 1;

    public override float RateFactorAt(long step)
    {
        var (place, halfLife) = StageAt(step) == 0
            ? (step, Options.HalfLife)
            : (step - Options.Niter, Options.HalfLife2 > 0 ? Options.HalfLife2 : Options.HalfLife);
        return halfLife == 0 ? 1 : (float)Math.Pow(0.5, place / halfLife);
    }

    protected override void Prepare(Batch batch, long step) => _stage = StageAt(step);

    protected override void Update(string phase, Batch batch)
    {
        var labels = LabelVectors(batch);
        var (real, wrong) = (OfStage(batch[LabelledPictures.NameOfPicture]), OfStage(batch[MismatchedPictures.NameOfOther]));
        var fakes = FakesFor(labels.Shape[0]);
        var fakeLabels = labels.Shape[0] < fakes ? labels.Expand(fakes, Options.EmbeddedNumbers) : labels;
        TrainDiscriminator(real, wrong, labels, fakeLabels);
        TrainGenerator(real, labels, fakeLabels);
    }

    /// <summary>Runs both stages once the second is in training; before, coarse pictures are enlarged.</summary>
    protected override Tensor Draw(GenerationDraw draw)
    {
        var stage = draw.Request.StepsTaken > 0 ? StageAt(draw.Request.StepsTaken - 1) : _stage;
        var labels = LabelVectors(draw);
        var condition = new Shape(Options.Condition);
        var coarse = _first.Forward(Noise(draw, 0, new Shape(Options.Nz)), labels, draw.Normal(1, condition)).Picture;
        return stage == 0
            ? Enlarged(coarse)
            : _second!.Forward(coarse, labels, draw.Normal(2, condition)).Picture;
    }

    /// <param name="real">pictures of the stage's size</param>
    /// <param name="wrong">real pictures with other labels</param>
    /// <param name="labels">label vectors of the real pictures, [N, numbers]</param>
    /// <param name="fakeLabels">label vectors of the fakes, [M, numbers]</param>
    private void TrainDiscriminator(Tensor real, Tensor wrong, Tensor labels, Tensor fakeLabels)
    {
        var discriminator = _discriminators[_stage];
        discriminator.RequiresGrad = true;
        var made = Constant(() => MakeStage("D", fakeLabels).Picture);
        var (ofReal, ofWrong) = (discriminator.Forward(real, labels), discriminator.Forward(wrong, labels));
        var ofFakes = discriminator.Forward(made, fakeLabels);

        // Half of the other pairs are real pictures with wrong labels, half are fakes.
        var loss = _loss.IsRelative
            ? (Report("D_GAN", _loss.Relative(ofReal, ofFakes)) + Report("D_wrong", _loss.Relative(ofReal, ofWrong))) * 0.5f
            : Report("D_real", _loss.Of(ofReal, real: true))
                + ((Report("D_wrong", _loss.Of(ofWrong, real: false)) + Report("D_fake", _loss.Of(ofFakes, real: false))) * 0.5f);
        _adamD.Minimize(WithPenalties(Options, loss, penalty => $"D_{penalty}", Scores, real, made));

        Tensor Scores(Tensor x) => discriminator.Forward(x, x.Shape[0] == labels.Shape[0] ? labels : fakeLabels);
    }

    private void TrainGenerator(Tensor real, Tensor labels, Tensor fakeLabels)
    {
        var discriminator = _discriminators[_stage];
        discriminator.RequiresGrad = false;
        var made = MakeStage("G", fakeLabels);
        var loss = _loss.OfGenerator(discriminator.Forward(made.Picture, fakeLabels), () => discriminator.Forward(real, labels));
        _adamG.Minimize(loss + (made.Divergence * Options.LambdaKl));
        Report("G_GAN", loss);
        Report("G_KL", made.Divergence);
    }

    /// <summary>The output of the stage in training; the first generator is frozen in the second stage.</summary>
    /// <param name="of">suffix of the draws' names: <c>D</c>, <c>G</c></param>
    /// <param name="labels">label vectors, [N, numbers]</param>
    private StageResult MakeStage(string of, Tensor labels)
    {
        var (codes, condition) = (Codes($"z_{of}", labels.Shape[0]), new Shape(labels.Shape[0], Options.Condition));
        if (_stage == 0)
        {
            return _first.Forward(codes, labels, Normal($"c_{of}", condition));
        }

        var coarse = Constant(() => _first.Forward(codes, labels, Normal($"c_{of}", condition)).Picture);
        return _second!.Forward(coarse, labels, Normal($"d_{of}", condition));
    }

    /// <summary>Averages to the stage's resolution.</summary>
    private Tensor OfStage(Tensor pictures) =>
        _stage == 0 && Options.FirstSide < Options.ImageSize ? pictures.AvgPool2d(Options.ImageSize / Options.FirstSide) : pictures;

    private Tensor Enlarged(Tensor coarse) =>
        Options.FirstSide < Options.ImageSize ? coarse.Upsample(Options.ImageSize / Options.FirstSide) : coarse;
}

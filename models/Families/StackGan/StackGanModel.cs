using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.StackGan;

/// <summary>
/// StackGAN (Zhang et al. 2017): a first generator makes coarse pictures of codes and labels, a second one reads them with the labels and
/// makes larger ones. Stages learn one after another; discriminators see real pictures with their labels, with wrong ones, and fakes.
/// Losses: D_real, D_wrong, D_fake, G_GAN, G_KL.
/// </summary>
public sealed class StackGanModel : StackedModel<StackGanOptions>
{
    private readonly GanLoss _loss = new(GanMode.Vanilla);
    private readonly FirstGenerator _first;

    /// <summary>Null where there is no second stage.</summary>
    private readonly SecondGenerator? _second;

    /// <summary>By stage.</summary>
    private readonly SuitingJudge[] _judges;

    private readonly Adam _adamG;
    private readonly Adam _adamD;

    private int _stage;

    public StackGanModel(StackGanOptions options, Device device)
        : base(options, device)
    {
        _first = Network<FirstGenerator>(StackGanFamily.FirstGeneratorName);
        _second = options.OneStage ? null : Network<SecondGenerator>(StackGanFamily.SecondGeneratorName);
        string[] judges = [.. StackGanFamily.JudgesOf(options)];
        _judges = [.. judges.Select(Network<SuitingJudge>)];

        // A stage's parameters get gradients, and so steps, in their own stage alone.
        _adamG = AddAdam("optG", Networks.Select(n => n.Name).Except(judges));
        _adamD = AddAdam("optD", judges);
    }

    /// <summary>After its nominal end the second stage continues.</summary>
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
        var told = Told(batch);
        var (real, wrong) = (OfStage(batch[LabelledPictures.NameOfPicture]), OfStage(batch[MismatchedPictures.NameOfOther]));
        var fakes = FakesFor(told.Shape[0]);
        var asked = told.Shape[0] < fakes ? told.Expand(fakes, Options.EmbeddedNumbers) : told;
        TrainDiscriminator(real, wrong, told, asked);
        TrainGenerator(asked);
    }

    /// <summary>Through both stages, once the second has begun; before, coarse pictures are enlarged.</summary>
    protected override Tensor Draw(GenerationDraw draw)
    {
        var stage = draw.Request.StepsTaken > 0 ? StageAt(draw.Request.StepsTaken - 1) : _stage;
        var told = Told(draw);
        var condition = new Shape(Options.Condition);
        var coarse = _first.Forward(Noise(draw, 0, new Shape(Options.Nz)), told, draw.Normal(1, condition)).Picture;
        return stage == 0
            ? Enlarged(coarse)
            : _second!.Forward(coarse, told, draw.Normal(2, condition)).Picture;
    }

    /// <param name="real">pictures of the stage's size</param>
    /// <param name="wrong">others, whose labels differ</param>
    /// <param name="told">label vectors of the real pictures</param>
    /// <param name="asked">of what fakes are made</param>
    private void TrainDiscriminator(Tensor real, Tensor wrong, Tensor told, Tensor asked)
    {
        var judge = _judges[_stage];
        judge.RequiresGrad = true;
        var made = Constant(() => MakeStage("D", asked).Picture);
        var costOfReal = _loss.Of(judge.Forward(real, told), real: true);
        var costOfWrong = _loss.Of(judge.Forward(wrong, told), real: false);
        var costOfFakes = _loss.Of(judge.Forward(made, asked), real: false);
        _adamD.Minimize(costOfReal + ((costOfWrong + costOfFakes) * 0.5f));
        Report("D_real", costOfReal);
        Report("D_wrong", costOfWrong);
        Report("D_fake", costOfFakes);
    }

    private void TrainGenerator(Tensor asked)
    {
        var judge = _judges[_stage];
        judge.RequiresGrad = false;
        var made = MakeStage("G", asked);
        var loss = _loss.Of(judge.Forward(made.Picture, asked), real: true);
        _adamG.Minimize(loss + (made.Divergence * Options.LambdaKl));
        Report("G_GAN", loss);
        Report("G_KL", made.Divergence);
    }

    /// <summary>The output of the stage in training; the first generator is frozen in the second stage.</summary>
    /// <param name="of">names the draws: <c>D</c>, <c>G</c></param>
    /// <param name="told">[N, numbers]</param>
    private StageResult MakeStage(string of, Tensor told)
    {
        var (codes, condition) = (Codes($"z_{of}", told.Shape[0]), new Shape(told.Shape[0], Options.Condition));
        if (_stage == 0)
        {
            return _first.Forward(codes, told, Normal($"c_{of}", condition));
        }

        var coarse = Constant(() => _first.Forward(codes, told, Normal($"c_{of}", condition)).Picture);
        return _second!.Forward(coarse, told, Normal($"d_{of}", condition));
    }

    /// <summary>Averages to the stage's resolution.</summary>
    private Tensor OfStage(Tensor pictures) =>
        _stage == 0 && Options.FirstSide < Options.ImageSize ? pictures.AveragePool(Options.ImageSize / Options.FirstSide) : pictures;

    private Tensor Enlarged(Tensor coarse) =>
        Options.FirstSide < Options.ImageSize ? coarse.Upsample(Options.ImageSize / Options.FirstSide) : coarse;
}

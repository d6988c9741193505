using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.LapGan;

/// <summary>
/// LAPGAN (Denton et al. 2015): a GAN for the coarsest level of a pyramid, and for each finer level a GAN of the residual to the enlarged
/// level below. Levels are trained in sequence, each on real pictures alone; generation runs through all of them. A stage is a level.
/// Losses: D_real, D_fake, or D_GAN under rpgan, D_gp, D_R1, D_R2 of penalties, G_GAN.
/// </summary>
internal sealed class LapGanModel : NoiseModel<LapGanOptions>
{
    private static readonly Resizing s_linear = new(AlignCorners: true);

    private readonly GanLoss _loss;
    private readonly Layer _base;

    /// <summary>By level; the coarsest has none.</summary>
    private readonly ResidualGenerator?[] _generators;

    /// <summary>By level.</summary>
    private readonly PictureDiscriminator[] _judges;

    private readonly Optimizer _optimizerG;
    private readonly Optimizer _optimizerD;
    private int _level;

    public LapGanModel(Family family, LapGanOptions options, Device device)
        : base(family, options, device)
    {
        _loss = new GanLoss(options.GanMode);
        int[] levels = [.. Enumerable.Range(0, options.Levels)];
        _base = Network<Layer>(LapGanFamily.GeneratorOf(0));
        _generators = Array.ConvertAll(levels, n => n == 0 ? null : Network<ResidualGenerator>(LapGanFamily.GeneratorOf(n)));
        _judges = Array.ConvertAll(levels, n => Network<PictureDiscriminator>(LapGanFamily.DiscriminatorOf(n)));

        // Parameters get gradients, and so are updated, only in their own level's stage.
        _optimizerG = AddOptimizer("optG", Create, levels.Select(LapGanFamily.GeneratorOf));
        _optimizerD = AddOptimizer("optD", Create, levels.Select(LapGanFamily.DiscriminatorOf));

        Optimizer Create(IEnumerable<NamedTensor> parameters) => options.Optimizer == LapGanOptimizer.Sgd
            ? new Sgd(parameters, options.Lr, options.Momentum) : new Adam(parameters, options.Lr, options.Beta1);
    }

    /// <summary>The level that a step trains; the last one continues after its nominal end.</summary>
    public override int StageAt(long step) => (int)Math.Min(step / Options.Niter, Options.Levels - 1);

    protected override void Prepare(Batch batch, long step) => _level = StageAt(step);

    /// <summary>Only the level in training: it learns from real pictures alone, not from the averages of coarser levels.</summary>
    protected override bool IsAveragedIn(int stage, string network) => network == LapGanFamily.GeneratorOf(stage);

    protected override void Update(string phase, Batch batch)
    {
        var (fine, labels) = (Shrunk(batch[LabelledPictures.NameOfPicture], Options.SideOf(_level)), LabelsOf(batch));
        var coarse = _level == 0 ? null : Enlarged(Shrunk(fine, Options.SideOf(_level - 1)), Options.SideOf(_level));
        TrainDiscriminator(fine, coarse, labels);
        TrainGenerator(fine, coarse, labels);
    }

    /// <summary>Runs all trained levels, and enlarges the result to the full size.</summary>
    protected override Tensor Draw(GenerationDraw draw)
    {
        var top = draw.Request.StepsTaken > 0 ? StageAt(draw.Request.StepsTaken - 1) : _level;
        var labels = LabelsOf(draw);
        var made = _base.Forward(WithLabels(Noise(draw, 0, new Shape(Options.Nz)), labels));
        for (var n = 1; n <= top; n++)
        {
            var side = Options.SideOf(n);
            var coarse = Enlarged(made, side);
            made = coarse + _generators[n]!.Forward(Noise(draw, (uint)n, new Shape(1, side, side)), coarse, labels);
        }

        return Enlarged(made, Options.ImageSize);
    }

    private void TrainDiscriminator(Tensor fine, Tensor? coarse, Tensor? labels)
    {
        var judge = _judges[_level];
        judge.RequiresGrad = true;
        _optimizerD.ClearGradients();
        var ofReal = Scores(fine);
        if (!_loss.IsRelative)
        {
            (Report("D_real", _loss.Of(ofReal, real: true)) * 0.5f).Backward();
        }

        var made = Constant(() => MakeLevel("z_D", fine.Shape[0], coarse, labels));
        var ofFake = Scores(made);
        var loss = _loss.IsRelative
            ? Report("D_GAN", _loss.Relative(ofReal, ofFake))
            : Report("D_fake", _loss.Of(ofFake, real: false)) * 0.5f;
        _optimizerD.FinishStep(WithPenalties(Options, loss, penalty => $"D_{penalty}", Scores, fine, made));

        Tensor Scores(Tensor x) => judge.Forward(x, labels);
    }

    private void TrainGenerator(Tensor fine, Tensor? coarse, Tensor? labels)
    {
        var judge = _judges[_level];
        judge.RequiresGrad = false;
        var made = MakeLevel("z_G", fine.Shape[0], coarse, labels);
        var loss = _loss.OfGenerator(judge.Forward(made, labels), () => judge.Forward(fine, labels));
        _optimizerG.Minimize(loss);
        Report("G_GAN", loss);
    }

    /// <summary>Pictures [N, C, S, S] of the level in training, from codes at the coarsest, else from noise and the level below.</summary>
    private Tensor MakeLevel(string draw, int count, Tensor? coarse, Tensor? labels)
    {
        draw += $"_{_level}";
        return coarse is null
            ? _base.Forward(WithLabels(Codes(draw, count), labels))
            : coarse + _generators[_level]!.Forward(Noise(draw, coarse.Shape.With(1, 1)), coarse, labels);
    }

    private static Tensor WithLabels(Tensor codes, Tensor? labels) => labels is null ? codes : TensorOps.Concat(1, codes, labels);

    /// <summary>Averages pictures down to a side.</summary>
    private static Tensor Shrunk(Tensor pictures, int side) =>
        pictures.Shape[2] == side ? pictures : pictures.AvgPool2d(pictures.Shape[2] / side);

    /// <summary>Bilinear with aligned corners.</summary>
    private static Tensor Enlarged(Tensor pictures, int side) =>
        pictures.Shape[2] == side ? pictures : pictures.Resize(side, s_linear);
}

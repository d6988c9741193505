using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.ProgressiveGan;

/// <summary>
/// Progressive growing (Karras et al. 2018): both networks start with pictures of 4 pixels; a level that doubles the side is faded in, then
/// trained alone, and the next one follows. The critic has a gradient penalty. A stage is the fade-in of a level, or its training alone.
/// Losses: D_real, D_fake, or D_GAN under rpgan, W under wgangp (the estimated Wasserstein distance of pictures and fakes), D_gp, D_R1,
/// D_R2 of penalties, D_drift, G_GAN.
/// </summary>
internal sealed class ProgressiveGanModel : NoiseModel<ProgressiveGanOptions>
{
    private readonly GanLoss _loss;
    private readonly GrowingGenerator _generator;
    private readonly GrowingCritic _critic;
    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private readonly StepNumber _fade;

    /// <summary>Index of the latest step.</summary>
    private long _step;

    public ProgressiveGanModel(Family family, ProgressiveGanOptions options, Device device)
        : base(family, options, device)
    {
        _loss = new GanLoss(options.GanMode);
        _generator = Network<GrowingGenerator>(NoiseOptions.GeneratorName);
        _critic = Network<GrowingCritic>(NoiseOptions.DiscriminatorName);
        _generator.Grown = Level;

        // A level's parameters get gradients, and so are updated, from its fade-in on.
        _adamG = AddOptimizer(
            "optG", parameters => new Adam(parameters, options.Lr, options.Beta1, options.Beta2), NoiseOptions.GeneratorName);
        _adamD = AddOptimizer(
            "optD", parameters => new Adam(parameters, options.Lr, options.Beta1, options.Beta2), NoiseOptions.DiscriminatorName);
        _fade = AddNumber();
    }

    private int Level => ProgressiveGanOptions.LevelOf(StageAt(_step));

    /// <summary>The blend of a level with the one below in this step; null if there is none.</summary>
    private Blend? Fading => StageAt(_step) % 2 == 0 ? null : ((level, below) => level.Lerp(below, _fade));

    /// <summary>The last level continues after its nominal end.</summary>
    public override int StageAt(long step) => Options.StageAt(step);

    /// <summary>Restarts Adam's moments, which belong to the networks of the previous stage.</summary>
    protected override void BeginStage(int stage, Batch batch)
    {
        _generator.Grown = ProgressiveGanOptions.LevelOf(stage);
        _adamG.Restart();
        _adamD.Restart();
    }

    protected override void Prepare(Batch batch, long step) => (_step, _fade.Value) = (step, Options.FadeAt(step));

    protected override void Update(string phase, Batch batch)
    {
        var real = OfLevel(batch[LabelledPictures.NameOfPicture]);
        TrainCritic(real, ViewOf(batch));
        TrainGenerator(real, ViewOf(batch));
    }

    protected override Tensor Make(Tensor codes, Tensor? labels) => _generator.Forward(codes, Level, Fading);

    /// <summary>Pictures of the current level, enlarged to the full size.</summary>
    protected override Tensor Draw(GenerationDraw draw)
    {
        var step = draw.Request.StepsTaken > 0 ? draw.Request.StepsTaken - 1 : _step;
        var (level, fade) = (ProgressiveGanOptions.LevelOf(StageAt(step)), Options.FadeAt(step));
        Blend? blend = fade > 0 ? ((own, below) => own.Lerp(below, fade)) : null;
        var made = _generator.Forward(Noise(draw, 0, new Shape(Options.Nz)), level, blend);
        return made.Enlarged(Options.ImageSize / ProgressiveGanOptions.SideOf(level));
    }

    /// <param name="picture">real pictures</param>
    /// <param name="view">the batch, with which the critic compares each picture</param>
    private void TrainCritic(Tensor picture, BatchView view)
    {
        _critic.RequiresGrad = true;
        var made = MakeConstant(Codes("z_D", picture.Shape[0]), labels: null);
        var (ofReal, ofFake) = (Scores(picture, view), Scores(made, view));
        var loss = _loss.IsRelative
            ? Report("D_GAN", _loss.Relative(ofReal, ofFake))
            : Report("D_real", _loss.Of(ofReal, real: true)) + Report("D_fake", _loss.Of(ofFake, real: false));
        if (Options.GanMode == GanMode.Wgangp)
        {
            Report("W", loss.Negate());
        }

        loss = WithPenalties(Options, loss, penalty => $"D_{penalty}", x => Scores(x, view), picture, made);
        _adamD.Minimize(loss + Report("D_drift", ofReal.Square().Mean() * Options.LambdaDrift));
    }

    /// <inheritdoc cref="TrainCritic"/>
    private void TrainGenerator(Tensor picture, BatchView view)
    {
        _critic.RequiresGrad = false;
        var scores = Scores(Make(Codes("z_G", picture.Shape[0]), labels: null), view);
        var loss = _loss.OfGenerator(scores, () => Scores(picture, view));
        _adamG.Minimize(loss);
        Report("G_GAN", loss);
    }

    private Tensor Scores(Tensor pictures, BatchView view) => _critic.Forward(
        pictures, Level, Fading, features => view.MinibatchDeviation(features, GrowingCritic.GroupOf, GrowingCritic.Epsilon));

    /// <summary>Real pictures of the level, blended with the level below as fakes are.</summary>
    private Tensor OfLevel(Tensor pictures)
    {
        var level = pictures.Shrunk(Options.ImageSize / ProgressiveGanOptions.SideOf(Level));
        return Fading is { } blend ? blend(level, level.Shrunk(2).Enlarged(2)) : level;
    }
}

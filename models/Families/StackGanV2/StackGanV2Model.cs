using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.StackGanV2;

/// <summary>
/// StackGAN++ (Zhang et al. 2017): a tree of generators makes pictures of several sizes of one code and condition, and a discriminator for
/// each size judges them twice, with the condition and alone. All learn together. Losses, each the sum over the sizes: D_real, D_wrong,
/// D_fake, G_GAN, G_KL, G_color; without labels there is no D_wrong and no G_KL, and without --color-loss no G_color.
/// </summary>
public sealed class StackGanV2Model : StackedModel<StackGanV2Options>
{
    private readonly GanLoss _loss = new(GanMode.Vanilla);
    private readonly TreeGenerator _tree;

    /// <summary>By branch.</summary>
    private readonly TreeJudge[] _judges;

    private readonly Adam _adamG;

    /// <summary>One for all: no parameter belongs to two of them.</summary>
    private readonly Adam _adamD;

    public StackGanV2Model(StackGanV2Options options, Device device)
        : base(options, device)
    {
        string[] judges = [.. StackGanV2Family.JudgesOf(options)];
        _tree = Network<TreeGenerator>(NoiseOptions.GeneratorName);
        _judges = [.. judges.Select(Network<TreeJudge>)];
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", judges);
    }

    /// <summary>Discriminators and generators learn from the same fakes, as in the authors' program.</summary>
    protected override void Update(string phase, Batch batch)
    {
        var real = batch[LabelledPictures.NameOfPicture];
        var (count, fakes) = (real.Shape[0], FakesFor(real.Shape[0]));
        Tensor? told = null, noise = null;
        var codes = Codes("z", fakes);
        if (Options.Conditional)
        {
            told = Told(batch).Expand(fakes, Options.EmbeddedNumbers);
            noise = Normal("c", new Shape(fakes, Options.Condition));
        }

        var made = _tree.Forward(codes, told, noise);
        TrainDiscriminators(real, Options.Conditional ? batch[MismatchedPictures.NameOfOther] : null, made, count);
        TrainGenerators(made);
    }

    protected override Tensor Draw(GenerationDraw draw)
    {
        var codes = Noise(draw, 0, new Shape(Options.Nz));
        return Options.Conditional
            ? _tree.Forward(codes, Told(draw), draw.Normal(1, new Shape(Options.Condition))).Pictures[^1]
            : _tree.Forward(codes, null, null).Pictures[^1];
    }

    /// <param name="real">[N, C, S, S]</param>
    /// <param name="wrong">others, whose labels differ; null without labels</param>
    /// <param name="made">fakes, which are constants here</param>
    /// <param name="count">N</param>
    private void TrainDiscriminators(Tensor real, Tensor? wrong, TreeResult made, int count)
    {
        var asked = made.Drawn?.Mean.Detach();
        var own = asked?.Slice(0, 0, count);
        Tensor? costOfReal = null, costOfWrong = null, costOfFakes = null;
        for (var branch = 0; branch < _judges.Length; branch++)
        {
            var judge = _judges[branch];
            judge.RequiresGrad = true;
            costOfReal = Sum(costOfReal, Cost(judge.Forward(OfBranch(real, branch), own), real: true));
            costOfWrong = wrong is null
                ? null
                : Sum(costOfWrong, Cost(judge.Forward(OfBranch(wrong, branch), own), real: false, realAlone: true));
            costOfFakes = Sum(costOfFakes, Cost(judge.Forward(made.Pictures[branch].Detach(), asked), real: false));
        }

        // Where scores of conditions are all there is, both kinds of wrong pairs together weigh as much as the right ones.
        var ofBoth = Sum(costOfWrong, costOfFakes!);
        _adamD.Minimize(costOfReal! + (wrong is null || Options.UncondLoss > 0 ? ofBoth : ofBoth * 0.5f));
        Report("D_real", costOfReal!);
        if (costOfWrong is not null)
        {
            Report("D_wrong", costOfWrong);
        }

        Report("D_fake", costOfFakes!);
    }

    private void TrainGenerators(TreeResult made)
    {
        Tensor? pleasing = null, colors = null;
        for (var branch = 0; branch < _judges.Length; branch++)
        {
            _judges[branch].RequiresGrad = false;
            pleasing = Sum(pleasing, Cost(_judges[branch].Forward(made.Pictures[branch], made.Drawn?.Mean), real: true));
            colors = branch == 0 || Options.ColorLoss == 0
                ? null
                : Sum(colors, ColorConsistency.Of(made.Pictures[branch], made.Pictures[branch - 1]));
        }

        Report("G_GAN", pleasing!);
        var loss = pleasing!;
        if (made.Drawn is { } drawn)
        {
            loss += Report("G_KL", drawn.Divergence) * Options.LambdaKl;
        }

        if (colors is not null)
        {
            loss += Report("G_color", colors) * Options.ColorLoss;
        }

        _adamG.Minimize(loss);
    }

    /// <param name="scores">of pictures</param>
    /// <param name="real">whether they are to suit their condition</param>
    /// <param name="realAlone">whether they are to be real without regard to it; null for the same</param>
    private Tensor Cost(TreeScores scores, bool real, bool? realAlone = null)
    {
        if (scores.Asked is null)
        {
            return _loss.Of(scores.Alone, real);
        }

        var asked = _loss.Of(scores.Asked, real);
        return Options.UncondLoss > 0 ? asked + (_loss.Of(scores.Alone, realAlone ?? real) * Options.UncondLoss) : asked;
    }

    private static Tensor Sum(Tensor? sum, Tensor next) => sum is null ? next : sum + next;

    /// <summary>Averages to the branch's size.</summary>
    private Tensor OfBranch(Tensor pictures, int branch) =>
        Options.SideOf(branch) == Options.ImageSize ? pictures : pictures.AveragePool(Options.ImageSize / Options.SideOf(branch));
}

using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.StackGanV2;

/// <summary>
/// StackGAN++ (Zhang et al. 2017): a tree of generators makes pictures of several sizes from one code and condition; a discriminator for
/// each size judges them with the condition and alone. All are trained together. Losses, each the sum over the sizes: D_real, D_wrong,
/// D_fake, or D_GAN, D_wrong under rpgan, D_gp, D_R1, D_R2 of penalties, G_GAN, G_KL, G_color; without labels there is no D_wrong and no
/// G_KL, and without --color-loss no G_color.
/// </summary>
internal sealed class StackGanV2Model : StackedModel<StackGanV2Options>
{
    private readonly GanLoss _loss;
    private readonly TreeGenerator _tree;

    /// <summary>By branch.</summary>
    private readonly BranchDiscriminator[] _discriminators;

    private readonly Adam _adamG;

    /// <summary>One for all: no parameter belongs to two of them.</summary>
    private readonly Adam _adamD;

    public StackGanV2Model(Family family, StackGanV2Options options, Device device)
        : base(family, options, device)
    {
        string[] discriminators = [.. StackGanV2Family.DiscriminatorNames(options)];
        _loss = new GanLoss(options.GanMode);
        _tree = Network<TreeGenerator>(NoiseOptions.GeneratorName);
        _discriminators = [.. discriminators.Select(Network<BranchDiscriminator>)];
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", discriminators);
    }

    /// <summary>Discriminators and generators are updated with the same fakes, as in the authors' program.</summary>
    protected override void Update(string phase, Batch batch)
    {
        var real = batch[LabelledPictures.NameOfPicture];
        var (count, fakes) = (real.Shape[0], FakesFor(real.Shape[0]));
        Tensor? labels = null, noise = null;
        var codes = Codes("z", fakes);
        if (Options.Conditional)
        {
            labels = LabelVectors(batch).Expand(fakes, Options.EmbeddedNumbers);
            noise = Normal("c", new Shape(fakes, Options.Condition));
        }

        var made = _tree.Forward(codes, labels, noise);
        TrainDiscriminators(real, Options.Conditional ? batch[MismatchedPictures.NameOfOther] : null, made, count);
        TrainGenerators(real, made);
    }

    protected override Tensor Draw(GenerationDraw draw)
    {
        var codes = Noise(draw, 0, new Shape(Options.Nz));
        return Options.Conditional
            ? _tree.Forward(codes, LabelVectors(draw), draw.Normal(1, new Shape(Options.Condition))).Pictures[^1]
            : _tree.Forward(codes, null, null).Pictures[^1];
    }

    /// <param name="real">[N, C, S, S]</param>
    /// <param name="wrong">real pictures with other labels; null without labels</param>
    /// <param name="made">fakes, detached here</param>
    /// <param name="count">N</param>
    private void TrainDiscriminators(Tensor real, Tensor? wrong, TreeResult made, int count)
    {
        var conditions = made.Sampled?.Mean.Detach();
        var own = conditions?.Slice(0, 0, count);
        Tensor? costOfReal = null, costOfWrong = null, costOfFakes = null;
        for (var branch = 0; branch < _discriminators.Length; branch++)
        {
            var discriminator = _discriminators[branch];
            discriminator.RequiresGrad = true;
            var ofReal = discriminator.Forward(OfBranch(real, branch), own);
            costOfReal = _loss.IsRelative ? null : Sum(costOfReal, Cost(ofReal, real: true));
            if (wrong is not null)
            {
                // Alone, a mismatched picture is real, too: under rpgan there is nothing to compare.
                var ofWrong = discriminator.Forward(OfBranch(wrong, branch), own);
                costOfWrong = Sum(costOfWrong, _loss.IsRelative
                    ? _loss.Relative(ofReal.Conditional!, ofWrong.Conditional!)
                    : Cost(ofWrong, real: false, realAlone: true));
            }

            var ofFakes = discriminator.Forward(made.Pictures[branch].Detach(), conditions);
            costOfFakes = Sum(costOfFakes, _loss.IsRelative ? CostOfBoth(ofReal, ofFakes) : Cost(ofFakes, real: false));
        }

        // With conditional scores alone, both kinds of wrong pairs together have the weight of the correct pairs.
        var ofBoth = Sum(costOfWrong, costOfFakes!);
        ofBoth = wrong is null || Options.UncondLoss > 0 ? ofBoth : ofBoth * 0.5f;
        if (costOfReal is not null)
        {
            Report("D_real", costOfReal);
        }

        if (costOfWrong is not null)
        {
            Report("D_wrong", costOfWrong);
        }

        Report(_loss.IsRelative ? "D_GAN" : "D_fake", costOfFakes!);
        _adamD.Minimize(WithPenaltiesOfAll(Sum(costOfReal, ofBoth), real, made, own, conditions));
    }

    /// <summary>A loss with the penalties of the discriminators, which are reported as sums over the sizes.</summary>
    private Tensor WithPenaltiesOfAll(Tensor loss, Tensor real, TreeResult made, Tensor? own, Tensor? conditions)
    {
        IAdversarialOptions adversarial = Options;
        foreach (var name in adversarial.Penalties)
        {
            loss += Report($"D_{name}", _discriminators.Select((discriminator, branch) => adversarial.Penalty(
                name, x => Scores(discriminator, x), OfBranch(real, branch), made.Pictures[branch].Detach(), Mix)).Aggregate(Sum));
        }

        return loss;

        Tensor Scores(BranchDiscriminator discriminator, Tensor x)
        {
            var scores = discriminator.Forward(x, x.Shape[0] == real.Shape[0] ? own : conditions);
            return WithUnconditional(scores.Conditional, scores.Unconditional);
        }
    }

    private void TrainGenerators(Tensor real, TreeResult made)
    {
        Tensor? adversarial = null, colors = null;
        for (var branch = 0; branch < _discriminators.Length; branch++)
        {
            var discriminator = _discriminators[branch];
            discriminator.RequiresGrad = false;
            var ofReal = _loss.IsRelative
                ? Constant(() => discriminator.Forward(OfBranch(real, branch), made.Sampled?.Mean.Slice(0, 0, real.Shape[0])))
                : default;
            var ofFakes = discriminator.Forward(made.Pictures[branch], made.Sampled?.Mean);
            adversarial = Sum(adversarial, WithUnconditional(
                ofFakes.Conditional is { } matching ? _loss.OfGenerator(matching, () => ofReal.Conditional!) : null,
                _loss.OfGenerator(ofFakes.Unconditional, () => ofReal.Unconditional)));
            colors = branch == 0 || Options.ColorLoss == 0
                ? null
                : Sum(colors, ColorConsistency.Of(made.Pictures[branch], made.Pictures[branch - 1]));
        }

        Report("G_GAN", adversarial!);
        var loss = adversarial!;
        if (made.Sampled is { } sampled)
        {
            loss += Report("G_KL", sampled.Divergence) * Options.LambdaKl;
        }

        if (colors is not null)
        {
            loss += Report("G_color", colors) * Options.ColorLoss;
        }

        _adamG.Minimize(loss);
    }

    /// <param name="scores">of pictures</param>
    /// <param name="real">target of the conditional scores</param>
    /// <param name="realAlone">target of the unconditional scores; null for the same</param>
    private Tensor Cost(TreeScores scores, bool real, bool? realAlone = null) => WithUnconditional(
        scores.Conditional is { } matching ? _loss.Of(matching, real) : null, _loss.Of(scores.Unconditional, realAlone ?? real));

    /// <summary>The cost of the scores of real pictures and of fakes in a relative loss.</summary>
    private Tensor CostOfBoth(TreeScores ofReal, TreeScores ofFakes) => WithUnconditional(
        ofReal.Conditional is { } matching ? _loss.Relative(matching, ofFakes.Conditional!) : null,
        _loss.Relative(ofReal.Unconditional, ofFakes.Unconditional));

    /// <summary>Scores or losses of matching and of being real with their weights.</summary>
    /// <param name="matching">null without labels</param>
    /// <param name="alone">whatever the label is</param>
    private Tensor WithUnconditional(Tensor? matching, Tensor alone) => matching is null ? alone
        : Options.UncondLoss > 0 ? matching + (alone * Options.UncondLoss)
        : matching;

    private static Tensor Sum(Tensor? sum, Tensor next) => sum is null ? next : sum + next;

    /// <summary>Averages to the branch's size.</summary>
    private Tensor OfBranch(Tensor pictures, int branch) =>
        Options.SideOf(branch) == Options.ImageSize ? pictures : pictures.AvgPool2d(Options.ImageSize / Options.SideOf(branch));
}

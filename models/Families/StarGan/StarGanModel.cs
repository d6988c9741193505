using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.StarGan;

/// <summary>
/// StarGAN (Choi et al. 2018): one generator for all domains, conditioned on the target's label. A critic scores how real the result is and
/// which label it has, and the way back to the own label must lead back to the picture. Losses: D_real, D_fake, D_cls, D_gp in every step,
/// G_fake, G_rec, G_cls in every n-th.
/// </summary>
public sealed class StarGanModel : GanModel<StarGanOptions>
{
    private const string Both = "both";
    private const string Critic = "critic";
    private const int TargetsShown = 4;

    private readonly LabelGenerator _generator;
    private readonly ClassifyingDiscriminator _judge;
    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private readonly IReadOnlyList<Turn> _turns;

    public StarGanModel(StarGanOptions options, Device device)
        : base(options, device)
    {
        _generator = Network<LabelGenerator>("netG");
        _judge = Network<ClassifyingDiscriminator>("netD");
        _adamG = AddAdam("optG", "netG");
        _adamD = AddAdam("optD", "netD");
        var sets = options.LabelSets;
        _turns =
        [
            new("", LabelledPictures.NameOfPicture, LabelledPictures.NameOfLabel, 0, sets[0]),
            .. sets.Skip(1).Select(second => new Turn(
                "_2", TwoLabelledSets.NameOfSecondPicture, TwoLabelledSets.NameOfSecondLabel, sets[0].Names.Count, second)),
        ];
    }

    public override string PhaseAt(long step) => (step + 1) % Options.NCritic == 0 ? Both : Critic;

    protected override void Update(string phase, Batch batch)
    {
        foreach (var turn in _turns)
        {
            var (picture, label) = (batch[turn.Picture], batch[turn.Label]);

            // Targets are the labels of the batch in another order, so that none is impossible.
            using var target = SortedBy(Uniform("order" + turn.Suffix, new Shape(label.Shape[0])), label);
            TrainCritic(turn, picture, label, target);
            if (phase == Both)
            {
                TrainGenerator(turn, picture, label, target);
            }
        }
    }

    /// <summary>
    /// Pictures of the first set with the first labels of each set as targets: of attributes, each is turned over in the picture's own
    /// label.
    /// </summary>
    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        var (picture, label) = (batch[LabelledPictures.NameOfPicture], batch[LabelledPictures.NameOfLabel]);
        var samples = label.Shape[0];
        return [picture, .. _turns.SelectMany(
            turn => Enumerable.Range(0, Math.Min(TargetsShown / _turns.Count, turn.Set.Names.Count)).Select(place =>
        {
            var turnsOver = turn == _turns[0] && !turn.Set.Exclude;
            var target = new float[label.Shape[1]];
            target[turn.First + place] = 1;
            if (_turns.Count > 1 && !turnsOver)
            {
                target[^(turn == _turns[0] ? 2 : 1)] = 1;
            }

            var one = Tensor.From(target, new Shape(1, target.Length), Device).Expand(samples, target.Length);
            return _generator.Forward(picture, turnsOver ? label.AbsoluteDifference(one) : one);
        }))];
    }

    private void TrainCritic(Turn turn, Tensor picture, Tensor label, Tensor target)
    {
        _judge.RequiresGrad = true;
        var (ofReal, classes) = _judge.Forward(picture);
        var real = -ofReal.Mean();
        var classification = turn.Classification(classes, label) * Options.LambdaCls;
        using var fake = MakeConstant(picture, target);
        var made = _judge.Scores(fake).Mean();
        var penalty = GradientPenalty.Of(_judge.Scores, picture, fake, Mix(picture), Options.LambdaGp);
        Report("D_real" + turn.Suffix, real);
        Report("D_fake" + turn.Suffix, made);
        Report("D_cls" + turn.Suffix, classification);
        Report("D_gp" + turn.Suffix, penalty);
        _adamD.Minimize(real + made + classification + penalty);
    }

    private void TrainGenerator(Turn turn, Tensor picture, Tensor label, Tensor target)
    {
        _judge.RequiresGrad = false;
        using var fake = _generator.Forward(picture, target);
        var (scores, classes) = _judge.Forward(fake);
        var adversarial = -scores.Mean();
        var classification = turn.Classification(classes, target) * Options.LambdaCls;
        var back = _generator.Forward(fake, label).L1Loss(picture) * Options.LambdaRec;
        Report("G_fake" + turn.Suffix, adversarial);
        Report("G_rec" + turn.Suffix, back);
        Report("G_cls" + turn.Suffix, classification);
        _adamG.Minimize(adversarial + back + classification);
    }

    /// <summary>A fake as a constant: the generator is fixed in a critic's step.</summary>
    private Tensor MakeConstant(Tensor picture, Tensor target)
    {
        using var constants = Tensors.Autodiff.GradMode.NoGrad();
        return _generator.Forward(picture, target);
    }

    /// <summary>A data set's part in a step.</summary>
    /// <param name="Suffix">of its losses and random numbers</param>
    /// <param name="Picture">its field of the batch</param>
    /// <param name="Label">its field of the batch</param>
    /// <param name="First">the first place of its labels in the label vector</param>
    /// <param name="Set">its labels</param>
    private sealed record Turn(string Suffix, string Picture, string Label, int First, LabelSet Set)
    {
        /// <summary>
        /// Of several attributes the binary cross-entropies of all, a sum over them; of classes the cross-entropy; a mean over the batch.
        /// </summary>
        /// <param name="logits">[N, labels of all sets]</param>
        /// <param name="label">[N, places], of which this set's count</param>
        public Tensor Classification(Tensor logits, Tensor label)
        {
            var (told, known) = (Own(logits), Own(label));
            return Set.Exclude ? told.CrossEntropy(known) : told.BceWithLogits(known) * Set.Names.Count;
        }

        private Tensor Own(Tensor all) => all.Shape[1] == Set.Names.Count ? all : all.Slice(1, First, Set.Names.Count);
    }
}

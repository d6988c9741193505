using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.StarGan;

/// <summary>
/// StarGAN (Choi et al. 2018): one generator for all domains, conditioned on the target's label. A critic judges the output and classifies
/// its label, and translating back to the original label must reproduce the picture. Losses: D_real, D_fake, or D_GAN under rpgan, D_cls,
/// D_gp, D_R1, D_R2 of penalties in every step, G_fake, G_rec, G_cls in every n-th.
/// </summary>
internal sealed class StarGanModel : GanModel<StarGanOptions>
{
    private const string Both = "both";
    private const string Critic = "critic";
    private const int TargetsShown = 4;

    private readonly GanLoss _ganLoss;
    private readonly LabelGenerator _generator;
    private readonly ClassifyingDiscriminator _discriminator;
    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private readonly IReadOnlyList<SetUpdate> _updates;

    public StarGanModel(Family family, StarGanOptions options, Device device)
        : base(family, options, device)
    {
        _ganLoss = new GanLoss(options.GanMode);
        _generator = Network<LabelGenerator>("netG");
        _discriminator = Network<ClassifyingDiscriminator>("netD");
        _adamG = AddAdam("optG", "netG");
        _adamD = AddAdam("optD", "netD");
        var sets = options.LabelSets;
        _updates =
        [
            new("", LabelledPictures.NameOfPicture, LabelledPictures.NameOfLabel, 0, sets[0]),
            .. sets.Skip(1).Select(second => new SetUpdate(
                "_2", TwoLabelledSets.NameOfSecondPicture, TwoLabelledSets.NameOfSecondLabel, sets[0].Names.Count, second)),
        ];
    }

    public override string PhaseAt(long step) => (step + 1) % Options.NCritic == 0 ? Both : Critic;

    protected override void Update(string phase, Batch batch)
    {
        foreach (var update in _updates)
        {
            var (picture, label) = (batch[update.Picture], batch[update.Label]);

            // Targets are the labels of the batch, shuffled: combinations that occur in the data.
            using var target = SortedBy(Uniform("order" + update.Suffix, new Shape(label.Shape[0])), label);
            TrainCritic(update, picture, label, target);
            if (phase == Both)
            {
                TrainGenerator(update, picture, label, target);
            }
        }
    }

    /// <summary>
    /// Translations of the first set's pictures to the first labels of each set. Attributes of the first set are flipped in the picture's
    /// own label.
    /// </summary>
    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        var (picture, label) = (batch[LabelledPictures.NameOfPicture], batch[LabelledPictures.NameOfLabel]);
        var samples = label.Shape[0];
        return [picture, .. _updates.SelectMany(
            update => Enumerable.Range(0, Math.Min(TargetsShown / _updates.Count, update.Set.Names.Count)).Select(place =>
        {
            var flips = update == _updates[0] && !update.Set.Exclude;
            var target = new float[label.Shape[1]];
            target[update.First + place] = 1;
            if (_updates.Count > 1 && !flips)
            {
                target[^(update == _updates[0] ? 2 : 1)] = 1;
            }

            var one = Tensor.From(target, new Shape(1, target.Length), Device).Expand(samples, target.Length);
            return _generator.Forward(picture, flips ? label.AbsoluteDifference(one) : one);
        }))];
    }

    private void TrainCritic(SetUpdate update, Tensor picture, Tensor label, Tensor target)
    {
        _discriminator.RequiresGrad = true;
        var (ofReal, classes) = _discriminator.Forward(picture);
        using var fake = MakeConstant(picture, target);
        var ofFake = _discriminator.Scores(fake);
        var loss = _ganLoss.IsRelative
            ? Report("D_GAN" + update.Suffix, _ganLoss.Relative(ofReal, ofFake))
            : Report("D_real" + update.Suffix, _ganLoss.Of(ofReal, real: true))
                + Report("D_fake" + update.Suffix, _ganLoss.Of(ofFake, real: false));
        loss += Report("D_cls" + update.Suffix, update.Classification(classes, label) * Options.LambdaCls);
        _adamD.Minimize(
            WithPenalties(Options, loss, penalty => $"D_{penalty}{update.Suffix}", _discriminator.Scores, picture, fake));
    }

    private void TrainGenerator(SetUpdate update, Tensor picture, Tensor label, Tensor target)
    {
        _discriminator.RequiresGrad = false;
        using var fake = _generator.Forward(picture, target);
        var (scores, classes) = _discriminator.Forward(fake);
        var adversarial = _ganLoss.OfGenerator(scores, () => _discriminator.Scores(picture));
        var classification = update.Classification(classes, target) * Options.LambdaCls;
        var back = _generator.Forward(fake, label).L1Loss(picture) * Options.LambdaRec;
        Report("G_fake" + update.Suffix, adversarial);
        Report("G_rec" + update.Suffix, back);
        Report("G_cls" + update.Suffix, classification);
        _adamG.Minimize(adversarial + back + classification);
    }

    /// <summary>A fake without gradients, for a step of the critic.</summary>
    private Tensor MakeConstant(Tensor picture, Tensor target)
    {
        using var constants = Tensors.Autodiff.GradMode.NoGrad();
        return _generator.Forward(picture, target);
    }

    /// <summary>The update of a step for one data set.</summary>
    /// <param name="Suffix">of the names of its losses and random draws</param>
    /// <param name="Picture">name of the batch's field with its pictures</param>
    /// <param name="Label">name of the batch's field with their labels</param>
    /// <param name="First">index of its first label in the label vector</param>
    /// <param name="Set">its labels</param>
    private sealed record SetUpdate(string Suffix, string Picture, string Label, int First, LabelSet Set)
    {
        /// <summary>
        /// For attributes, the binary cross-entropy, summed over them; for classes, the cross-entropy. Averaged over the batch.
        /// </summary>
        /// <param name="logits">[N, labels of all sets]</param>
        /// <param name="label">[N, places], of which only this set's are used</param>
        public Tensor Classification(Tensor logits, Tensor label)
        {
            var (own, goal) = (Own(logits), Own(label));
            return Set.Exclude ? own.CrossEntropy(goal) : own.BceWithLogits(goal) * Set.Names.Count;
        }

        private Tensor Own(Tensor all) => all.Shape[1] == Set.Names.Count ? all : all.Slice(1, First, Set.Names.Count);
    }
}

using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Families.TripleGan;

/// <summary>
/// Triple-GAN (Li et al. 2017): a generator makes pictures of labels, a classifier labels of pictures, and a discriminator tells pairs of
/// both from real ones. Few pictures have labels; to the others the classifier gives some. It begins alone.
/// Losses: D_real, D_fake, D_guess; G_GAN; C_labelled, C_entropy, C_average, C_GAN, later C_fake.
/// </summary>
public sealed class TripleGanModel : NoiseModel<TripleGanOptions>
{
    private const string Alone = "classifier";
    private const string Game = "game";
    private const string GameWithFakes = "game with fakes";

    private const float MomentumAlone = 0.9f;
    private const float FirstDeviationOfLast = 0.01f;
    private const float RateKept = 0.995f;

    // What the classifier's losses count.
    private const float WeightOfEntropy = 0.3f;
    private const float WeightOfAverageAlone = 0.3f;
    private const float WeightOfAverage = 1e-3f;
    private const float WeightOfGame = 0.5f;
    private const float WeightOfFakes = 0.1f;
    private const float WeightOfLast = 1e-4f;

    private readonly GanLoss _loss = new(GanMode.Vanilla);
    private readonly PairJudge _judge;
    private readonly PictureClassifier _classifier;
    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private readonly Adam _adamC;
    private readonly Adam _adamAlone;

    public TripleGanModel(TripleGanOptions options, Device device)
        : base(options, device)
    {
        _judge = Network<PairJudge>(NoiseOptions.DiscriminatorName);
        _classifier = Network<PictureClassifier>(TripleGanFamily.ClassifierName);
        _classifier.Last.Initialize(~options.Seed, Initialization.Normal, FirstDeviationOfLast);
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", NoiseOptions.DiscriminatorName);
        _adamC = AddAdam("optC", TripleGanFamily.ClassifierName);
        _adamAlone = AddOptimizer(
            "optC_alone", parameters => new Adam(parameters, options.ClassifierLr, MomentumAlone), TripleGanFamily.ClassifierName);
    }

    public override string PhaseAt(long step) => step < Options.ClassifierSteps ? Alone : step < Options.FakesFrom ? Game : GameWithFakes;

    public override float RateFactorAt(long step) => Options.DecayEvery == 0 || step < Options.FakesFrom
        ? 1
        : (float)Math.Pow(RateKept, (step - Options.FakesFrom) / Options.DecayEvery);

    /// <summary>While the classifier learns alone, its own rate of that time.</summary>
    public override float RateAt(long step) => base.RateAt(step) * (PhaseAt(step) == Alone ? Options.ClassifierLr / Options.Lr : 1);

    /// <summary>The class that each picture shows, [N, C, S, S] in [−1, 1], by the classifier's averaged weights.</summary>
    internal IReadOnlyList<int> Classes(Tensor pictures)
    {
        using var answers = Computed(() => _classifier.Forward(pictures).Argmax(1));
        return [.. answers.ToArray().Select(a => (int)a)];
    }

    /// <summary>
    /// The part of a batch that the discriminator takes for real, then that from which the classifier learns; of a single picture both.
    /// </summary>
    internal static ((int First, int Length) OfD, (int First, int Length) OfC) Parts(int count, int batchSize, int ofClassifier)
    {
        var length = (int)Math.Clamp((long)count * ofClassifier / batchSize, 1, Math.Max(count - 1, 1));
        return ((0, Math.Max(count - length, 1)), (count - length, length));
    }

    protected override string? ObstacleToSamples() => Options.SyncBatchNorm
        ? null
        : $"--no-sync-batch-norm is not for {Family.Info.Name}: its networks read parts of a batch, and a process may have none of a part";

    protected override void Update(string phase, Batch batch)
    {
        var (seen, known, labels) = (
            batch[LabelledPictures.NameOfPicture], batch[PartlyLabelledPictures.NameOfKnown], batch[LabelledPictures.NameOfLabel]);
        var view = new View(SamplesApart > 1 ? SamplesApart : seen.Shape[0], SamplesApart > 1 ? batch.Share.First : null);
        var ofKnown = view.First(Options.LabelledC);
        if (phase == Alone)
        {
            _adamAlone.Minimize(CostsOfKnowing(
                view, view.All, Classified(view, view.All, seen), ofKnown, view.Of(ofKnown, known), view.Of(ofKnown, labels),
                WeightOfAverageAlone));
            return;
        }

        var ofAsked = view.First(Options.BatchG);
        var asked = view.Count == 1 ? labels.Expand(FakesFor(1), Options.LabelCount) : view.Of(ofAsked, labels);
        var (ofD, ofC) = Parts(view.Count, Options.BatchSize, Options.BatchC);
        var (partOfD, partOfC) = (new SamplePart(ofD.First, ofD.Length), new SamplePart(ofC.First, ofC.Length));
        var guesses = Guessed(seen);
        TrainDiscriminator(view, (partOfD, partOfC, ofAsked), (seen, guesses), (known, labels), asked);
        TrainGenerator(view, ofAsked, asked);
        TrainClassifier(
            view, partOfC, view.Of(partOfC, seen), ofKnown, view.Of(ofKnown, known), view.Of(ofKnown, labels), ofAsked,
            phase == GameWithFakes ? asked : null);
    }

    /// <param name="view">of the step</param>
    /// <param name="parts">of the batch: what is taken for real with its guess, what is not, and of whose labels fakes are made</param>
    /// <param name="seen">pictures without labels, and the classifier's guesses</param>
    /// <param name="known">pictures with labels</param>
    /// <param name="asked">labels of the fakes</param>
    private void TrainDiscriminator(
        View view, (SamplePart OfD, SamplePart OfC, SamplePart Asked) parts, (Tensor Pictures, Tensor Guesses) seen,
        (Tensor Pictures, Tensor Labels) known, Tensor asked)
    {
        _judge.RequiresGrad = true;
        Tensor made;
        using (view.Among(parts.Asked))
        {
            made = Made(Codes("z_D", asked.Shape[0]), asked);
        }

        // Pictures with labels, then some with guesses: one mean over both.
        var ofKnown = view.First(Options.LabelledD);
        var (pictures, labels) = (view.Both(ofKnown, known.Pictures, parts.OfD, seen.Pictures),
            view.Both(ofKnown, known.Labels, parts.OfD, seen.Guesses));
        var costOfReal = pictures is null
            ? Tensor.Zeros(Shape.Scalar, Device)
            : view.Cost(_loss.Of(_judge.Forward(pictures, labels!), real: true), view.WeightOfBoth(ofKnown, parts.OfD));
        var costOfFakes = view.Cost(_loss.Of(_judge.Forward(made, asked), real: false), view.WeightOf(parts.Asked));
        var costOfGuesses = view.Cost(
            _loss.Of(_judge.Forward(view.Of(parts.OfC, seen.Pictures), view.Of(parts.OfC, seen.Guesses)), real: false),
            view.WeightOf(parts.OfC));
        _adamD.Minimize(costOfReal + (costOfFakes * 0.5f) + (costOfGuesses * 0.5f));
        Report("D_real", costOfReal);
        Report("D_fake", costOfFakes);
        Report("D_guess", costOfGuesses);
    }

    private void TrainGenerator(View view, SamplePart ofAsked, Tensor asked)
    {
        _judge.RequiresGrad = false;
        using var among = view.Among(ofAsked);
        var loss = view.Cost(
            _loss.Of(_judge.Forward(Make(Codes("z_G", asked.Shape[0]), asked), asked), real: true), view.WeightOf(ofAsked));
        _adamG.Minimize(loss * 0.5f);
        Report("G_GAN", loss);
    }

    /// <param name="view">of the step</param>
    /// <param name="ofSeen">what part of the batch they are</param>
    /// <param name="seen">pictures without labels</param>
    /// <param name="ofKnown">what part of the batch they are</param>
    /// <param name="known">pictures with labels</param>
    /// <param name="labels">those labels</param>
    /// <param name="ofAsked">what part of the batch they are</param>
    /// <param name="asked">labels of which fakes are made to learn from; null for none</param>
    private void TrainClassifier(
        View view, SamplePart ofSeen, Tensor seen, SamplePart ofKnown, Tensor known, Tensor labels, SamplePart ofAsked, Tensor? asked)
    {
        var scores = Classified(view, ofSeen, seen);
        var total = CostsOfKnowing(view, ofSeen, scores, ofKnown, known, labels, WeightOfAverage);

        // A label is no number that a gradient could pass through; how sure the classifier is of it is one.
        var answers = Chosen(scores);
        Tensor cost;
        using (GradMode.NoGrad())
        {
            cost = _judge.Forward(seen, answers).Negate().Softplus();
        }

        var sureness = (scores.Softmax(1) * answers).Sum([1], keepDims: true);
        var game = view.Cost((sureness * cost).Mean(), view.WeightOf(ofSeen));
        Report("C_GAN", game);
        total += game * WeightOfGame;
        if (asked is not null)
        {
            using var among = view.Among(ofAsked);
            var ofFakes = view.Cost(
                _classifier.Forward(Made(Codes("z_C", asked.Shape[0]), asked)).CrossEntropy(asked), view.WeightOf(ofAsked));
            Report("C_fake", ofFakes);
            total += ofFakes * WeightOfFakes;
        }

        _adamC.Minimize(total);
    }

    /// <summary>Scores of pictures that are a part of the batch.</summary>
    private Tensor Classified(View view, SamplePart part, Tensor pictures)
    {
        using var among = view.Among(part);
        return _classifier.Forward(pictures);
    }

    /// <summary>
    /// The terms that need no other network: known labels, confident predictions, and equally frequent classes.
    /// </summary>
    private Tensor CostsOfKnowing(
        View view, SamplePart ofScores, Tensor scores, SamplePart ofKnown, Tensor known, Tensor labels, float weightOfAverage)
    {
        var costOfKnown = view.Cost(Classified(view, ofKnown, known).CrossEntropy(labels), view.WeightOf(ofKnown));
        var logarithms = scores.LogSoftmax(1);
        var chances = logarithms.Exp();
        var entropy = view.Cost(-(chances * logarithms).Sum([1]).Mean(), view.WeightOf(ofScores));
        var average = -MeanOfSamples(view.Cost(chances.Mean([0]), view.WeightOf(ofScores))).Log().Mean();
        var size = _classifier.Last.Weight.Value.Square().Sum();
        Report("C_labelled", costOfKnown);
        Report("C_entropy", entropy);
        Report("C_average", average);
        return costOfKnown + (entropy * WeightOfEntropy) + (average * weightOfAverage) + (size * WeightOfLast);
    }

    /// <summary>The labels [N, classes] that the classifier gives when it evaluates.</summary>
    private Tensor Guessed(Tensor pictures)
    {
        using var constants = GradMode.NoGrad();
        _classifier.Eval();
        var guesses = Chosen(_classifier.Forward(pictures));
        _classifier.Train();
        return guesses;
    }

    /// <summary>1 for the class with the highest score, 0 for the others.</summary>
    private Tensor Chosen(Tensor scores) => scores.Detach().Argmax(1).OneHot(Options.LabelCount);

    /// <summary>
    /// How a step sees its batch: as one, of which parts go different ways, or as a sample by itself, which goes all ways and counts where
    /// it is of the part.
    /// </summary>
    /// <param name="Count">samples of the whole batch</param>
    /// <param name="Sample">the number of the sample that is by itself; null for none</param>
    private readonly record struct View(int Count, int? Sample)
    {
        public SamplePart All => new(0, Count);

        /// <summary>So many at the beginning of the batch, or all.</summary>
        public SamplePart First(int most) => new(0, Math.Min(most, Count));

        /// <summary>What norms see where a part goes through a network.</summary>
        public IDisposable? Among(SamplePart part) => Sample is null ? null : SampleReduction.NormalizeOver(part);

        /// <summary>A part of rows [N, …]; the sample's own one where it is by itself.</summary>
        public Tensor Of(SamplePart part, Tensor rows) =>
            Sample is not null || part.Count == rows.Shape[0] ? rows.Share() : rows.Slice(0, part.First, part.Count);

        /// <summary>Parts of two, one behind the other; null where the sample is of neither.</summary>
        public Tensor? Both(SamplePart first, Tensor ofFirst, SamplePart second, Tensor ofSecond)
        {
            if (Sample is not { } sample)
            {
                return TensorOps.Concat(0, Of(first, ofFirst), Of(second, ofSecond));
            }

            return (first.Has(sample), second.Has(sample)) switch
            {
                (true, true) => TensorOps.Concat(0, ofFirst, ofSecond),
                (true, false) => ofFirst.Share(),
                (false, true) => ofSecond.Share(),
                _ => null,
            };
        }

        /// <summary>What the sample counts in the mean over a part.</summary>
        public float WeightOf(SamplePart part) => Sample is { } sample ? part.WeightOf(sample, Count) : 1;

        /// <summary>What the mean over what it has of two parts counts in the mean over both.</summary>
        public float WeightOfBoth(SamplePart first, SamplePart second) => Sample is { } sample
            ? (float)Count * ((first.Has(sample) ? 1 : 0) + (second.Has(sample) ? 1 : 0)) / (first.Count + second.Count)
            : 1;

        public Tensor Cost(Tensor mean, float weight) => Sample is null ? mean : mean * weight;
    }
}

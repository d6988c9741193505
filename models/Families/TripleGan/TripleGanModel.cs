using IlgpuGan.Models.Data;
using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

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

    /// <summary>Batch norm over vectors needs more than one of them, and an epoch's last batch may have no more.</summary>
    private const int LeastFakes = 2;

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

    public override string PhaseAt(long step) =>
        step < Options.ClassifierSteps ? Alone : step < Options.FakesFrom ? Game : GameWithFakes;

    public override float RateFactorAt(long step) => Options.DecayEvery == 0 || step < Options.FakesFrom
        ? 1
        : (float)Math.Pow(RateKept, (step - Options.FakesFrom) / Options.DecayEvery);

    /// <summary>While the classifier learns alone, its own rate of that time.</summary>
    public override float RateAt(long step) =>
        base.RateAt(step) * (PhaseAt(step) == Alone ? Options.ClassifierLr / Options.Lr : 1);

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

    protected override void Update(string phase, Batch batch)
    {
        var (seen, known, labels) = (
            batch[LabelledPictures.NameOfPicture], batch[PartlyLabelledPictures.NameOfKnown], batch[LabelledPictures.NameOfLabel]);
        var count = seen.Shape[0];
        var (knownOfC, labelsOfC) = (First(known, Options.LabelledC), First(labels, Options.LabelledC));
        if (phase == Alone)
        {
            _adamAlone.Minimize(CostsOfKnowing(_classifier.Forward(seen), knownOfC, labelsOfC, WeightOfAverageAlone));
            return;
        }

        var asked = count < LeastFakes ? labels.Expand(LeastFakes, Options.LabelCount) : First(labels, Options.BatchG);
        var (ofD, ofC) = Parts(count, Options.BatchSize, Options.BatchC);
        var guesses = Guessed(seen);
        var (real, realLabels) = (
            TensorOps.Concat(0, First(known, Options.LabelledD), Part(seen, ofD)),
            TensorOps.Concat(0, First(labels, Options.LabelledD), Part(guesses, ofD)));
        TrainDiscriminator(real, realLabels, Part(seen, ofC), Part(guesses, ofC), asked);
        TrainGenerator(asked);
        TrainClassifier(Part(seen, ofC), knownOfC, labelsOfC, phase == GameWithFakes ? asked : null);
    }

    private void TrainDiscriminator(Tensor real, Tensor realLabels, Tensor guessed, Tensor guesses, Tensor asked)
    {
        _judge.RequiresGrad = true;
        var made = Made(Codes("z_D", asked.Shape[0]), asked);
        var costOfReal = _loss.Of(_judge.Forward(real, realLabels), real: true);
        var costOfFakes = _loss.Of(_judge.Forward(made, asked), real: false);
        var costOfGuesses = _loss.Of(_judge.Forward(guessed, guesses), real: false);
        _adamD.Minimize(costOfReal + (costOfFakes * 0.5f) + (costOfGuesses * 0.5f));
        Report("D_real", costOfReal);
        Report("D_fake", costOfFakes);
        Report("D_guess", costOfGuesses);
    }

    private void TrainGenerator(Tensor asked)
    {
        _judge.RequiresGrad = false;
        var loss = _loss.Of(_judge.Forward(Make(Codes("z_G", asked.Shape[0]), asked), asked), real: true);
        _adamG.Minimize(loss * 0.5f);
        Report("G_GAN", loss);
    }

    /// <param name="seen">pictures without labels</param>
    /// <param name="known">pictures with labels</param>
    /// <param name="labels">those labels</param>
    /// <param name="asked">labels of which fakes are made to learn from; null for none</param>
    private void TrainClassifier(Tensor seen, Tensor known, Tensor labels, Tensor? asked)
    {
        var scores = _classifier.Forward(seen);
        var total = CostsOfKnowing(scores, known, labels, WeightOfAverage);

        // A label is no number that a gradient could pass through; how sure the classifier is of it is one.
        var answers = Chosen(scores);
        Tensor cost;
        using (GradMode.NoGrad())
        {
            cost = _judge.Forward(seen, answers).Negate().Softplus();
        }

        var sureness = (scores.Softmax(1) * answers).Sum([1], keepDims: true);
        var game = (sureness * cost).Mean();
        Report("C_GAN", game);
        total += game * WeightOfGame;
        if (asked is not null)
        {
            var ofFakes = _classifier.Forward(Made(Codes("z_C", asked.Shape[0]), asked)).CrossEntropy(asked);
            Report("C_fake", ofFakes);
            total += ofFakes * WeightOfFakes;
        }

        _adamC.Minimize(total);
    }

    /// <summary>
    /// What needs no other network: labels that are known are told, each answer is a sure one, and all classes come equally often.
    /// </summary>
    private Tensor CostsOfKnowing(Tensor scores, Tensor known, Tensor labels, float weightOfAverage)
    {
        var ofKnown = _classifier.Forward(known).CrossEntropy(labels);
        var logarithms = scores.LogSoftmax(1);
        var chances = logarithms.Exp();
        var entropy = -(chances * logarithms).Sum([1]).Mean();
        var average = -chances.Mean([0]).Log().Mean();
        var size = _classifier.Last.Weight.Value.Square().Sum();
        Report("C_labelled", ofKnown);
        Report("C_entropy", entropy);
        Report("C_average", average);
        return ofKnown + (entropy * WeightOfEntropy) + (average * weightOfAverage) + (size * WeightOfLast);
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

    private static Tensor First(Tensor all, int most) => Part(all, (0, Math.Min(most, all.Shape[0])));

    private static Tensor Part(Tensor all, (int First, int Length) part) =>
        part.Length == all.Shape[0] ? all.Share() : all.Slice(0, part.First, part.Length);
}

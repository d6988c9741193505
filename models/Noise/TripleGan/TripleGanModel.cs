using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Families.TripleGan;

/// <summary>
/// Triple-GAN (Li et al. 2017): a generator generates pictures for labels, a classifier predicts labels for pictures, and a discriminator
/// tells both kinds of pairs from real ones. Few pictures have labels; the classifier predicts the others. It is first trained alone.
/// Losses: D_real, D_fake, D_guess; G_GAN; C_labelled, C_entropy, C_average, C_GAN, later C_fake. Of two networks: C_labelled, D_real,
/// D_fake; G_features.
/// </summary>
internal sealed class TripleGanModel : NoiseModel<TripleGanOptions>
{
    private const string Alone = "classifier";
    private const string Game = "game";
    private const string GameWithFakes = "game with fakes";

    private const float MomentumAlone = 0.9f;
    private const float FirstDeviationOfLast = 0.01f;
    private const float RateKept = 0.995f;

    // Weights of the classifier's losses.
    private const float WeightOfEntropy = 0.3f;
    private const float WeightOfAverageAlone = 0.3f;
    private const float WeightOfAverage = 1e-3f;
    private const float WeightOfGame = 0.5f;
    private const float WeightOfFakes = 0.1f;
    private const float WeightOfLast = 1e-4f;

    private readonly GanLoss _loss = new(GanMode.Vanilla);
    private readonly PairDiscriminator _discriminator;
    private readonly TripleGanClassifier _classifier;
    private readonly Adam _adamG;
    private readonly Adam _adamD;
    private readonly Adam _adamC;
    private readonly Adam _adamAlone;

    public TripleGanModel(Family family, TripleGanOptions options, Device device)
        : base(family, options, device)
    {
        _discriminator = Network<PairDiscriminator>(NoiseOptions.DiscriminatorName);
        _classifier = Network<TripleGanClassifier>(TripleGanFamily.ClassifierName);
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

    /// <summary>While the classifier is trained alone, the rate is <see cref="TripleGanOptions.ClassifierLr"/>.</summary>
    public override float RateAt(long step) => base.RateAt(step) * (PhaseAt(step) == Alone ? Options.ClassifierLr / Options.Lr : 1);

    /// <summary>The predicted class of pictures [N, C, S, S] in [−1, 1], by the classifier's averaged weights.</summary>
    internal IReadOnlyList<int> Classes(Tensor pictures)
    {
        using var answers = Computed(() => _classifier.Forward(pictures).Argmax(1));
        return [.. answers.ToArray().Select(a => (int)a)];
    }

    /// <summary>
    /// The parts of a batch for the discriminator, as real pictures, and for the classifier; a single picture is in both.
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
        var (unlabelled, labelled, labels) = (
            batch[LabelledPictures.NameOfPicture], batch[PartlyLabelledPictures.NameOfKnown], batch[LabelledPictures.NameOfLabel]);
        var view = ViewOf(batch);
        var labelledPart = view.First(Options.LabelledC);
        if (phase == Alone)
        {
            _adamAlone.Minimize(SemiSupervisedLoss(
                view, view.All, Classified(view, view.All, unlabelled), labelledPart, view.Of(labelledPart, labelled),
                view.Of(labelledPart, labels), WeightOfAverageAlone));
            return;
        }

        var fakePart = view.First(Options.BatchG);
        var fakeLabels = view.Count == 1 ? labels.Expand(FakesFor(1), Options.LabelCount) : view.Of(fakePart, labels);
        if (Options.TwoNetworks)
        {
            TrainDiscriminatingClassifier(
                view, unlabelled, labelledPart, view.Of(labelledPart, labelled), view.Of(labelledPart, labels), fakePart, fakeLabels);
            TrainMatchingGenerator(view, unlabelled, fakePart, fakeLabels);
            return;
        }

        var (ofD, ofC) = Parts(view.Count, Options.BatchSize, Options.BatchC);
        var (partOfD, partOfC) = (new SamplePart(ofD.First, ofD.Length), new SamplePart(ofC.First, ofC.Length));
        var predictions = Predicted(unlabelled);
        TrainDiscriminator(view, (partOfD, partOfC, fakePart), (unlabelled, predictions), (labelled, labels), fakeLabels);
        TrainGenerator(view, fakePart, fakeLabels);
        TrainClassifier(
            view, partOfC, view.Of(partOfC, unlabelled), labelledPart, view.Of(labelledPart, labelled), view.Of(labelledPart, labels),
            fakePart, phase == GameWithFakes ? fakeLabels : null);
    }

    /// <param name="view">of the step</param>
    /// <param name="parts">
    /// of the batch: pictures whose predicted labels count as real, pictures whose predicted labels count as fake, and labels of the fakes
    /// </param>
    /// <param name="unlabelled">unlabelled pictures, and the classifier's predictions</param>
    /// <param name="labelled">labelled pictures, and their labels</param>
    /// <param name="fakeLabels">labels of the fakes</param>
    private void TrainDiscriminator(
        BatchView view, (SamplePart OfD, SamplePart OfC, SamplePart Fakes) parts, (Tensor Pictures, Tensor Predictions) unlabelled,
        (Tensor Pictures, Tensor Labels) labelled, Tensor fakeLabels)
    {
        _discriminator.RequiresGrad = true;
        Tensor made;
        using (view.NormScope(parts.Fakes))
        {
            made = MakeConstant(Codes("z_D", fakeLabels.Shape[0]), fakeLabels);
        }

        // Labelled pictures, then some with predicted labels: one mean over both.
        var labelledPart = view.First(Options.LabelledD);
        var (pictures, labels) = (view.Both(labelledPart, labelled.Pictures, parts.OfD, unlabelled.Pictures),
            view.Both(labelledPart, labelled.Labels, parts.OfD, unlabelled.Predictions));
        var costOfReal = pictures is null
            ? Tensor.Zeros(Shape.Scalar, Device)
            : view.Cost(_loss.Of(_discriminator.Forward(pictures, labels!), real: true), view.WeightOfBoth(labelledPart, parts.OfD));
        var costOfFakes = view.Cost(_loss.Of(_discriminator.Forward(made, fakeLabels), real: false), view.WeightOf(parts.Fakes));
        var costOfGuesses = view.Cost(
            _loss.Of(
                _discriminator.Forward(view.Of(parts.OfC, unlabelled.Pictures), view.Of(parts.OfC, unlabelled.Predictions)), real: false),
            view.WeightOf(parts.OfC));
        _adamD.Minimize(costOfReal + (costOfFakes * 0.5f) + (costOfGuesses * 0.5f));
        Report("D_real", costOfReal);
        Report("D_fake", costOfFakes);
        Report("D_guess", costOfGuesses);
    }

    private void TrainGenerator(BatchView view, SamplePart fakePart, Tensor fakeLabels)
    {
        _discriminator.RequiresGrad = false;
        using var scope = view.NormScope(fakePart);
        var loss = view.Cost(
            _loss.Of(_discriminator.Forward(Make(Codes("z_G", fakeLabels.Shape[0]), fakeLabels), fakeLabels), real: true),
            view.WeightOf(fakePart));
        _adamG.Minimize(loss * 0.5f);
        Report("G_GAN", loss);
    }

    /// <param name="view">of the step</param>
    /// <param name="unlabelledPart">part of the batch of the unlabelled pictures</param>
    /// <param name="unlabelled">unlabelled pictures</param>
    /// <param name="labelledPart">part of the batch of the labelled pictures</param>
    /// <param name="labelled">labelled pictures</param>
    /// <param name="labels">their labels</param>
    /// <param name="fakePart">part of the batch of the fakes' labels</param>
    /// <param name="fakeLabels">labels of fakes to train on; null for none</param>
    private void TrainClassifier(
        BatchView view, SamplePart unlabelledPart, Tensor unlabelled, SamplePart labelledPart, Tensor labelled, Tensor labels,
        SamplePart fakePart, Tensor? fakeLabels)
    {
        var scores = Classified(view, unlabelledPart, unlabelled);
        var total = SemiSupervisedLoss(view, unlabelledPart, scores, labelledPart, labelled, labels, WeightOfAverage);

        // The predicted label has no gradient, but its probability does.
        var answers = Chosen(scores);
        Tensor cost;
        using (GradMode.NoGrad())
        {
            cost = _discriminator.Forward(unlabelled, answers).Negate().Softplus();
        }

        var confidence = (scores.Softmax(1) * answers).Sum([1], keepDims: true);
        var game = view.Cost((confidence * cost).Mean(), view.WeightOf(unlabelledPart));
        Report("C_GAN", game);
        total += game * WeightOfGame;
        if (fakeLabels is not null)
        {
            using var scope = view.NormScope(fakePart);
            var ofFakes = view.Cost(
                _classifier.Forward(MakeConstant(Codes("z_C", fakeLabels.Shape[0]), fakeLabels)).CrossEntropy(fakeLabels),
                view.WeightOf(fakePart));
            Report("C_fake", ofFakes);
            total += ofFakes * WeightOfFakes;
        }

        _adamC.Minimize(total);
    }

    /// <summary>
    /// Trains the classifier as a discriminator, too (Salimans et al. 2016, section 5): exp(score) of all classes together is the evidence
    /// that a picture is real, that of a fake is 1.
    /// </summary>
    /// <param name="view">of the step</param>
    /// <param name="unlabelled">unlabelled pictures</param>
    /// <param name="labelledPart">part of the batch of the labelled pictures</param>
    /// <param name="labelled">labelled pictures</param>
    /// <param name="labels">their labels</param>
    /// <param name="fakePart">part of the batch of the fakes' labels</param>
    /// <param name="fakeLabels">labels of the fakes</param>
    private void TrainDiscriminatingClassifier(
        BatchView view, Tensor unlabelled, SamplePart labelledPart, Tensor labelled, Tensor labels, SamplePart fakePart, Tensor fakeLabels)
    {
        _classifier.RequiresGrad = true;
        Tensor made;
        using (view.NormScope(fakePart))
        {
            made = MakeConstant(Codes("z_D", fakeLabels.Shape[0]), fakeLabels);
        }

        var costOfKnown = view.Cost(Classified(view, labelledPart, labelled).CrossEntropy(labels), view.WeightOf(labelledPart));
        var costOfReal = view.Cost(
            Classified(view, view.All, unlabelled).LogSumExp([1]).Negate().Softplus().Mean(), view.WeightOf(view.All));
        var costOfFakes = view.Cost(Classified(view, fakePart, made).LogSumExp([1]).Softplus().Mean(), view.WeightOf(fakePart));
        _adamC.Minimize(costOfKnown + ((costOfReal + costOfFakes) * 0.5f));
        Report("C_labelled", costOfKnown);
        Report("D_real", costOfReal);
        Report("D_fake", costOfFakes);
    }

    /// <summary>Trains the generator to make pictures with the mean features of real ones.</summary>
    private void TrainMatchingGenerator(BatchView view, Tensor real, SamplePart fakePart, Tensor fakeLabels)
    {
        _classifier.RequiresGrad = false;
        _classifier.Eval();
        using var scope = view.NormScope(fakePart);
        var made = _classifier.Features(Make(Codes("z_G", fakeLabels.Shape[0]), fakeLabels)).Mean([0]);
        var loss = (AllReduceMean(view.Cost(made, view.WeightOf(fakePart)))
            - AllReduceMean(view.Cost(_classifier.Features(real).Mean([0]), view.WeightOf(view.All)))).Square().Mean();
        _classifier.Train();
        _adamG.Minimize(loss);
        Report("G_features", loss);
    }

    /// <summary>The classifier's scores of a part of the batch.</summary>
    private Tensor Classified(BatchView view, SamplePart part, Tensor pictures)
    {
        using var scope = view.NormScope(part);
        return _classifier.Forward(pictures);
    }

    /// <summary>
    /// The terms that need no other network: known labels, confident predictions, and equally frequent classes.
    /// </summary>
    private Tensor SemiSupervisedLoss(
        BatchView view, SamplePart ofScores, Tensor scores, SamplePart labelledPart, Tensor labelled, Tensor labels, float weightOfAverage)
    {
        var costOfKnown = view.Cost(Classified(view, labelledPart, labelled).CrossEntropy(labels), view.WeightOf(labelledPart));
        var logarithms = scores.LogSoftmax(1);
        var chances = logarithms.Exp();
        var entropy = view.Cost(-(chances * logarithms).Sum([1]).Mean(), view.WeightOf(ofScores));
        var average = -AllReduceMean(view.Cost(chances.Mean([0]), view.WeightOf(ofScores))).Log().Mean();
        var size = _classifier.Last.Weight.Value.Square().Sum();
        Report("C_labelled", costOfKnown);
        Report("C_entropy", entropy);
        Report("C_average", average);
        return costOfKnown + (entropy * WeightOfEntropy) + (average * weightOfAverage) + (size * WeightOfLast);
    }

    /// <summary>The labels [N, classes] that the classifier predicts in evaluation mode.</summary>
    private Tensor Predicted(Tensor pictures)
    {
        using var constants = GradMode.NoGrad();
        _classifier.Eval();
        var predictions = Chosen(_classifier.Forward(pictures));
        _classifier.Train();
        return predictions;
    }

    /// <summary>1 for the class with the highest score, 0 for the others.</summary>
    private Tensor Chosen(Tensor scores) => scores.Detach().Argmax(1).OneHot(Options.LabelCount);
}

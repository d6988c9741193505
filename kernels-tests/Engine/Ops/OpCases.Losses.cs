using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

internal static partial class OpCases
{
    private static IEnumerable<OpCase> Losses()
    {
        foreach (var axis in new[] { 0, 1, 2 })
        {
            yield return new OpCase("log_softmax", $"dimension {axis}", [S(3, 4, 5)],
                t => t[0].LogSoftmax(axis), t => Naive.LogSoftmax(t[0], axis));
            yield return new OpCase("softmax", $"dimension {axis}", [S(3, 4, 5)],
                t => t[0].Softmax(axis), t => Naive.LogSoftmax(t[0], axis).Map(Math.Exp));
        }

        int[] classes = [2, 0, 3, 1, 1, 0];
        yield return new OpCase(
            "cross_entropy", "classes", [S(2, 4, 3)], t => t[0].CrossEntropy(classes), t => CrossEntropy(t[0], classes));
        yield return new OpCase("cross_entropy", "index", [S(2, 4, 3)],
            t => t[0].CrossEntropy(Tensor.From(classes, S(2, 3), t[0].Device)), t => CrossEntropy(t[0], classes));
        yield return new OpCase("cross_entropy", "one-hot", [S(6, 4)],
            t => t[0].CrossEntropy(Tensor.From(classes, S(6), t[0].Device).OneHot(4)),
            t => CrossEntropy(Naive.Reshape(t[0], S(6, 4, 1)), classes));
        foreach (var axis in new[] { 1, -1 })
        {
            yield return new OpCase(
                "normalize", $"dimension {axis}", [S(2, 3, 4)], t => t[0].Normalize(axis), t => Unit(t[0], axis < 0 ? axis + 3 : axis));
            yield return new OpCase(
                "cosine_similarity", $"dimension {axis}", [S(2, 3, 4), S(2, 3, 4)], t => t[0].CosineSimilarity(t[1], axis), t =>
            {
                var along = axis < 0 ? axis + 3 : axis;
                var sum = Naive.Sum(Array64.Zip(Unit(t[0], along), Unit(t[1], along), (x, y) => x * y), along);
                return Naive.Reshape(sum, along == 1 ? S(2, 4) : S(2, 3));
            }) { ForwardTolerance = 1e-5 };
        }

        yield return new OpCase("cross_entropy", "probabilities", [S(3, 4), S(3, 4)],
            t => t[0].CrossEntropy(t[1]),
            t => Naive.Mean(Array64.Zip(Naive.LogSoftmax(t[0], 1), t[1], (l, p) => -l * p * 4))) { Draw = Draw.Positive };
        yield return Loss("l1_loss", (x, t) => x.L1Loss(t), (x, t) => Math.Abs(x - t), Draw.Distinct);
        yield return Loss("mse_loss", (x, t) => x.MseLoss(t), (x, t) => (x - t) * (x - t), Draw.Normal);
        yield return Loss("bce_with_logits", (x, t) => x.BceWithLogits(t), CrossEntropyOf, Draw.Normal);
        foreach (var target in new[] { 0, 1, 0.9f })
        {
            yield return new OpCase("bce_with_logits", $"target {target}", [S(2, 1, 3, 3)],
                t => t[0].BceWithLogits(target), t => Naive.Mean(t[0].Map(x => CrossEntropyOf(x, target))));
            yield return new OpCase("mse_loss", $"target {target}", [S(2, 1, 3, 3)],
                t => t[0].MseLoss(target), t => Naive.Mean(t[0].Map(x => (x - target) * (x - target))));
        }

        foreach (var loss in Reduced())
        {
            yield return loss;
        }
    }

    /// <summary>Where a parabola becomes a line, in the middle between two differences of <see cref="Draw.Distinct"/>.</summary>
    private const float Bend = 0.325f;

    /// <summary>Losses by their elements' values, each reduced in three ways.</summary>
    private static IEnumerable<OpCase> Reduced()
    {
        foreach (var reduction in Enum.GetValues<LossReduction>())
        {
            yield return Elements("l1_loss", reduction, (x, t) => x.L1Loss(t, reduction), (x, t) => Math.Abs(x - t));
            yield return Elements("mse_loss", reduction, (x, t) => x.MseLoss(t, reduction), (x, t) => (x - t) * (x - t));
            yield return Elements("smooth_l1_loss", reduction, (x, t) => x.SmoothL1Loss(t, Bend, reduction), (x, t) =>
                Math.Abs(x - t) is var d && d < Bend ? d * d / 2 / Bend : d - (Bend / 2));
            yield return Elements("smooth_l1_loss 0", reduction, (x, t) => x.SmoothL1Loss(t, 0, reduction), (x, t) => Math.Abs(x - t));
            yield return Elements("huber_loss", reduction, (x, t) => x.HuberLoss(t, Bend, reduction), (x, t) =>
                Math.Abs(x - t) is var d && d < Bend ? d * d / 2 : Bend * (d - (Bend / 2)));
            yield return Elements("kl_divergence", reduction, (x, t) => x.KlDivergence(t, reduction: reduction),
                (x, t) => t * (Math.Log(t) - x), Draw.Positive);
            yield return Elements("kl_divergence of logarithms", reduction, (x, t) => x.KlDivergence(t, isLogarithm: true, reduction),
                (x, t) => Math.Exp(t) * (t - x), Draw.Normal);
            yield return new OpCase("bce_with_logits", $"weights, {reduction}", [S(2, 3, 4), S(2, 3, 4), S(3, 1), S(4)],
                t => t[0].BceWithLogits(t[1], t[2], t[3], reduction),
                t => Reduce(reduction, Array64.Build(S(2, 3, 4), i =>
                    t[2][i[1], 0] * ((t[3][i[2]] * t[1][i] * Math.Log(1 + Math.Exp(-t[0][i])))
                        + ((1 - t[1][i]) * Math.Log(1 + Math.Exp(t[0][i]))))))) { ForwardTolerance = 1e-5 };
            yield return new OpCase("triplet_margin_loss", $"{reduction}", [S(5, 4), S(5, 4), S(5, 4)],
                t => t[0].TripletMarginLoss(t[1], t[2], margin: 0.7f, swap: true, reduction: reduction),
                t => Reduce(reduction, Array64.Build(S(5), i =>
                {
                    double Distance(Array64 a, Array64 b) => Naive.Norm([.. Enumerable.Range(0, 4).Select(k => a[i[0], k] - b[i[0],
                        k] + 1e-6f)], 2);
                    return Math.Max(0, 0.7f + Distance(t[0], t[1]) - Math.Min(Distance(t[0], t[2]), Distance(t[1], t[2])));
                }))) { ForwardTolerance = 1e-5 };
            foreach (var (weighted, ignores, smoothing) in new[] { (false, false, 0f), (true, false, 0f), (true, true, 0f), (false, true,
                0.2f), (true, true, 0.3f) })
            {
                int[] classes = [2, 0, 3, 1, 1, 0];
                int? ignored = ignores ? 1 : null;
                yield return new OpCase(
                    "cross_entropy", $"{reduction}, weights {weighted}, ignored {ignores}, smoothed by {smoothing}", [S(2, 4, 3)],
                    t => t[0].CrossEntropy(classes, weighted ? ClassWeights(t[0]) : null, ignored, smoothing, reduction),
                    t => ByClass(Naive.LogSoftmax(t[0], 1), classes, weighted, ignored, smoothing, reduction)) { ForwardTolerance = 1e-5 };
                if (smoothing == 0)
                {
                    yield return new OpCase("nll_loss", $"{reduction}, weights {weighted}, ignored {ignores}", [S(2, 4, 3)],
                        t => t[0].NllLoss(classes, weighted ? ClassWeights(t[0]) : null, ignored, reduction),
                        t => ByClass(t[0], classes, weighted, ignored, 0, reduction)) { ForwardTolerance = 1e-5 };
                }
            }

            yield return new OpCase("cross_entropy", $"probabilities, {reduction}, weights, smoothed", [S(2, 4, 3), S(2, 4, 3)],
                t => t[0].CrossEntropy(t[1], ClassWeights(t[0]), labelSmoothing: 0.2f, reduction: reduction),
                t =>
                {
                    var logarithms = Naive.LogSoftmax(t[0], 1);
                    return Reduce(reduction, Array64.Build(S(2, 3), i => -Enumerable.Range(0, 4).Sum(c =>
                        s_classWeights[c] * ((0.8 * t[1][i[0], c, i[1]]) + 0.05) * logarithms[i[0], c, i[1]])));
                }) { Draw = Draw.Positive, ForwardTolerance = 1e-5 };
        }
    }

    private static readonly float[] s_classWeights = [0.5f, 2, 1.25f, 0.75f];

    private static Tensor ClassWeights(Tensor x) => Tensor.From(s_classWeights, S(4), x.Device);

    private static Array64 ByClass(
        Array64 logarithms, int[] classes, bool weighted, int? ignored, double smoothing, LossReduction reduction)
    {
        double Weight(int c) => weighted ? s_classWeights[c] : 1;
        var total = 0.0;
        var values = Array64.Build(S(2, 3), i =>
        {
            var own = classes[(i[0] * 3) + i[1]];
            if (own == ignored)
            {
                return 0;
            }

            total += Weight(own);
            var spread = Enumerable.Range(0, 4).Sum(c => Weight(c) * logarithms[i[0], c, i[1]]) / 4;
            return -((1 - smoothing) * Weight(own) * logarithms[i[0], own, i[1]]) - (smoothing * spread);
        });
        return reduction == LossReduction.Mean ? new Array64(S(), [values.Values.Sum() / total]) : Reduce(reduction, values);
    }

    private static OpCase Elements(
        string name, LossReduction reduction, Func<Tensor, Tensor, Tensor> engine, Func<double, double, double> reference,
        Draw draw = Draw.Distinct) =>
        new(
            name, $"{reduction}", [S(2, 3, 4), S(2, 3, 4)], t => engine(t[0], t[1]),
            t => Reduce(reduction, Array64.Zip(t[0], t[1], reference))) { Draw = draw, ForwardTolerance = 1e-5 };

    private static Array64 Reduce(LossReduction reduction, Array64 values) => reduction switch
    {
        LossReduction.Mean => Naive.Mean(values),
        LossReduction.Sum => new Array64(S(), [values.Values.Sum()]),
        _ => values,
    };

    private static OpCase Loss(string name, Func<Tensor, Tensor, Tensor> engine, Func<double, double, double> reference, Draw draw) =>
        new(
            name, "", [S(2, 3, 4), S(2, 3, 4)], t => engine(t[0], t[1]),
            t => Naive.Mean(Array64.Zip(t[0], t[1], reference))) { Draw = draw };

    /// <summary>−t·log σ(x) − (1 − t)·log(1 − σ(x)).</summary>
    private static double CrossEntropyOf(double x, double t)
    {
        var p = 1 / (1 + Math.Exp(-x));
        return (-t * Math.Log(p)) - ((1 - t) * Math.Log(1 - p));
    }

    private static Array64 Unit(Array64 x, int axis) => Array64.Zip(x, Naive.Sum(x.Map(v => v * v), axis), (v, sum) => v / Math.Sqrt(sum));

    private static Array64 CrossEntropy(Array64 logits, int[] classes)
    {
        var logarithms = Naive.LogSoftmax(logits, 1);
        var inner = logits.Shape[2];
        return new Array64(Shape.Scalar, [-classes.Select((c, i) => logarithms[i / inner, c, i % inner]).Average()]);
    }
}

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
    }

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

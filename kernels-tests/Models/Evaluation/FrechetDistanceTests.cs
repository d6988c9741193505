using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>The distance of two sets of features as normal distributions, and the verb that asks for it.</summary>
public sealed class FrechetDistanceTests : CommandFixture
{
    /// <summary>Of lines: (μ₁ − μ₂)² + (σ₁ − σ₂)².</summary>
    [Test]
    public void OnALineItIsThatOfMeansAndDeviations()
    {
        float[] first = [1, 2, 3, 4, 10], second = [-3, 0, 7];
        var expected = Math.Pow(4 - (4.0 / 3), 2) + Math.Pow(Deviation(first) - Deviation(second), 2);
        Assert.That(FrechetDistance.Between(Lines(first), Lines(second)), Is.EqualTo(expected).Within(1e-9));

        static float[][] Lines(float[] values) => Array.ConvertAll(values, v => new[] { v });

        static double Deviation(float[] values) =>
            Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(x => (double)x), 2)) / (values.Length - 1));
    }

    /// <summary>More pictures than features, and fewer; against the root of the product of covariances by Newton's iteration.</summary>
    [TestCase(40, 30, 5)]
    [TestCase(40, 4, 5)]
    [TestCase(9, 7, 6)]
    public void ItIsTheDefinition(int made, int real, int length)
    {
        var random = new Random(3);
        var (a, b) = (Drawn(made, 1, 0), Drawn(real, 0.5f, 0.7f));
        Assert.That(FrechetDistance.Between(a, b), Is.EqualTo(Definition(a, b)).Within(2e-4));
        Assert.That(FrechetDistance.Between(b, a), Is.EqualTo(FrechetDistance.Between(a, b)).Within(1e-9), "the other way round");

        float[][] Drawn(int count, float scale, float shift) => [.. Enumerable.Range(0, count).Select(_ =>
        {
            var common = random.NextSingle();
            return Enumerable.Range(0, length).Select(i => (scale * (random.NextSingle() + (i * common))) + shift).ToArray();
        })];
    }

    /// <summary>Zeros beside the features change nothing, be they a hundred: there are fewer pictures than features then.</summary>
    [Test]
    public void FeaturesThatSayNothingDoNotCount()
    {
        var random = new Random(5);
        float[][] a = Drawn(), b = Drawn();
        Assert.That(FrechetDistance.Between(Widened(a), Widened(b)), Is.EqualTo(FrechetDistance.Between(a, b)).Within(1e-9));
        Assert.That(FrechetDistance.Between(a, a), Is.Zero.Within(1e-9));

        float[][] Drawn() => [.. Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, 3).Select(_ => random.NextSingle()).ToArray())];

        static float[][] Widened(float[][] features) => Array.ConvertAll(features, f => f.Concat(new float[100]).ToArray());
    }

    [Test]
    public void WhatCanNotBeComparedIsSaid()
    {
        float[][] two = [[0, 1], [1, 0]];
        Fails.With<ArgumentException>(() => FrechetDistance.Between(two[..1], two), "at least 2 pictures");
        Fails.With<ArgumentException>(() => FrechetDistance.Between([[0], [1]], two), "equally many");
        Fails.With<ArgumentException>(() => FrechetDistance.Between([[0, float.NaN], [1, 1]], two), "finite");
    }

    /// <summary>A graph of features from the user: means of colours, of pictures scaled to its side.</summary>
    [Test]
    public async Task EvaluateTakesAGraphOfFeatures()
    {
        var graph = new GraphFile().Input("picture", 0, 3, 8, 8).Node("AveragePool", ["picture"], ["means"], GraphFile.Integers(
            "kernel_shape", 4, 4), GraphFile.Integers("strides", 4, 4)).Node("Flatten", ["means"], ["features"]).Output("features").Model;
        File.WriteAllBytes(In("means.onnx"), Google.Protobuf.MessageExtensions.ToByteArray(graph));
        var data = await DrawnData();
        await Do(["train", "pix2pix", "--data", data, "--out", In("run"), "--steps", "1", "--device", "cpu", "--quiet", .. Tiny()]);
        var text = await Do(
            "evaluate", "--model", In("run"), "--data", data, "--no-labels", "--features", In("means.onnx"), "--features-range", "bytes",
            "--device", "cpu");
        Assert.That(text, Does.Contain("Fréchet distance: ").And.Contain("by 12 features of " + In("means.onnx")));
        var found = EvaluationReport.Parse(File.ReadAllText(In("run", "evaluation.json"))).Features!;
        Assert.That((found.Side, found.Range), Is.EqualTo(((int?)null, "bytes")));
        Assert.That((found.Features, found.RealToReal, found.Manifolds), Is.EqualTo((12, (double?)null, (ManifoldScores?)null)));
        Assert.That(found.Frechet, Is.Positive);
        string[] compare = ["evaluate", "--compare", In("run"), In("run"), "--data", data, "--no-labels", "--device", "cpu"];
        Assert.That(
            await Do([.. compare, "--features", In("means.onnx")]), Does.Contain($"| Fréchet distance by {In("means.onnx")} | lower "));
        AssertExplained(
            await Run([.. compare, "--features", In("means.onnx"), "--features-side", "16"]), 1,
            "means.onnx: takes pictures of 8x8 alone, not of 16x16");
        AssertExplained(await Run([.. compare, "--features-side", "16"]), 2, "--features-side needs --features");
        AssertExplained(
            await Run([.. compare, "--features-range", "bytes"]), 2, "--features-range needs --features");
        string[] others = ["evaluate", "--model", In("run"), "--data", data, "--features", In("means.onnx"), "--device", "cpu"];
        AssertExplained(await Run([.. others, "--study", In("study")]), 2, "--study can't be combined with --features");
        AssertExplained(await Run([.. others, "--round-trip"]), 2, "--round-trip can't be combined with --features");

        File.Delete(Directory.GetFiles(Path.Combine(data, "val"))[0]);
        AssertExplained(
            await Run(
                "evaluate", "--model", In("run"), "--data", data, "--no-labels", "--features", In("means.onnx"), "--device", "cpu"),
            1, "features of 1 made and 1 real pictures can't be compared");
        var kept = EvaluationReport.Parse(File.ReadAllText(In("run", "evaluation.json")));
        Assert.That((kept.Features, kept.Images.Count), Is.EqualTo(((FeatureComparison?)null, 1)), "no other score is lost");

        var outcome = await Run(
            "evaluate", "--model", In("run"), "--data", data, "--features", In("run", "options.json"), "--device", "cpu");
        Assert.That(outcome.Code, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain("options.json").And.Contain("no ONNX model"));
    }

    /// <summary>Maps of features are averaged over their pixels, wherever the channels stand; a second input is refused.</summary>
    [Test]
    public void ChannelsOfFeaturesMayBeLast()
    {
        var picture = new Picture(new Image(2, 2, 3, [0, 51, 255, 255, 51, 255, 0, 51, 255, 255, 51, 255]));
        var (first, last, two) = (Graph(0, 3, 2, 2), Graph(0, 2, 2, 3), In("two.onnx"));
        Assert.That(FeatureNetwork.Open(first, Device).Of(picture), Is.EqualTo(new[] { 0, -0.6f, 1 }).Within(1e-6f));
        Assert.That(FeatureNetwork.Open(last, Device).Of(picture), Is.EqualTo(new[] { 0, -0.6f, 1 }).Within(1e-6f));

        var file = new GraphFile().Input("x", 0, 3, 1, 2).Input("z", 0, 3, 1, 2).Node("Add", ["x", "z"], ["y"]).Output("y").Model;
        File.WriteAllBytes(two, Google.Protobuf.MessageExtensions.ToByteArray(file));
        Fails.With<GraphException>(() => FeatureNetwork.Open(two, Device), "z [free, 3, 1, 2]");

        string Graph(params int[] shape)
        {
            var path = In($"{shape[1]}.onnx");
            var same = new GraphFile().Input("x", shape).Node("Identity", ["x"], ["y"]).Output("y").Model;
            File.WriteAllBytes(path, Google.Protobuf.MessageExtensions.ToByteArray(same));
            return path;
        }
    }

    /// <summary>|μ₁ − μ₂|² + tr Σ₁ + tr Σ₂ − 2·tr √(Σ₁·Σ₂), a little added to the diagonals so that there are inverses.</summary>
    private static double Definition(float[][] a, float[][] b)
    {
        var (first, second) = (Covariance(a), Covariance(b));
        var apart = Enumerable.Range(0, a[0].Length).Sum(i => Math.Pow(a.Average(x => (double)x[i]) - b.Average(x => (double)x[i]), 2));
        return apart + Trace(first) + Trace(second) - (2 * Trace(Root(Times(first, second))));
    }

    private static double[][] Covariance(float[][] x)
    {
        var mean = Enumerable.Range(0, x[0].Length).Select(i => x.Average(row => (double)row[i])).ToArray();
        return Matrix(mean.Length, (i, j) =>
            (x.Sum(row => (row[i] - mean[i]) * (row[j] - mean[j])) / (x.Length - 1)) + (i == j ? 1e-10 : 0));
    }

    /// <summary>Denman and Beavers 1976.</summary>
    private static double[][] Root(double[][] m)
    {
        var (y, z) = (m, Matrix(m.Length, (i, j) => i == j ? 1 : 0));
        for (var step = 0; step < 60; step++)
        {
            var (inverseOfY, inverseOfZ) = (Inverse(y), Inverse(z));
            var (before, other) = (y, z);
            y = Matrix(m.Length, (i, j) => (before[i][j] + inverseOfZ[i][j]) / 2);
            z = Matrix(m.Length, (i, j) => (other[i][j] + inverseOfY[i][j]) / 2);
        }

        return y;
    }

    private static double[][] Inverse(double[][] m)
    {
        var n = m.Length;
        double[][] rows = [.. m.Select((row, i) => row.Concat(Enumerable.Range(0, n).Select(j => i == j ? 1.0 : 0)).ToArray())];
        for (var k = 0; k < n; k++)
        {
            var pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(rows[i][k]));
            (rows[k], rows[pivot]) = (rows[pivot], rows[k]);
            var lead = rows[k][k];
            rows[k] = Array.ConvertAll(rows[k], v => v / lead);
            for (var i = 0; i < n; i++)
            {
                var factor = rows[i][k];
                if (i != k)
                {
                    rows[i] = [.. rows[i].Zip(rows[k], (v, w) => v - (factor * w))];
                }
            }
        }

        return Array.ConvertAll(rows, row => row[n..]);
    }

    private static double[][] Times(double[][] a, double[][] b) =>
        Matrix(a.Length, (i, j) => Enumerable.Range(0, a.Length).Sum(k => a[i][k] * b[k][j]));

    private static double[][] Matrix(int n, Func<int, int, double> at) =>
        [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => at(i, j)).ToArray())];

    private static double Trace(double[][] m) => m.Select((row, i) => row[i]).Sum();
}

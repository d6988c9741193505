using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>Each layer hands its settings on, and norms keep their statistics: against the float64 reference.</summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class LayerTests(string name) : OnDevice(name)
{
    private const double Tolerance = 3e-6;

    [Test]
    public void Convolution()
    {
        var layer = new Conv2d(2, 3, 3, stride: 2, padding: 2, dilation: 2).Initialize(1, gain: 1).To(Device);
        layer.Bias!.Value.CopyFrom([1, 2, 3]);
        Agree(layer, x => Naive.Conv2d(x, In(layer.Weight), In(layer.Bias), 2, 2, 2));
    }

    [Test]
    public void TransposedConvolution()
    {
        var layer = new ConvTranspose2d(2, 3, 3, stride: 2, padding: 1, outputPadding: 1).Initialize(1, gain: 1).To(Device);
        layer.Bias!.Value.CopyFrom([1, 2, 3]);
        Agree(layer, x => Naive.ConvTranspose2d(x, In(layer.Weight), In(layer.Bias), 2, 1, 1, 1));
    }

    [Test]
    public void ConvolutionsInGroups()
    {
        var layer =
            new Conv2d(4, 6, (3, 2), stride: (2, 1), padding: (1, 0, 0, 1), dilation: (1, 2), groups: 2).Initialize(1, gain: 1).To(Device);
        layer.Bias!.Value.CopyFrom([1, 2, 3, 4, 5, 6]);
        Assert.That(layer.Weight.Shape, Is.EqualTo(new Shape(6, 2, 3, 2)));
        Agree(layer, x => Naive.Conv2d(x, In(layer.Weight), In(layer.Bias), (2, 1), (1, 0, 0, 1), (1, 2), 2), channels: 4);

        var up = new ConvTranspose2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 0), dilation: (1, 2), groups: 2).Initialize(1, gain: 1).To(Device);
        up.Bias!.Value.CopyFrom([1, 2, 3, 4, 5, 6]);
        Assert.That(up.Weight.Shape, Is.EqualTo(new Shape(4, 3, 3, 2)));
        Agree(up, x => Naive.ConvTranspose2d(x, In(up.Weight), In(up.Bias), (2, 1), (1, 1, 0, 0), (1, 0), (1, 2), 2), channels: 4);
    }

    [Test]
    public void ConvolutionOfLines()
    {
        var layer = new Conv1d(4, 2, 3, stride: 2, padding: 1, dilation: 2, groups: 2).Initialize(1, gain: 1).To(Device);
        layer.Bias!.Value.CopyFrom([1, 2]);
        Assert.That(layer.Weight.Shape, Is.EqualTo(new Shape(2, 2, 3)));
        var x = new Array64(new Shape(1, 4, 9), [.. Enumerable.Range(0, 36).Select(i => Math.Sin(i))]);
        var expected = Naive.Conv2d(
            new Array64(new Shape(1, 4, 1, 9), x.Values), new Array64(new Shape(2, 2, 1, 3), In(layer.Weight).Values), In(layer.Bias),
            (1, 2), (0, 0, 1, 1), (1, 2), 2);
        using var step = Device.Step();
        var y = layer.Forward(Tensor.From([.. x.Values.Select(v => (float)v)], x.Shape, Device));
        Assert.That(y.Shape, Is.EqualTo(new Shape(1, 2, expected.Shape[3])));
        Assert.That(y.ToArray().Select(v => (double)v), Is.EqualTo(expected.Values).Within(Tolerance));
    }

    [Test]
    public void Paddings()
    {
        Agree(new ReflectionPad2d((0, 3, 2, 1)), x => Naive.Pad(x, 2, 1, 0, 3, PadMode.Reflect, 0));
        Agree(new ReplicationPad2d(2), x => Naive.Pad(x, 2, 2, 2, 2, PadMode.Replicate, 0));
        Agree(new CircularPad2d((0, 2, 2, 1)), x => Array64.Build(
            new Shape(x.Shape[0], x.Shape[1], x.Shape[2] + 2, x.Shape[3] + 3),
            at => x[at[0], at[1], at[2] % x.Shape[2], (at[3] - 2 + x.Shape[3]) % x.Shape[3]]));
        Agree(new ZeroPad2d((1, 0, 1, 0)), x => Naive.Pad(x, 1, 0, 1, 0, PadMode.Constant, 0));
    }

    [Test]
    public void Resampling()
    {
        Agree(new Upsample(2), x => Naive.Nearest(x, 2));
        Agree(new Upsample(3, UpsampleMode.Bilinear), x => Naive.Bilinear(x, 3));
        Agree(new AvgPool2d(3, 2, 1), x => Naive.AveragePool(x, 3, 2, 1));
        Agree(new MaxPool2d(2), x => Naive.MaxPool(x, 2, 2, 0));
    }

    [Test]
    public void Activations()
    {
        Agree(new Relu(), x => x.Map(v => Math.Max(v, 0)));
        Agree(new LeakyRelu(0.1f), x => x.Map(v => v > 0 ? v : 0.1f * v));
        Agree(new Tanh(), x => x.Map(Math.Tanh));
        Agree(new Sigmoid(), x => x.Map(v => 1 / (1 + Math.Exp(-v))));
    }

    [Test]
    public void BatchNormKeepsRunningStatisticsAndUsesThemInEvaluation()
    {
        var layer = new BatchNorm2d(2, momentum: 0.3f).To(Device);
        layer.Weight!.Value.CopyFrom([1.5f, 0.5f]);
        layer.Bias!.Value.CopyFrom([-1, 2]);
        double[] mean = [0, 0];
        double[] variance = [1, 1];
        for (var batch = 0; batch < 3; batch++)
        {
            var x = Agree(layer, x => Naive.Norm(x, In(layer.Weight!), In(layer.Bias!), 1e-5f, perInstance: false), seed: batch);
            for (var c = 0; c < 2; c++)
            {
                var (m, v) = Naive.Moments(x, image: null, c);
                var count = x.Values.Length / 2.0;
                mean[c] = (0.7 * mean[c]) + (0.3 * m);
                variance[c] = (0.7 * variance[c]) + (0.3 * v * count / (count - 1));
            }
        }

        Assert.That(layer.RunningMean!.Value.ToArray(), Is.EqualTo(mean).Within(1e-6));
        Assert.That(layer.RunningVariance!.Value.ToArray(), Is.EqualTo(variance).Within(1e-6));
        Assert.That(layer.BatchesTracked!.Value.Item(), Is.EqualTo(3));
        layer.Eval();
        Agree(
            layer,
            x =>
                Naive.FixedNorm(
                    x, new Array64(new Shape(2), mean), new Array64(new Shape(2), variance), In(layer.Weight!), In(layer.Bias!), 1e-5f));
        Assert.That(layer.BatchesTracked!.Value.Item(), Is.EqualTo(3), "evaluation changes nothing");
    }

    /// <summary>Without a momentum the statistics are means over all batches, eager and replayed.</summary>
    [Test]
    public void BatchNormAveragesAllBatches([Values] bool recorded)
    {
        var layer = new BatchNorm2d(2, momentum: null, bias: false).Initialize(seed: 1).To(Device);
        Assert.That(layer.NamedTensors().Select(t => t.Name), Does.Not.Contain("bias"));
        using var step = new RecordedStep(Device, inputs => [layer.Forward(inputs[0])]) { Eager = !recorded };
        double[] mean = [0, 0];
        double[] variance = [0, 0];
        for (var batch = 1; batch <= 4; batch++)
        {
            var x = new Array64(new Shape(2, 2, 3, 3), [.. OpCase.DrawNumbers(new Random(batch), 36).Select(v => (double)v)]);
            using var input = Tensor.From(Array.ConvertAll(x.Values, v => (float)v), x.Shape, Device);
            step.Run(input);
            for (var c = 0; c < 2; c++)
            {
                var (m, v) = Naive.Moments(x, image: null, c);
                mean[c] += (m - mean[c]) / batch;
                variance[c] += ((v * 18 / 17) - variance[c]) / batch;
            }
        }

        Assert.That(layer.RunningMean!.Value.ToArray(), Is.EqualTo(mean).Within(1e-6));
        Assert.That(layer.RunningVariance!.Value.ToArray(), Is.EqualTo(variance).Within(1e-6));
        Assert.That(layer.BatchesTracked!.Value.Item(), Is.EqualTo(4));
    }

    [Test]
    public void BatchNormWithoutRunningStatisticsIsTheSameInBothModes()
    {
        var layer = new BatchNorm2d(2, affine: false, trackRunningStatistics: false);
        Assert.That(layer.NamedTensors(), Is.Empty);
        Agree(layer, x => Naive.Norm(x, null, null, 1e-5f, perInstance: false));
        Agree(layer.Eval(), x => Naive.Norm(x, null, null, 1e-5f, perInstance: false));
    }

    [Test]
    public void InstanceNormCountsNoBatches()
    {
        var layer = new InstanceNorm2d(2, trackRunningStatistics: true).To(Device);
        using var step = Device.Step();
        layer.Forward(Tensor.Uniform(new RandomKey(1, 2, 3, 4), [1, 2, 3, 3], Device));
        Assert.That(layer.BatchesTracked!.Value.Item(), Is.Zero, "as PyTorch's");
        Assert.That(layer.RunningVariance!.Value.ToArray(), Is.All.Not.EqualTo(1));
    }

    [Test]
    public void Dropout2dDropsWholeChannels()
    {
        using var step = Device.Step();
        var layer = new Dropout2d(0.5f).Initialize(seed: 1).To(Device);
        var y = layer.Forward(Tensor.Ones([8, 8, 2, 2], Device)).ToArray();
        var channels = y.Chunk(4).ToArray();
        Assert.That(channels.All(c => c.Distinct().Count() == 1 && c[0] is 0 or 2));
        Assert.That(channels.Count(c => c[0] == 0), Is.InRange(16, 48));
        Assert.That(layer.Eval().Forward(Tensor.Ones([2, 2], Device)).ToArray(), Is.All.EqualTo(1));
    }

    [Test]
    public void InstanceNormIsTheSameInBothModesWithoutRunningStatistics()
    {
        var layer = new InstanceNorm2d(2);
        Agree(layer, x => Naive.Norm(x, null, null, 1e-5f, perInstance: true));
        Agree(layer.Eval(), x => Naive.Norm(x, null, null, 1e-5f, perInstance: true));
    }

    [Test]
    public void InstanceNormAveragesItsRunningStatisticsOverTheImages()
    {
        var layer = new InstanceNorm2d(2, affine: true, trackRunningStatistics: true).To(Device);
        var x = Agree(layer, x => Naive.Norm(x, null, null, 1e-5f, perInstance: true));
        var pixels = x.Shape[2] * x.Shape[3];
        for (var c = 0; c < 2; c++)
        {
            var moments = Enumerable.Range(0, x.Shape[0]).Select(n => Naive.Moments(x, n, c)).ToArray();
            Assert.That(layer.RunningMean!.Value.ToArray()[c], Is.EqualTo(0.1 * moments.Average(m => m.Mean)).Within(1e-6));
            Assert.That(layer.RunningVariance!.Value.ToArray()[c],
                Is.EqualTo(0.9 + (0.1 * moments.Average(m => m.Variance) * pixels / (pixels - 1))).Within(1e-6));
        }

        Agree(layer.Eval(), y => Naive.FixedNorm(y, In(layer.RunningMean!), In(layer.RunningVariance!), null, null, 1e-5f));
    }

    [Test]
    public void NormsOfASingleValueAreRefused()
    {
        using var step = Device.Step();
        Assert.That(() => new BatchNorm2d(3).To(Device).Forward(Tensor.Ones(new Shape(1, 3, 1, 1), Device)),
            Throws.TypeOf<ShapeException>().With.Message.Contains("more than one value a channel, but the input is [1,3,1,1]"));
        Assert.That(() => new InstanceNorm2d(3).Forward(Tensor.Ones(new Shape(2, 3, 1, 1), Device)),
            Throws.TypeOf<ShapeException>().With.Message.Contains("more than one pixel a channel, but the input is [2,3,1,1]"));
    }

    [Test]
    public void ActivationsAndNormsOfComposition()
    {
        Agree(new Elu(0.7f), x => x.Map(v => v > 0 ? v : 0.7f * (Math.Exp(v) - 1)));
        Agree(new Silu(), x => x.Map(v => v / (1 + Math.Exp(-v))));
        Agree(new Softplus(), x => x.Map(v => Math.Log(1 + Math.Exp(v))));
        var slopes = new PRelu(2).To(Device);
        slopes.Weight.Value.CopyFrom([0.25f, 0.5f]);
        Agree(slopes, x => Naive.PRelu(x, In(slopes.Weight)));
        var layer = new LayerNorm(new Shape(6)).To(Device);
        layer.Weight!.Value.CopyFrom([1, 2, 3, 4, 5, 6]);
        Agree(layer, x => Naive.GroupedNorm(x, i => string.Join(',', i[..^1]), 1e-5f, In(layer.Weight), In(layer.Bias!), i => i[^1]));
        var group = new GroupNorm(1, 2).To(Device);
        group.Bias!.Value.CopyFrom([1, 2]);
        Agree(group, x => Naive.GroupedNorm(x, i => $"{i[0]}", 1e-5f, In(group.Weight!), In(group.Bias), i => i[1]));
        Agree(new PixelNorm(), x => Naive.PixelNorm(x, 1e-8f));
        Agree(new Flatten(), x => Naive.Reshape(x, new Shape(3, 60)));
        Agree(new Reshape(6, 10), x => Naive.Reshape(x, new Shape(3, 6, 10)));
        Agree(new Lambda(x => x * 3), x => x.Map(v => 3 * v));
        Fails.With<ArgumentException>(() => new GroupNorm(2, 3), "3 channels do not divide into 2 groups");
        Fails.With<ShapeException>(() => new LayerNorm(new Shape(5)).To(Device).Forward(Tensor.Ones(new Shape(2, 6), Device)), "[2,6]");
    }

    [Test]
    public void AModulatedNormTakesScaleAndShiftWithItsInput()
    {
        using var step = Device.Step();
        var norm = new ModulatedNorm(new InstanceNorm2d(2));
        var (x, gamma, beta) = (Draw(1, 2, 2, 3, 4), Draw(2, 2, 2, 1, 1), Draw(3, 2, 2, 3, 4));
        var (scale, shift) = (Array64.From(gamma), Array64.From(beta));
        var plain = Naive.Norm(Array64.From(x), null, null, 1e-5f, perInstance: true);
        var expected = Array64.Zip(Array64.Zip(plain, scale, (v, g) => v * (1 + g)), shift, (v, b) => v + b);
        Assert.That(RelativeError.Of(norm.Forward(x, gamma, beta).ToArray(), expected.Values), Is.LessThan(Tolerance));

        Tensor Draw(int seed, params int[] shape) =>
            Tensor.From(OpCase.DrawNumbers(new Random(seed), shape.Aggregate(1, (a, b) => a * b)), new Shape(shape), Device);
    }

    [Test]
    public void NoiseIsAddedInTrainingOnly()
    {
        using var step = Device.Step();
        var noise = new GaussianNoise(0.5f).Initialize(seed: 3);
        var x = Tensor.Full(new Shape(100, 100), 2, Device);
        var y = noise.Forward(x).ToArray();
        Assert.That(y.Average(), Is.EqualTo(2).Within(0.03));
        Assert.That(Math.Sqrt(y.Average(v => (v - 2.0) * (v - 2.0))), Is.EqualTo(0.5).Within(0.02));
        Assert.That(noise.Forward(x).ToArray(), Is.Not.EqualTo(y), "another draw of the same step");
        noise.Random!.Step = 0;
        Assert.That(noise.Forward(x).ToArray(), Is.EqualTo(y), "the same step again");
        Assert.That(noise.Eval().Forward(x), Is.SameAs(x));
        Assert.That(() => new GaussianNoise(1).Forward(x), Throws.InvalidOperationException.With.Message.Contains("Initialize(seed)"));
    }

    /// <summary>Compares a layer with its definition on random numbers, which are returned.</summary>
    private Array64 Agree(Layer layer, Func<Array64, Array64> definition, int seed = 0, int channels = 2)
    {
        using var step = Device.Step();
        var shape = new Shape(3, channels, 5, 6);
        var x = Tensor.From(OpCase.DrawNumbers(new Random(seed), (int)shape.Count), shape, Device);
        var y = layer.Forward(x);
        var expected = definition(Array64.From(x));
        Assert.That(y.Shape, Is.EqualTo(expected.Shape));
        Assert.That(RelativeError.Of(y.ToArray(), expected.Values), Is.LessThan(Tolerance), layer.GetType().Name);
        return Array64.From(x);
    }

    private static Array64 In(ModuleTensor tensor) => Array64.From(tensor.Value);
}

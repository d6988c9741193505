namespace IlgpuGan.EngineTests.Nn;

/// <summary>Distributions of first weights, and on what they depend.</summary>
internal sealed class InitializationTests() : OnCpu(threads: 2)
{
    /// <summary>Nothing is silently 0: what was neither drawn nor loaded starts as PyTorch's layers do.</summary>
    [Test]
    public void AnUninitialisedLayerStartsAsPyTorchs()
    {
        var (layer, drawn) = (new Conv2d(3, 4, 3).To(_device), new Conv2d(3, 4, 3).Initialize(0, Initialization.Default).To(_device));
        foreach (var (own, other) in layer.Parameters.Zip(drawn.Parameters))
        {
            Assert.That(own.Value.ToArray(), Is.EqualTo(other.Value.ToArray()));
            Assert.That(own.Value.ToArray(), Has.All.InRange(-1 / MathF.Sqrt(27), 1 / MathF.Sqrt(27)).And.Some.Not.Zero, own.Name);
        }

        var loaded = new Conv2d(3, 4, 3);
        loaded.Parameters.First().Tensor.Initialize(value => value.CopyFrom(new float[value.Count]));
        Assert.That(loaded.To(_device).Parameters.First().Value.ToArray(), Is.All.Zero, "what was set stays");
    }

    /// <summary>A gate behind a weight is none of its biases.</summary>
    [Test]
    public void WhatBeginsAtZeroIsZero()
    {
        var untouched = new Gated().To(_device);
        Assert.That(untouched.Gate.Value.ToArray(), Is.All.Zero);
        Assert.That(untouched.Bias.Value.ToArray(), Has.Some.Not.Zero, "PyTorch draws biases");
        foreach (var scheme in Enum.GetValues<Initialization>())
        {
            Assert.That(new Gated().Initialize(7, scheme, gain: 0.5f).To(_device).Gate.Value.ToArray(), Is.All.Zero, $"{scheme}");
        }
    }

    private sealed class Gated : Module
    {
        public Gated()
        {
            AddParameter("weight", new Shape(3, 4), InitialValue.Drawn);
            Gate = AddParameter("gate", new Shape(3), InitialValue.Zero);
            Bias = AddParameter("bias", new Shape(3), InitialValue.Zero);
        }

        public ModuleTensor Gate { get; }

        public ModuleTensor Bias { get; }
    }

    [TestCase(Initialization.Normal, 0.02)]
    [TestCase(Initialization.Xavier, 0.05 * 0.05892556509887896)] // 0.05·√(2/(32·9 + 32·9))
    [TestCase(Initialization.Kaiming, 0.08333333333333333)] // √(2/(32·9)), whatever the gain
    public void WeightsHaveTheDeviation(Initialization scheme, double deviation)
    {
        var gain = scheme == Initialization.Normal ? 0.02f : 0.05f;
        var layer = new Conv2d(32, 32, 3).Initialize(7, scheme, gain).To(_device);
        var (mean, found) = Statistics(layer.Weight);
        Assert.That(found, Is.EqualTo(deviation).Within(0.03 * deviation), "9,216 draws: 1 % standard error");
        Assert.That(mean, Is.EqualTo(0).Within(0.05 * deviation));
        Assert.That(layer.Bias!.Value.ToArray(), Is.All.Zero);
    }

    /// <summary>PyTorch's own: weights and biases uniform on ±1/√fan_in, batch norms 1 and 0.</summary>
    [Test]
    public void TheDefaultIsThatOfPyTorchsLayers()
    {
        var bound = 1 / Math.Sqrt(32 * 9);
        var network = new Sequential(new Conv2d(32, 512, 3), new BatchNorm2d(512)).Initialize(7, Initialization.Default).To(_device);
        var convolution = (Conv2d)network[0];
        foreach (var tensor in new[] { convolution.Weight, convolution.Bias! })
        {
            var values = tensor.Value.ToArray();
            Assert.That(
                values.Select(v => Math.Abs((double)v)).Max(), Is.LessThanOrEqualTo(bound * (1 + 1e-6)).And.GreaterThan(0.98 * bound));
            Assert.That(Statistics(tensor).Deviation, Is.EqualTo(bound / Math.Sqrt(3)).Within(6).Percent);
        }

        var norm = (BatchNorm2d)network[1];
        Assert.That(norm.Weight!.Value.ToArray(), Is.All.EqualTo(1));
        Assert.That(norm.Bias!.Value.ToArray(), Is.All.Zero);
        Assert.That(norm.RunningMean!.Value.ToArray(), Is.All.Zero);
    }

    [Test]
    public void UniformTruncatedAndConstantWeights()
    {
        var layer = new Conv2d(32, 32, 3).Initialize(7, Initialization.XavierUniform, gain: 0.5f).To(_device);
        var bound = 0.5 * Math.Sqrt(6.0 / (2 * 32 * 9));
        Assert.That(layer.Weight.Value.ToArray().Max(), Is.LessThanOrEqualTo(bound * (1 + 1e-6)).And.GreaterThan(0.98 * bound));
        Assert.That(Statistics(layer.Weight).Deviation, Is.EqualTo(bound / Math.Sqrt(3)).Within(3).Percent);

        layer.Initialize(7, Initialization.TruncatedNormal, gain: 0.02f);
        Assert.That(layer.Weight.Value.ToArray().Max(v => Math.Abs(v)), Is.LessThanOrEqualTo(0.04f).And.GreaterThan(0.038f));
        Assert.That(Statistics(layer.Weight).Deviation, Is.EqualTo(0.02 * 0.8796).Within(3).Percent, "of a normal cut at two deviations");

        layer.Initialize(7, Initialization.Constant, gain: 0.3f);
        Assert.That(layer.Weight.Value.ToArray(), Is.All.EqualTo(0.3f));
        Assert.That(layer.Bias!.Value.ToArray(), Is.All.Zero);
        Assert.That(
            new PRelu(3).Initialize(7, Initialization.Orthogonal).To(_device).Weight.Value.ToArray(), Is.All.EqualTo(0.25f),
            "its own number under every scheme");
        Assert.That(new PRelu(3).To(_device).Weight.Value.ToArray(), Is.All.EqualTo(0.25f), "and under none");
    }

    /// <summary>
    /// A layer that is added later gets weights; the rest keeps what it learned. Each tensor's numbers depend on its place alone.
    /// </summary>
    [Test]
    public void OnlyWhatIsNamedIsInitialised()
    {
        var network = new Sequential(new Conv2d(2, 3, 3)).Initialize(seed: 5).To(_device);
        var learned = ((Conv2d)network[0]).Weight.Value.ToArray();
        network.Append(new Conv2d(3, 4, 3)).Initialize(seed: 6, where: t => t.Name.StartsWith("1.", StringComparison.Ordinal)).To(_device);
        Assert.That(((Conv2d)network[0]).Weight.Value.ToArray(), Is.EqualTo(learned));
        var whole = new Sequential(new Conv2d(2, 3, 3), new Conv2d(3, 4, 3)).Initialize(seed: 6).To(_device);
        Assert.That(((Conv2d)network[1]).Weight.Value.ToArray(), Is.EqualTo(((Conv2d)whole[1]).Weight.Value.ToArray()));
    }

    [Test]
    public void FansOfATransposedConvolutionFollowTheReference()
    {
        // Weight [in 8, out 32, 4, 4]: the reference takes fan-in from the second extent.
        var layer = new ConvTranspose2d(8, 32, 4).Initialize(3, Initialization.Kaiming).To(_device);
        Assert.That(Statistics(layer.Weight).Deviation, Is.EqualTo(Math.Sqrt(2 / (32.0 * 16))).Within(5).Percent);
    }

    [Test]
    public void BatchNormIsDrawnAroundOneAndAffineInstanceNormIsOne()
    {
        var batch = new BatchNorm2d(4096).Initialize(3, Initialization.Kaiming, gain: 0.02f).To(_device);
        var (mean, deviation) = Statistics(batch.Weight!);
        Assert.That(mean, Is.EqualTo(1).Within(0.002));
        Assert.That(deviation, Is.EqualTo(0.02).Within(5).Percent);
        Assert.That(batch.Bias!.Value.ToArray(), Is.All.Zero);
        Assert.That(batch.RunningVariance!.Value.ToArray(), Is.All.EqualTo(1));
        Assert.That(new InstanceNorm2d(5, affine: true).Initialize(3).To(_device).Weight!.Value.ToArray(), Is.All.EqualTo(1));
        var orthogonal = new BatchNorm2d(4096).Initialize(3, Initialization.Orthogonal, gain: 1).To(_device);
        Assert.That(Statistics(orthogonal.Weight!).Deviation, Is.EqualTo(0.02).Within(5).Percent, "the gain is the length of rows");
        var drawn = new InstanceNorm2d(4096, affine: true, weight: InitialValue.DrawnAroundOne).Initialize(3, gain: 0.02f).To(_device);
        Assert.That(Statistics(drawn.Weight!).Deviation, Is.EqualTo(0.02).Within(5).Percent);
    }

    [TestCase(6, 5, 3, TestName = "OrthogonalRowsWhereTheyAreFewer")]
    [TestCase(40, 2, 3, TestName = "OrthogonalColumnsWhereTheyAreFewer")]
    public void Orthogonal(int outputs, int inputs, int kernel)
    {
        const float Gain = 0.5f;
        var layer = new Conv2d(inputs, outputs, kernel).Initialize(3, Initialization.Orthogonal, Gain).To(_device);
        var w = layer.Weight.Value.ToArray();
        var columns = w.Length / outputs;
        var byRows = outputs <= columns;
        var (count, length) = byRows ? (outputs, columns) : (columns, outputs);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                double dot = 0;
                for (var k = 0; k < length; k++)
                {
                    dot += byRows
                        ? (double)w[(i * columns) + k] * w[(j * columns) + k]
                        : (double)w[(k * columns) + i] * w[(k * columns) + j];
                }

                Assert.That(dot, Is.EqualTo(i == j ? Gain * Gain : 0).Within(1e-7), $"vectors {i} and {j}");
            }
        }
    }

    /// <summary>A vector [n] is a weight [n, 1], a scalar [1, 1].</summary>
    [TestCase(Initialization.Normal, 0.5)]
    [TestCase(Initialization.Xavier, 0.5 * 0.022092)] // 0.5·√(2/(1 + 4097))
    [TestCase(Initialization.Kaiming, 1.4142)] // √(2/1)
    [TestCase(Initialization.Orthogonal, 0.5 / 64.0078)] // a vector of length 0.5
    public void VectorsAreDrawnToo(Initialization scheme, double deviation)
    {
        var module = new Drawn().Initialize(7, scheme, gain: 0.5f).To(_device);
        Assert.That(Statistics(module.Vector).Deviation, Is.EqualTo(deviation).Within(4).Percent);
        Assert.That(module.Scalar.Value.Item(), Is.Not.Zero.And.Not.NaN);
    }

    private sealed class Drawn : Layer
    {
        public Drawn() =>
            (Vector, Scalar) =
                (AddParameter("vector", new Shape(4097), InitialValue.Drawn), AddParameter("scalar", Shape.Scalar, InitialValue.Drawn));

        public ModuleTensor Vector { get; }

        public ModuleTensor Scalar { get; }

        public override Tensor Forward(Tensor x) => x;
    }

    [Test]
    public void NumbersDependOnTheSeedAndThePositionOnly()
    {
        static Sequential Network() => new(new Conv2d(3, 8, 3), new BatchNorm2d(8), new Conv2d(8, 3, 3));
        float[] All(Module module) => [.. module.NamedTensors().SelectMany(t => t.Value.ToArray())];
        var early = All(Network().Initialize(5).To(_device));
        using var other = Device.Open("cpu", threads: 1);
        Assert.That(All(Network().To(other).Initialize(5)), Is.EqualTo(early), "on a device already, with another number of threads");
        Assert.That(All(Network().Initialize(6).To(_device)), Is.Not.EqualTo(early));
        Assert.That(early[..216], Is.Not.EqualTo(early[^219..^3]), "two layers of one shape count");
    }

    private static (double Mean, double Deviation) Statistics(ModuleTensor tensor)
    {
        var values = Array.ConvertAll(tensor.Value.ToArray(), x => (double)x);
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
    }
}

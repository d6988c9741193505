using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>A step taken sample by sample does to a network what the batch does, but for rounding.</summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class SampleReductionTests(string name) : OnDevice(name)
{
    private const int Samples = 3;
    private static readonly Shape s_batch = new(Samples, 2, 5, 4);

    /// <summary>
    /// Plain descent at rate 1 shows the gradient as what the weights change by. With the penalty it goes through the norms twice.
    /// </summary>
    [Test]
    public void TheGradientIsTheBatchs([Values] bool batchNorm, [Values] bool penalty)
    {
        using var step = Device.Step();
        var (ofBatch, expected) = Network(batchNorm);
        var x = Tensor.From(Numbers(), s_batch, Device);
        var loss = Loss(ofBatch, x, penalty);
        expected.Minimize(loss);

        var (network, sgd) = Network(batchNorm);
        var samples = new SampleReduction(new SoleRank(), [network], [], new RandomState(1), Device);
        sgd.GradientReducer = samples;
        samples.Begin(new SampleShare(0, Samples, Samples));
        var turns = new List<int>();
        var means = samples.Run(
            i => { var own = Loss(network, x.Slice(0, i, 1), penalty); sgd.Minimize(own); return own.ToArray(); }, turns.Add);
        Assert.That(means[0], Is.EqualTo(loss.Item()).Within(1e-5), "the loss");
        foreach (var ((key, one), (_, other)) in network.NamedTensors().Zip(
            ofBatch.NamedTensors(), (a, b) => ((a.Name, a.Value), (b.Name, b.Value))))
        {
            Assert.That(RelativeError.Of(one.ToArray(), Array.ConvertAll(other.ToArray(), v => (double)v)), Is.LessThan(1e-5), key);
        }

        Assert.That(turns.Distinct().Order(), Is.EqualTo(Enumerable.Range(0, Samples)));
    }

    /// <summary>Vectors have channels and no pixels.</summary>
    [Test]
    public void BatchNormTakesVectors()
    {
        using var step = Device.Step();
        var x = Tensor.From(OpCase.DrawNumbers(new Random(3), Samples * 5), new Shape(Samples, 5), Device);
        var norm = new BatchNorm2d(5).Initialize(seed: 1).To(Device);
        var expected = norm.Forward(x).ToArray();
        var apart = new BatchNorm2d(5).Initialize(seed: 1).To(Device);
        var samples = new SampleReduction(new SoleRank(), [apart], [], new RandomState(1), Device);
        samples.Begin(new SampleShare(0, Samples, Samples));
        var found = new float[Samples][];
        samples.Run(i => { found[i] = apart.Forward(x.Slice(0, i, 1)).ToArray(); return []; }, _ => { });
        Assert.That(RelativeError.Of(found.SelectMany(f => f).ToArray(), Array.ConvertAll(expected, v => (double)v)), Is.LessThan(1e-5));
    }

    /// <summary>Each rank by the statistics of its own samples: what they are as a batch.</summary>
    [Test]
    public void NormsOfEachRankCanBeItsOwn()
    {
        var shares = ThreadRanks.Run(2, ranks =>
        {
            using var device = Device.Open("cpu", threads: 1);
            using var step = device.Step();
            var share = SampleShare.Of(ranks.Rank, 2, 5);
            var x = Tensor.From(OpCase.DrawNumbers(new Random(3 + ranks.Rank), share.Count * 3), new Shape(share.Count, 3), device);
            var norm = new BatchNorm2d(3).Initialize(seed: 1).To(device);
            var expected = norm.Forward(x).ToArray();
            var apart = new BatchNorm2d(3).Initialize(seed: 1).To(device);
            var samples = new SampleReduction(ranks, [apart], [], new RandomState(1), device, synchronisesNorms: false);
            samples.Begin(share);
            var found = new float[share.Count][];
            samples.Run(i => { found[i] = apart.Forward(x.Slice(0, i, 1)).ToArray(); return []; }, _ => { });
            return (Found: found.SelectMany(f => f).ToArray(), Expected: expected, Running: apart.RunningMean!.Value.ToArray(),
                Own: norm.RunningMean!.Value.ToArray(), share.Count);
        });
        foreach (var share in shares)
        {
            Assert.That(RelativeError.Of(share.Found, Array.ConvertAll(share.Expected, v => (double)v)), Is.LessThan(1e-5));
            Assert.That(share.Running, Is.EqualTo(shares[0].Running), "what evaluation goes by is the same everywhere");
        }

        double[] mean = [.. Enumerable.Range(0, 3).Select(c => shares.Sum(s => (double)s.Own[c] * s.Count) / 5)];
        Assert.That(RelativeError.Of(shares[0].Running, mean), Is.LessThan(1e-5));
    }

    /// <summary>The others go through the norm, too, and count nothing.</summary>
    [Test]
    public void NormsCanTakeAPartOfTheSamples()
    {
        using var step = Device.Step();
        var x = Tensor.From(Numbers(), s_batch, Device);
        var norm = new BatchNorm2d(2).Initialize(seed: 1).To(Device);
        var expected = norm.Forward(x.Slice(0, 1, 2)).ToArray();
        var apart = new BatchNorm2d(2).Initialize(seed: 1).To(Device);
        var samples = new SampleReduction(new SoleRank(), [apart], [], new RandomState(1), Device);
        samples.Begin(new SampleShare(0, Samples, Samples));
        var found = new float[Samples][];
        samples.Run(
            i =>
            {
                using var among = samples.NormalizeOver(new SamplePart(1, 2));
                found[i] = apart.Forward(x.Slice(0, i, 1)).ToArray();
                return [];
            },
            _ => { });
        Assert.That(RelativeError.Of([.. found[1], .. found[2]], Array.ConvertAll(expected, v => (double)v)), Is.LessThan(1e-5));
        Assert.That(
            RelativeError.Of(apart.RunningVariance!.Value.ToArray(), Array.ConvertAll(norm.RunningVariance!.Value.ToArray(), v =>
                (double)v)),
            Is.LessThan(1e-5));
    }

    /// <summary>
    /// What the last layers have learnt is exchanged while the first ones' gradients are worked out: the backward waits here for that.
    /// </summary>
    [Test]
    public void GradientsGoOutWhileTheBackwardGoesOn([Values(1, 3)] int samplesOfOne)
    {
        var weights = ThreadRanks.Run(2, ranks =>
        {
            using var device = Device.Open("cpu", threads: 1);
            using var step = device.Step();
            using var begun = new NotedRanks(ranks);
            var first = new Conv2d(2, 4, 3, 1, 1);
            var last = new Sequential(new Conv2d(4, 16, 3, 1, 1), new Conv2d(16, 16, 3, 1, 1));
            var network = new Sequential(first, last).Initialize(seed: 5, gain: 0.5f).To(device);
            var sgd = new Sgd(network.Parameters, learningRate: 1);
            var total = 2 * samplesOfOne;
            var samples = new SampleReduction(begun, [network], [], new RandomState(1), device);
            sgd.GradientReducer = samples;
            var share = SampleShare.Of(ranks.Rank, 2, total);
            samples.Begin(share);
            samples.Run(
                i =>
                {
                    var x = Tensor.Full(new Shape(1, 2, 5, 4), 0.1f * (share.First + i + 1), device);
                    var asking = new NotingOp(() => i < share.Count - 1 || begun.HasBegun.Wait(TimeSpan.FromSeconds(30)));
                    var middle = Op.Run(asking, first.Forward(x));
                    sgd.Minimize(last.Forward(middle).Square().Mean());
                    return [];
                },
                _ => { });
            return network.NamedTensors().SelectMany(t => t.Value.ToArray()).ToArray();
        });
        Assert.That(weights[1], Is.EqualTo(weights[0]));
    }

    [Test]
    public void EachSampleHasRandomNumbersOfItsOwn()
    {
        var device = Device; // Skips where there is none, before threads begin.
        var drawn = Drawn(ranks: 1);
        Assert.That(drawn.Distinct().Count(), Is.EqualTo(2 * Samples));
        Assert.That(Drawn(ranks: 2), Is.EqualTo(drawn), "whoever has the sample");

        // Two draws a sample, by the counts in their keys.
        uint[] Drawn(int ranks) => [.. ThreadRanks.Run(ranks, rank =>
        {
            var random = new RandomState(5) { Step = 3 };
            var share = SampleShare.Of(rank.Rank, ranks, Samples);
            var counts = new uint[2 * share.Count];
            var samples = new SampleReduction(rank, [], [], random, device);
            samples.Begin(share);
            samples.Run(
                i => { (counts[2 * i], counts[(2 * i) + 1]) = (random.Next(device).Op, random.Next(device).Op); return []; }, _ => { });
            return counts;
        }).SelectMany(counts => counts)];
    }

    private static float[] Numbers() => OpCase.DrawNumbers(new Random(2), (int)s_batch.Count);

    private static Tensor Loss(Layer network, Tensor x, bool penalty)
    {
        if (!penalty)
        {
            return network.Forward(x).Square().Mean();
        }

        var point = x.Detach();
        point.RequiresGrad = true;
        var y = network.Forward(point);
        var gradient = Differentiation.Gradients(y.Sum(), [point], createGraph: true)[0];
        return y.Square().Mean() + gradient.Square().Mean();
    }

    private (Sequential Network, Sgd Sgd) Network(bool batchNorm)
    {
        Layer norm = batchNorm ? new BatchNorm2d(4) : new InstanceNorm2d(4, affine: true);
        var network = new Sequential(new Conv2d(2, 4, 3, 1, 1, bias: false), norm, new Tanh(), new Conv2d(4, 1, 3))
            .Initialize(seed: 5, gain: 0.5f).To(Device);
        return (network, new Sgd(network.Parameters, learningRate: 1));
    }

    /// <summary>Does nothing, but asks in its gradient.</summary>
    private sealed class NotingOp(Func<bool> asked) : Op
    {
        public override string Name => "noting";

        public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

        public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => asked()
            ? [dy.Share()]
            : throw new AssertionException("nothing goes out before the backward is over");

        protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
            kernels.Run(new CopyCall(inputs[0].Span, output.Span));
    }

    /// <summary>Ranks that note that something goes out.</summary>
    private sealed class NotedRanks(IRanks ranks) : IRanks
    {
        public ManualResetEventSlim HasBegun { get; } = new();

        public int Count => ranks.Count;

        public int Rank => ranks.Rank;

        public string Name => ranks.Name;

        public void Exchange(ReadOnlySpan<Sending> sendings, ReadOnlySpan<Receiving> receivings)
        {
            HasBegun.Set();
            ranks.Exchange(sendings, receivings);
        }

        public void Abort(int exitCode) => ranks.Abort(exitCode);

        public void Dispose() => HasBegun.Dispose();
    }
}

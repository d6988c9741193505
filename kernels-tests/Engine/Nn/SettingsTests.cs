using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>Settings that can only be mistakes are refused where they are given.</summary>
internal sealed class SettingsTests
{
    private static IReadOnlyList<NamedTensor> Parameters => [.. new Linear(1, 1).To(TestDevices.Open("cpu")).Parameters];

    private static readonly Func<object>[] s_mistakes =
    [
        () => new Adam(Parameters, beta1: 1), () => new Adam(Parameters, beta2: 1.5f), () => new Adam(Parameters, beta1: -0.1f),
        () => new Adam(Parameters, beta2: float.NaN), () => new Adam(Parameters, learningRate: -1),
        () => new Adam(Parameters, learningRate: float.NaN), () => new Adam(Parameters, learningRate: float.PositiveInfinity),
        () => new Adam(Parameters, epsilon: -1), () => new Adam(Parameters, weightDecay: -1), () => new AdamW(Parameters,
            weightDecay: float.NaN),
        () => new AdamW(Parameters, beta1: 1), () => new Sgd(Parameters, 0.1f, momentum: -1), () => new Sgd(Parameters, -0.1f),
        () => new Sgd(Parameters, 0.1f, weightDecay: -1), () => new Sgd(Parameters, 0.1f, momentum: float.NaN),
        () => new RmsProp(Parameters, decay: 1), () => new RmsProp(Parameters, decay: -1), () => new RmsProp(Parameters, momentum: -1),
        () => new RmsProp(Parameters, epsilon: float.NaN), () => new RmsProp(Parameters, weightDecay: -1),
        () => new Adam(Parameters).LearningRate = float.NaN, () => new Adam(Parameters).LearningRate = -1,
        () => new Adam(Parameters).Beta1 = 1, () => new Adam(Parameters).Beta2 = -1, () => new Adam(Parameters).Groups[0].RateFactor = -1,
        () => new Adam(Parameters).AddGroup([], -1), () => new Adam(Parameters).AddGroup([], 1, beta1: 1),
        () => new Sgd(Parameters, 0.1f).AddGroup([], 1, weightDecay: -1), () => new Adam(Parameters) { ClipNorm = 0 },
        () => new WeightAverage(Parameters, 1), () => new WeightAverage(Parameters).Decay = float.NaN,
        () => new WeightAverage(Parameters).Decay = 1.5f, () => new WeightAverage(Parameters).Decay = -0.1f,
        () => new Dropout(2), () => new Dropout(-0.5f), () => new Dropout(float.NaN),
        () => new Dropout2d(1.5f), () => new GaussianNoise(-1), () => new LeakyRelu(float.NaN), () => new BatchNorm2d(1, momentum: 2),
        () => new BatchNorm2d(1, momentum: -0.1f), () => new BatchNorm2d(1, epsilon: -1), () => new InstanceNorm2d(1, momentum: float.NaN),
        () => new LayerNorm([1], epsilon: float.NaN), () => new GroupNorm(1, 1, epsilon: -1), () => new Upsample(0), () =>
            new PixelShuffle(0),
        () => new PixelUnshuffle(-1),
    ];

    private static IEnumerable<TestCaseData> Mistakes() => s_mistakes.Select((mistake, i) =>
        new TestCaseData(mistake).SetArgDisplayNames($"{i}"));

    [TestCaseSource(nameof(Mistakes))]
    public void AMistakeIsRefused(Func<object> mistake) => Assert.That(mistake, Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void WindowsThatAreNoneAreRefused()
    {
        foreach (var mistake in new Func<object>[]
        {
            () => new Conv2d(1, 1, 0), () => new Conv2d(1, 1, 3, 0), () => new Conv2d(1, 1, 3, padding: -1), () => new Conv2d(1, 1, 3,
                dilation: 0),
            () => new ConvTranspose2d(1, 1, -1), () => new ConvTranspose2d(1, 1, 3, 0), () => new Conv1d(1, 1, 3, 0),
        })
        {
            Assert.That(mistake, Throws.InstanceOf<ShapeException>());
        }
    }

    [Test]
    public void DropoutOfAllIsZero()
    {
        var device = TestDevices.Open("cpu");
        using var step = device.Step();
        var x = Tensor.From([1, float.NaN], [2], device);
        x.RequiresGrad = true;
        var y = new Dropout(1).Initialize(seed: 1).Forward(x);
        Assert.That(y.ToArray(), Is.All.Zero);
        y.Sum().Backward();
        Assert.That(x.Gradient!.ToArray(), Is.All.Zero);
    }
}

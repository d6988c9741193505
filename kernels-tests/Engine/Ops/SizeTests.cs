namespace IlgpuGan.EngineTests.Ops;

/// <summary>Sizes whose arithmetic leaves 32 bits: an error that names the op, and no memory that is not the tensor's.</summary>
internal sealed class SizeTests
{
    private const int Huge = int.MaxValue;

    private static Device Device => TestDevices.Open("cpu");

    private static Tensor Ones(params int[] extents) => Tensor.Ones(new Shape(extents), Device);

    private static readonly (string Op, Func<Tensor, Tensor> Call)[] s_calls =
    [
        ("upsample", x => x.Upsample(429496730)), ("upsample", x => x.Upsample(Huge, UpsampleMode.Bilinear)),
        ("conv_transpose2d", x => x.ConvTranspose2d(Ones(1, 1, 1, 1), stride: 477218589)),
        ("conv_transpose2d", x => x.ConvTranspose2d(Ones(1, 1, 5, 5), dilation: 1073741825)),
        ("conv_transpose2d", x => x.ConvTranspose2d(Ones(1, 1, 3, 3), padding: Huge)),
        ("conv_transpose2d", x => x.ConvTranspose2d(Ones(1, 1, 3, 3), padding: (1 << 30) + 5, stride: 1 << 28)),
        ("conv2d", x => x.Conv2d(Ones(1, 1, 1, 1), padding: Huge)), ("conv2d", x => x.Conv2d(Ones(1, 1, 3, 3), dilation: Huge)),
        ("conv2d", x => x.Conv2d(Ones(1, 1, 1, 1), padding: (Huge, Huge, 0, 0), stride: Huge)),
        ("conv2d", x => x.Conv2d(Ones(1, 1, 3, 3), groups: Huge)),
        ("conv1d", x => Ones(1, 1, 10).Conv1d(Ones(1, 1, 1), padding: Huge)),
        ("conv_transpose1d", x => Ones(1, 1, 10).ConvTranspose1d(Ones(1, 1, 1), stride: Huge)),
        ("max_pool", x => x.MaxPool2d(new PoolWindow(5, 1, 0) { Dilation = 1073741824 })),
        ("max_pool", x => x.MaxPool2d(new PoolWindow(Huge, 1, Huge / 2))),
        ("average_pool", x => x.AvgPool2d(Huge, 1, Huge / 2)),
        ("max_pool", x => x.MaxPool2d(new PoolWindow((1 << 30) + 7, 1, (1 << 30) / 2) { Dilation = 2 })),
        ("pad", x => x.Pad(Huge)), ("pad", x => x.Pad((0, 0, -Huge, -Huge))), ("pad", x => x.Pad((0, 0, Huge, -Huge))),
        ("blur", x => x.Blur([1, 2, 1], up: 429496730)), ("blur", x => x.Blur([1, 2, 1], edge: PadMode.Replicate, padding: Huge)),
        ("pixel_shuffle", _ => Ones(1, 4, 2, 2).PixelShuffle(65536)), ("pixel_unshuffle", _ => Ones(1, 4, 2, 2).PixelUnshuffle(65536)),
        ("resize", x => x.ResizeMatlab(1e10)), ("resize", x => x.ResizeMatlab(double.NaN)),
        ("resize", x => x.ResizeMatlab(1e-9)), ("resize", x => x.Resize(3, new Resizing { Scale = 1e-300 })),
        ("resize", x => x.Resize(Huge)), ("adaptive_average_pool", x => x.AdaptiveAvgPool2d(Huge)),
        ("flatten", _ => Tensor.Zeros([65536, 65536, 0], Device).Flatten(0, 1)),
        ("slice", x => x.Slice(0, 0, Huge, Huge)), ("slice", x => x.Slice(0, Huge, 2, Huge)),
        ("chunk", x => x.Chunk(0, Huge)[1]), ("same padding", _ => Ones(1).Reshape(Margins.Same(1, Huge, 1, Huge).Top)),
    ];

    private static IEnumerable<TestCaseData> Calls() => s_calls.Select((call, i) => new TestCaseData(call.Op,
        call.Call) { TestName = $"{{m}}({i}, {call.Op})" });

    [TestCaseSource(nameof(Calls))]
    public void TheOpIsNamed(string op, Func<Tensor, Tensor> call)
    {
        using var step = Device.Step();
        var x = Ones(1, 1, 10, 10);
        if (op == "chunk")
        {
            Assert.That(x.Chunk(2, Huge), Has.Length.EqualTo(10), "as many pieces as there are elements");
            return;
        }

        Assert.That(() => call(x), Throws.TypeOf<ShapeException>().With.Message.StartsWith($"{op}: "));
    }

    [Test]
    public void ARollBySmallestIntIsOneByItsRest() =>
        Assert.That(Tensor.Arange(5, Device).Roll(0, int.MinValue).ToArray(), Is.EqualTo(new[] { 3, 4, 0, 1, 2 }));

    /// <summary>Huge settings that make small results.</summary>
    [Test]
    public void AHugeStrideOfOneWindowIsNoMistake()
    {
        using var step = Device.Step();
        var x = Ones(1, 1, 10, 10);
        x.RequiresGrad = true;
        Assert.That(x.Conv2d(Ones(1, 1, 3, 3), stride: Huge).ToArray(), Is.EqualTo(new float[] { 9 }));
        Assert.That(x.MaxPool2d(new PoolWindow(3, Huge)).ToArray(), Is.EqualTo(new float[] { 1 }));
        Assert.That(x.AvgPool2d(3, Huge).ToArray(), Is.EqualTo(new float[] { 1 }));
        Assert.That(Ones(1, 1, 1, 1).ConvTranspose2d(Ones(1, 1, 3, 3), stride: Huge).Shape, Is.EqualTo(new Shape(1, 1, 3, 3)));
        x.Conv2d(Ones(1, 1, 3, 3), stride: Huge).Sum().Backward();
        Assert.That(x.Gradient!.Sum().Item(), Is.EqualTo(9));
    }

    /// <summary>A scale that does not belong to the size: nothing is read beyond the border with antialiasing.</summary>
    [Test]
    public void AResizedPixelReadsSomething()
    {
        using var step = Device.Step();
        var x = Ones(1, 1, 4, 4);
        var antialiased = new Resizing(Antialias: true) { Scale = 1 };
        Fails.Starting<ShapeException>(
            () => x.Resize((12, 12), antialiased), "resize: at a scale of 1 an output lies beyond all that the filter reads of 4 inputs");
        Assert.That(x.Resize((4, 4), antialiased).ToArray(), Is.All.EqualTo(1));
        Assert.That(x.Resize((12, 12), antialiased with { Edge = ResizeEdge.Replicate }).ToArray(), Is.All.EqualTo(1));
    }

    [TestCase(new[] { Huge, Huge, Huge })]
    [TestCase(new[] { Huge, Huge, 2 })]
    [TestCase(new[] { 49, 73, 127, 337, 92737, 649657 })]
    public void AShapeBeyondAllMemory(int[] extents) =>
        Fails.With<ShapeException>(() => new Shape(extents), $"[{string.Join(',', extents)}]");
}

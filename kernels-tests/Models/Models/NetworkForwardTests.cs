using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.ModelsTests.Models;

public sealed class NetworkForwardTests : OnCpu
{
    private static readonly object[] s_generators =
    [
        new object[] { "unet 5", () => (Layer)new UNet(3, 2, downs: 5, ngf: 2), 64, 32, 2 },
        new object[] { "unet 3", () => (Layer)new UNet(1, 4, downs: 3, ngf: 2, norm: NormKind.Instance), 16, 40, 4 },
        new object[] { "encoder-decoder", () => (Layer)new UNet(3, 3, downs: 5, ngf: 2, skips: false), 32, 64, 3 },
        new object[] { "unet upsample", () => (Layer)new UNet(3, 2, downs: 4, ngf: 2, upsample: true), 32, 16, 2 },
        new object[] { "resnet", () => (Layer)new ResNetGenerator(3, 1, blocks: 2, ngf: 2, dropout: true), 12, 20, 1 },
        new object[] { "resnet zero", () => (Layer)new ResNetGenerator(
            4, 4, blocks: 1, ngf: 2, padding: BlockPadding.Zero, norm: NormKind.Batch), 16, 16, 4 },
        new object[] { "resnet replicate", () => (Layer)new ResNetGenerator(
            2, 3, blocks: 1, ngf: 2, padding: BlockPadding.Replicate, norm: NormKind.None), 16, 16, 3 },
        new object[] { "resnet antialias", () => (Layer)new ResNetGenerator(
            3, 1, blocks: 1, ngf: 2, norm: NormKind.Batch, scaling: ScalingKind.Antialias), 16, 24, 1 },
        new object[] { "resnet painting", () => (Layer)new ResNetGenerator(
            3, 3, blocks: 1, ngf: 2, scaling: ScalingKind.Painting), 40, 36, 3 },
        new object[] { "resnet upsample", () => (Layer)new ResNetGenerator(
            1, 3, blocks: 1, ngf: 2, scaling: ScalingKind.Upsample), 16, 24, 3 },
    ];

    [TestCaseSource(nameof(s_generators))]
    public void GeneratorKeepsTheSize(string name, Func<Layer> create, int height, int width, int outputs)
    {
        using var step = _device.Step();
        var network = create().Initialize(seed: 1, gain: 0.2f).To(_device);
        var inputs = (int)network.Parameters.First().Tensor.Shape[1];
        var y = network.Forward(Noise(new Shape(2, inputs, height, width)));
        Assert.That(y.Shape, Is.EqualTo(new Shape(2, outputs, height, width)), name);
        Assert.That(y.ToArray(), Is.All.InRange(-1f, 1f));
        Assert.That(y.ToArray().Distinct().Count(), Is.GreaterThan(y.Count / 2), "not a constant");
        Fails.With<ShapeException>(() => network.Forward(Noise(new Shape(1, inputs, height + 1, width))), "multiples of");
    }

    /// <summary>Of the only picture that a painting's encoder has met it makes what the smooth network makes of it.</summary>
    [Test]
    public void AFoldedEncoderIsThatOfThePicturesThatItMet()
    {
        using var step = _device.Step();
        var smooth = new ResNetGenerator(3, 2, blocks: 1, ngf: 4, scaling: ScalingKind.Smooth);
        var painting = new ResNetGenerator(3, 2, blocks: 1, ngf: 4, scaling: ScalingKind.Painting);
        smooth.Initialize(seed: 1, gain: 0.2f).To(_device);
        painting.To(_device);
        var x = Noise(new Shape(1, 3, 16, 20));
        var expected = smooth.Forward(x).ToArray();
        smooth.FoldEncoder([x]);
        foreach (var (to, from) in painting.Parameters.Zip(smooth.Parameters))
        {
            to.Value.CopyFrom(from.Value);
        }

        Numbers.AssertClose(painting.Layers[2].Forward(x).ToArray(), Numbers.Double(expected), 1e-4);
        var large = Noise(new Shape(1, 3, 36, 40));
        Assert.That(smooth.Forward(large).ToArray(), Is.EqualTo(painting.Forward(large).ToArray()));
    }

    /// <summary>A recorded forward, whose calls are fused and whose values share memory, gives the bits of the layers one by one.</summary>
    [TestCaseSource(nameof(s_generators))]
    public void ARecordedForwardGivesTheSameBits(string name, Func<Layer> create, int height, int width, int outputs)
    {
        using var step = _device.Step();
        var network = create().Initialize(seed: 1, gain: 0.2f).To(_device);
        foreach (var (images, training) in ((int, bool)[])[(2, true), (2, false), (1, true), (1, false)])
        {
            network = training ? network.Train() : network.Eval();
            network.Random!.Step = 0;
            var x = Noise(new Shape(images, (int)network.Parameters.First().Tensor.Shape[1], height, width));
            var before = x.ToArray();
            var expected = network.Forward(x).ToArray();
            Assert.That(outputs, Is.EqualTo(expected.Length / images / height / width));
            using var noGrad = GradMode.NoGrad();
            var what = $"{name}, {images} pictures, {(training ? "training" : "evaluation")}";
            Assert.That(Again(() => network.Forward(x)), Is.EqualTo(expected), what);
            using var recorded = new RecordedStep(_device, inputs => [network.Forward(inputs[0])]);
            Assert.That(Again(() => recorded.Run(x)[0]), Is.EqualTo(expected), $"{what}, recorded");
            Assert.That(Again(() => recorded.Run(x)[0]), Is.EqualTo(expected), $"{what}, replayed");
            Assert.That(x.ToArray(), Is.EqualTo(before), $"{what}: the caller's input");

            float[] Again(Func<Tensor> forward)
            {
                network.Random!.Step = 0;
                return forward().ToArray();
            }
        }
    }

    /// <summary>In a recorded forward a norm and what follows it are one pass, and no joined array is copied together.</summary>
    [Test]
    public void NormsTakeInWhatFollows()
    {
        using var step = _device.Step();
        using var noGrad = GradMode.NoGrad();
        var resNet = new ResNetGenerator(3, 3, blocks: 2, ngf: 2).Initialize(seed: 1).To(_device);
        Assert.That(Calls(resNet), Is.EquivalentTo(
            Enumerable.Repeat("BorderedConv2d", 6).Concat(Enumerable.Repeat("Conv2d", 2))
                .Concat(Enumerable.Repeat("Conv2dInputGradient", 2)).Concat(Enumerable.Repeat("NormTo", 9)).Append("Unary")));
        var uNet = new UNet(3, 3, downs: 3, ngf: 2).Initialize(seed: 1).To(_device).Eval();
        Assert.That(Calls(uNet), Is.EquivalentTo(
            (string[])["Conv2d", "Conv2d", "Conv2d", "Conv2dInputGradient", "Conv2dInputGradient", "Conv2dInputGradient",
                "NormalizeTo", "NormalizeTo", "NormalizeTo", "Unary", "Unary", "Unary", "Unary"]));

        List<string> Calls(Layer network)
        {
            var x = Noise(new Shape(1, 3, 16, 16));
            using var recording = KernelRecording.Take(_device, () => network.Forward(x));
            var made = recording.Calls[^1].Writes[0].Storage;
            return [.. CallPasses.Apply(recording.Calls, s => s != made && KernelRecording.IsTemporary(s), _device.OwnKernels).Calls()
                .Select(call => call.GetType().Name[..^"Call".Length])];
        }
    }

    /// <summary>
    /// A card's fused norm can't write over its operand, so the plan leaves it room: where it did not, six of the U-Net's norms and four of
    /// the ResNet's fell apart into plain launches.
    /// </summary>
    [TestCase("unet256", 35)]
    [TestCase("resnet9", 108)]
    public void AForwardOnACardKeepsItsFusedNorms(string name, int launches)
    {
        using var device = new ModelledDevice(GpuCard.H200);
        var generator = GeneratorKind.Parse(name).Create(3, 3, ngf: 64, NormKind.Instance, dropout: false).Initialize(seed: 1).To(device);
        using var forward = BenchStep.OfInference(generator, size: 256, device);
        forward.Run();
        forward.Run();
        device.Forget();
        forward.Run();
        var kernels = device.Log.CountBy(launch => launch.Kernel).Select(kernel => $"{kernel.Key} {kernel.Value}");
        Assert.That(device.Log, Has.Count.EqualTo(launches), string.Join(", ", kernels));
    }

    [Test]
    public void DropoutIsOnAtThePublishedLevelsOnly()
    {
        var dropouts = Children(new UNet(downs: 8, ngf: 1)).Count(m => m is Dropout);
        Assert.That(dropouts, Is.EqualTo(3), "levels 5, 6 and 7");
        Assert.That(Children(new UNet(downs: 7, ngf: 1)).Count(m => m is Dropout), Is.EqualTo(2));
        Assert.That(Children(new UNet(downs: 8, ngf: 1, dropout: false)).Count(m => m is Dropout), Is.Zero);
        Assert.That(Children(new ResNetGenerator(blocks: 4, ngf: 1, dropout: true)).Count(m => m is Dropout), Is.EqualTo(4));
    }

    private Tensor Noise(Shape shape)
    {
        var tensor = Tensor.Empty(shape, _device);
        _device.Kernels.Run(new NormalCall(new RandomKey(3, 1, 4, 1), tensor.Span));
        return tensor;
    }

    private static IEnumerable<Module> Children(Module module) => module.Children.SelectMany(c => Children(c.Module)).Prepend(module);
}

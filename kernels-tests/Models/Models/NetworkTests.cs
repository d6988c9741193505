using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>Sizes and state-dict keys, as the reference publishes them.</summary>
public sealed class NetworkTests
{
    /// <summary>What draws numbers in training draws none for pictures.</summary>
    [Test]
    public void InferenceDrawsNothing()
    {
        using var device = Device.Open("cpu", threads: 1);
        using var step = device.Step();
        var x = Tensor.Ones(new Shape(1, 8, 2, 2), device);
        foreach (var layer in new Layer[] { new GaussianNoise(1), new Dropout2d(), new Dropout() })
        {
            layer.Initialize(seed: 1);
            using (new InferenceScope([layer]))
            {
                Assert.That(layer.Forward(x).ToArray(), Is.EqualTo(x.ToArray()), layer.GetType().Name);
            }

            Assert.That(layer.Forward(x).ToArray(), Is.Not.EqualTo(x.ToArray()), layer.GetType().Name);
        }
    }

    /// <summary>A network on no device has no statistics that could be restored: gradients are as they were for whoever goes on.</summary>
    [Test]
    public void InferenceThatCannotBeginLeavesGradientsOn()
    {
        using var network = new BatchNorm2d(2);
        var isRefused = false;
        try
        {
            using var inference = new InferenceScope([network]);
        }
        catch (InvalidOperationException)
        {
            isRefused = true;
        }

        Assert.That((isRefused, GradMode.IsEnabled), Is.EqualTo((true, true)));
    }

    /// <summary>3×3 where there were 4×4, at every doubling.</summary>
    [Test]
    public void ResizeConvolutionsTakeTheTransposedOnesPlace()
    {
        var (plain, resized) = (new UNet(), new UNet(upsample: true));
        var doublings = new[] { 512 * 512, 1024 * 512, 1024 * 512, 1024 * 512, 1024 * 256, 512 * 128, 256 * 64, 128 * 3 };
        Assert.That(plain.ParameterCount - resized.ParameterCount, Is.EqualTo(doublings.Sum() * (16 - 9)));
        Assert.That(resized.Descendants().OfType<ConvTranspose2d>(), Is.Empty);
        Assert.That(
            Keys(resized),
            Has.Count.EqualTo(82).And.Contain("model.model.1.model.3.model.6.weight [128,512,3,3]").And.Contain("model.model.4.bias [3]"));
    }

    /// <summary>Names that depend on what no golden step has.</summary>
    [Test]
    public void KeysAreTheReferences()
    {
        foreach (var (network, count, key) in ((Module, int, string)[])
        [
            (new UNet(), 82, "model.model.1.model.3.model.2.running_mean [256]"),
            (new UNet(downs: 7), 70, "model.model.0.weight [64,3,4,4]"),
            (new ResNetGenerator(dropout: true), 48, "model.18.conv_block.6.weight [256,256,3,3]"),
            (new ResNetGenerator(norm: NormKind.Batch), 140, "model.26.bias [3]"),
            (new ResNetGenerator(padding: BlockPadding.Zero), 48, "model.10.conv_block.3.weight [256,256,3,3]"),
            (new ResNetGenerator(scaling: ScalingKind.Upsample), 48, "model.10.block.5.weight [256,256,3,3]"),
            (new PatchGan(6), 22, "model.9.running_var [512]"), (new PixelGan(6), 9, "net.3.weight [128]"),
            (new LocalEnhancer(enhancers: 2, blocksGlobal: 1, blocksLocal: 1, ngf: 4, halvings: 1), 32, "model2_2.5.weight [3,4,7,7]"),
        ])
        {
            Assert.That(Keys(network), Has.Count.EqualTo(count).And.Contain(key));
        }
    }

    [Test]
    public void GeneratorNamesRoundTrip()
    {
        foreach (var name
            in new[] { "unet256", "unet128", "unet64", "unet512", "encoder-decoder", "encoder-decoder128", "resnet9", "resnet6", "resnet1",
                "resnet9-upsample", "unet256-upsample", "encoder-decoder-upsample", "encoder-decoder64-upsample", "resnet9-antialias",
                "resnet1-antialias", "resnet6-smooth", "resnet6-painting" })
        {
            Assert.That(GeneratorKind.Parse(name).ToString(), Is.EqualTo(name));
        }

        foreach (var name in new[] { "", "unet", "unet100", "unet256-upsampled", "upsample", "-upsample", "resnet", "resnet0", "vae",
            "unet256-antialias", "encoder-decoder-antialias", "unet128-smooth", "resnet9-antialias-upsample" })
        {
            Assert.That(
                () => GeneratorKind.Parse(name),
                name == "unet" ? Throws.Nothing : Throws.TypeOf<FormatException>().With.Message.Contains($"'{name}'"));
        }
    }

    private static List<string> Keys(Module network) => [.. network.NamedTensors().Select(t => $"{t.Name} {t.Tensor.Shape}")];
}

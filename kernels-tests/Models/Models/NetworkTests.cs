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

    [TestCase(8, NormKind.Batch, 54_413_955)]
    [TestCase(8, NormKind.Instance, 54_409_603)]
    [TestCase(8, NormKind.None, 54_404_099)]
    [TestCase(7, NormKind.Batch, 41_828_995)]
    [TestCase(7, NormKind.Instance, 41_825_667)]
    public void UNetHasAsManyParameters(int downs, NormKind norm, long expected) =>
        Assert.That(new UNet(downs: downs, norm: norm).ParameterCount, Is.EqualTo(expected));

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

    [Test]
    public void ColorizationUNetHasAsManyParameters() => Assert.That(new UNet(1, 2).ParameterCount, Is.EqualTo(54_409_858));

    [TestCase(9, NormKind.Batch, 11_383_427)]
    [TestCase(9, NormKind.Instance, 11_378_179)]
    [TestCase(9, NormKind.None, 11_372_931)]
    [TestCase(6, NormKind.Batch, 7_841_411)]
    [TestCase(6, NormKind.Instance, 7_837_699)]
    [TestCase(6, NormKind.None, 7_833_987)]
    public void ResNetHasAsManyParameters(int blocks, NormKind norm, long expected)
    {
        Assert.That(new ResNetGenerator(blocks: blocks, norm: norm).ParameterCount, Is.EqualTo(expected));
        Assert.That(new ResNetGenerator(blocks: blocks, norm: norm, scaling: ScalingKind.Upsample).ParameterCount, Is.EqualTo(expected));
        Assert.That(new ResNetGenerator(blocks: blocks, norm: norm, scaling: ScalingKind.Antialias).ParameterCount, Is.EqualTo(expected));
    }

    [TestCase(1, 139_585, 136_385)]
    [TestCase(2, 666_433, 662_977)]
    [TestCase(3, 2_768_705, 2_764_737)]
    [TestCase(4, 6_964_033, 6_959_553)]
    [TestCase(5, 11_159_361, 11_154_369)]
    [TestCase(6, 15_354_689, 15_349_185)]
    public void PatchGanHasAsManyParameters(int layers, long sixChannelsBatch, long threeChannelsInstance)
    {
        Assert.That(new PatchGan(6, layers: layers, norm: NormKind.Batch).ParameterCount, Is.EqualTo(sixChannelsBatch));
        Assert.That(new PatchGan(3, layers: layers, norm: NormKind.Instance).ParameterCount, Is.EqualTo(threeChannelsInstance));
    }

    [Test]
    public void OtherDiscriminatorsHaveAsManyParameters()
    {
        Assert.That(new PixelGan(6, norm: NormKind.Batch).ParameterCount, Is.EqualTo(9_024));
        Assert.That(new PixelGan(3, norm: NormKind.Batch).ParameterCount, Is.EqualTo(8_832));
        Assert.That(new PixelGan(3, norm: NormKind.Instance).ParameterCount, Is.EqualTo(8_705));
        Assert.That(new PixelGan(6, norm: NormKind.Instance).ParameterCount, Is.EqualTo(8_897));
        Assert.That(new PatchGan(6, layers: 0).ParameterCount, Is.EqualTo(72_897));
        Assert.That(new AsymmetricPatchGan().ParameterCount, Is.EqualTo(2_764_737));
    }

    [Test]
    public void UNetKeysAreTheReferences()
    {
        var keys = Keys(new UNet());
        Assert.That(keys, Has.Count.EqualTo(82));
        Assert.That(keys[0], Is.EqualTo("model.model.0.weight [64,3,4,4]"));
        Assert.That(keys, Does.Contain("model.model.1.model.3.model.2.running_mean [256]"));
        var innermost = "model.model.1.model" + string.Concat(Enumerable.Repeat(".3.model", 6));
        Assert.That(keys, Does.Contain($"{innermost}.1.weight [512,512,4,4]"));
        Assert.That(keys, Does.Contain($"{innermost}.3.weight [512,512,4,4]"));
        Assert.That(keys, Does.Contain($"{innermost}.4.num_batches_tracked []"));
        Assert.That(keys, Does.Contain("model.model.1.model.3.model.5.weight [512,128,4,4]"));
        Assert.That(keys[^2..], Is.EqualTo(new[] { "model.model.3.weight [128,3,4,4]", "model.model.3.bias [3]" }));
        Assert.That(Keys(new UNet(norm: NormKind.Instance)), Has.Count.EqualTo(32));
        Assert.That(Keys(new UNet(downs: 7)), Has.Count.EqualTo(70));
    }

    [Test]
    public void ResNetKeysAreTheReferences()
    {
        var keys = Keys(new ResNetGenerator());
        Assert.That(keys, Has.Count.EqualTo(48));
        Assert.That(keys, Does.Contain("model.1.weight [64,3,7,7]").And.Contain("model.18.conv_block.5.weight [256,256,3,3]")
            .And.Contain("model.19.weight [256,128,3,3]").And.Contain("model.22.bias [64]").And.Contain("model.26.weight [3,64,7,7]"));
        Assert.That(Keys(new ResNetGenerator(dropout: true)), Does.Contain("model.18.conv_block.6.weight [256,256,3,3]"));
        Assert.That(Keys(new ResNetGenerator(blocks: 6)), Has.Count.EqualTo(36).And.Contain("model.23.weight [3,64,7,7]"));
        Assert.That(Keys(new ResNetGenerator(norm: NormKind.Batch)), Has.Count.EqualTo(140));
        Assert.That(Keys(new ResNetGenerator(norm: NormKind.None)), Has.Count.EqualTo(25));
        Assert.That(Keys(new ResNetGenerator(padding: BlockPadding.Zero)), Does.Contain("model.10.conv_block.3.weight [256,256,3,3]"));
        Assert.That(Keys(new ResNetGenerator(scaling: ScalingKind.Upsample)), Does.Contain("model.10.block.5.weight [256,256,3,3]")
            .And.Contain("model.20.weight [128,256,3,3]").And.Contain("model.24.weight [64,128,3,3]").And.Contain("model.28.bias [3]"));

        // CUT's, by name and in order.
        Assert.That(Keys(new ResNetGenerator(blocks: 2, ngf: 4, scaling: ScalingKind.Antialias)), Is.EqualTo(new[]
        {
            "model.1.weight [4,3,7,7]", "model.1.bias [4]", "model.4.weight [8,4,3,3]", "model.4.bias [8]",
            "model.8.weight [16,8,3,3]", "model.8.bias [16]",
            "model.12.conv_block.1.weight [16,16,3,3]", "model.12.conv_block.1.bias [16]",
            "model.12.conv_block.5.weight [16,16,3,3]", "model.12.conv_block.5.bias [16]",
            "model.13.conv_block.1.weight [16,16,3,3]", "model.13.conv_block.1.bias [16]",
            "model.13.conv_block.5.weight [16,16,3,3]", "model.13.conv_block.5.bias [16]",
            "model.15.weight [8,16,3,3]", "model.15.bias [8]", "model.19.weight [4,8,3,3]", "model.19.bias [4]",
            "model.23.weight [3,4,7,7]", "model.23.bias [3]",
        }));
    }

    [Test]
    public void DiscriminatorKeysAreTheReferences()
    {
        Assert.That(
            Keys(new PatchGan(6)),
            Has.Count.EqualTo(22).And.Contain("model.9.running_var [512]").And.Contain("model.11.weight [1,512,4,4]"));
        Assert.That(Keys(new PatchGan(3, norm: NormKind.Instance)), Has.Count.EqualTo(10).And.Contain("model.8.bias [512]"));
        Assert.That(
            Keys(new PixelGan(6)),
            Does.Contain("net.0.bias [64]").And.Contain("net.3.weight [128]").And.Contain("net.5.weight [1,128,1,1]"));
        Assert.That(Keys(new AsymmetricPatchGan()), Does.Contain("model.12.weight [1,512,4,4]").And.Contain("model.8.bias [512]"));
    }

    [Test]
    public void GeneratorNamesRoundTrip()
    {
        foreach (var name
            in new[] { "unet256", "unet128", "unet64", "unet512", "encoder-decoder", "encoder-decoder128", "resnet9", "resnet6", "resnet1",
                "resnet9-upsample", "unet256-upsample", "encoder-decoder-upsample", "encoder-decoder64-upsample", "resnet9-antialias",
                "resnet1-antialias", "resnet6-smooth" })
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

using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.EngineTests.Formats;

public sealed class ReferenceKeysTests
{
    /// <summary>The reference's published sizes: arrays in the file, and trainable values.</summary>
    private static readonly object[] s_published =
    [
        new object[] { new UNetArchitecture(8, 64, 3, 3, ReferenceNorm.Batch), 82, 54_413_955 },
        new object[] { new UNetArchitecture(8, 64, 3, 3, ReferenceNorm.Instance), 32, 54_409_603 },
        new object[] { new UNetArchitecture(8, 64, 3, 3, ReferenceNorm.None), 17, 54_404_099 },
        new object[] { new UNetArchitecture(8, 64, 1, 2, ReferenceNorm.Batch), 82, 54_409_858 },
        new object[] { new UNetArchitecture(7, 64, 3, 3, ReferenceNorm.Batch), 70, 41_828_995 },
        new object[] { new UNetArchitecture(7, 64, 3, 3, ReferenceNorm.Instance), 28, 41_825_667 },
        new object[] { new ResNetArchitecture(9, 64, 3, 3, ReferenceNorm.Batch, Dropout: false), 140, 11_383_427 },
        new object[] { new ResNetArchitecture(9, 64, 3, 3, ReferenceNorm.Instance, Dropout: false), 48, 11_378_179 },
        new object[] { new ResNetArchitecture(9, 64, 3, 3, ReferenceNorm.None, Dropout: true), 25, 11_372_931 },
        new object[] { new ResNetArchitecture(6, 64, 3, 3, ReferenceNorm.Batch, Dropout: true), 104, 7_841_411 },
        new object[] { new ResNetArchitecture(6, 64, 3, 3, ReferenceNorm.Instance, Dropout: true), 36, 7_837_699 },
        new object[] { new UpsampleResNetArchitecture(9, 64, 3, 3), 48, 11_378_179 },
        new object[] { new PatchArchitecture(0, 64, 6, ReferenceNorm.Batch), 10, 72_897 },
        new object[] { new PatchArchitecture(1, 64, 6, ReferenceNorm.Batch), 10, 139_585 },
        new object[] { new PatchArchitecture(2, 64, 3, ReferenceNorm.Instance), 8, 662_977 },
        new object[] { new PatchArchitecture(3, 64, 6, ReferenceNorm.Batch), 22, 2_768_705 },
        new object[] { new PatchArchitecture(3, 64, 3, ReferenceNorm.Instance), 10, 2_764_737 },
        new object[] { new PatchArchitecture(5, 64, 6, ReferenceNorm.Batch), 34, 11_159_361 },
        new object[] { new AsymmetricPatchArchitecture(64, 3), 10, 2_764_737 },
        new object[] { new PixelArchitecture(64, 6, ReferenceNorm.Batch), 9, 9_024 },
        new object[] { new PixelArchitecture(64, 3, ReferenceNorm.Instance), 6, 8_705 },
    ];

    [TestCaseSource(nameof(s_published))]
    public void KeysAreThePublishedOnesAndTellTheArchitecture(object published, int arrays, int parameters)
    {
        var architecture = (ReferenceArchitecture)published;
        var keys = architecture.Keys().ToArray();
        var trained = keys.Where(k => !k.Name.Contains("running_", StringComparison.Ordinal) && !k.Optional);
        Assert.That(keys, Has.Length.EqualTo(arrays));
        Assert.That(trained.Sum(k => k.Shape.Aggregate(1L, (a, b) => a * b)), Is.EqualTo(parameters));

        foreach (var prefix in new[]
        {
            "", "netG", "module", "state_dict.netG_A.module", "model", "model.module", "state_dict.net.module._orig_mod",
            "model.netG", "net.generator",
        })
        {
            var entries = Entries(architecture, prefix).ToList();
            Assert.That(ReferenceKeys.Prefixes(entries), Does.Contain(prefix));
            var network = Detect(prefix, entries);
            Assert.That(network.Architecture, Is.EqualTo(architecture));
            Assert.That(network.Names.Keys, Is.EquivalentTo(keys.Select(k => k.Name)));
            Assert.That(network.Names.Values, Has.All.StartsWith(prefix));
            Assert.That(network.Dropped, Is.Empty);
        }
    }

    /// <summary>Keys and shapes as PyTorch's own modules give them.</summary>
    [TestCase("pix2pix_batch_vanilla", "netG", "U-Net of 5 downs, ngf 3, 3 to 3 channels, norm batch")]
    [TestCase("pix2pix_batch_vanilla", "netD", "PatchGAN of 3 layers, ndf 4, 6 channels, norm batch")]
    [TestCase("pix2pix_batch_vanilla_batch2", "netG", "U-Net of 5 downs, ngf 2, 1 to 2 channels, norm batch")]
    [TestCase("pix2pix_batch_vanilla_batch2", "netD", "pixel discriminator, ndf 4, 3 channels, norm batch")]
    [TestCase("pix2pix_batch_lsgan", "netD", "PatchGAN of 2 layers, ndf 4, 6 channels, norm batch")]
    [TestCase("pix2pix_instance_vanilla", "netG", "U-Net of 5 downs, ngf 2, 3 to 3 channels, norm instance")]
    [TestCase("pix2pix_none_wgangp", "netG", "U-Net of 5 downs, ngf 2, 3 to 3 channels, norm none")]
    [TestCase("pix2pix_none_wgangp", "netD", "PatchGAN of 3 layers, ndf 4, 6 channels, norm none")]
    [TestCase("cyclegan_instance_lsgan", "netG_A", "ResNet of 2 blocks, ngf 4, 3 to 3 channels, norm instance")]
    [TestCase("cyclegan_pytorch_gan", "netG_B", "PyTorch-GAN ResNet of 2 blocks, ngf 4, 3 to 3 channels")]
    [TestCase("cyclegan_pytorch_gan", "netD_B", "PyTorch-GAN discriminator, ndf 4, 3 channels")]
    public void NetworksOfPyTorchAreRecognised(string fixture, string network, string description)
    {
        using var file = TensorFile.Open(TestFiles.Golden(fixture + ".safetensors"));
        var prefix = $"initial.{network}";
        Assert.That(ReferenceKeys.Prefixes(file.Entries), Does.Contain(prefix));
        var found = Detect(prefix, file.Entries);
        Assert.That(found.Architecture.ToString(), Is.EqualTo(description));
        Assert.That(
            file.Entries.Select(e => e.Name).Where(n => n.StartsWith(prefix + ".", StringComparison.Ordinal)),
            Is.EquivalentTo(found.Architecture.Keys().Select(k => found.Names[k.Name])));
    }

    [Test]
    public void OldInstanceNormStatisticsAreDropped()
    {
        var architecture = new ResNetArchitecture(9, 64, 3, 3, ReferenceNorm.Instance, Dropout: false);
        var entries = Entries(architecture, "").ToList();
        string[] old = ["model.2.running_mean", "model.2.running_var", "model.10.conv_block.6.running_mean",
            "model.10.conv_block.6.num_batches_tracked"];
        entries.AddRange(old.Select(name => new TensorEntry(name, ElementType.F32, [64])));
        var network = Detect("", entries);
        Assert.That(network.Architecture, Is.EqualTo(architecture));
        Assert.That(network.Dropped, Is.EquivalentTo(old));
        Assert.That(network.Names.Keys, Has.No.Member(old[0]));
    }

    [Test]
    public void BatchCountersMayLack()
    {
        var architecture = new UNetArchitecture(7, 64, 3, 3, ReferenceNorm.Batch);
        var entries = Entries(architecture, "").Where(e => !e.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToArray();
        Assert.That(Detect("", entries).Architecture, Is.EqualTo(architecture));
    }

    [Test]
    public void AMisfitIsNamed()
    {
        var entries = Entries(new PatchArchitecture(3, 64, 6, ReferenceNorm.Batch), "").ToList();
        Assert.That(
            Reason(entries.Where(e => e.Name != "model.5.weight")),
            Does.Contain("PatchGAN of 3 layers").And.Contain("'model.5.weight' is missing"));
        Assert.That(Reason(entries.Append(new("model.12.bias", ElementType.F32, [1]))), Does.Contain("'model.12.bias' is unexpected"));
        Assert.That(
            Reason(entries.Select(e => e.Name == "model.8.weight" ? e with { Shape = [512, 128, 4, 4] } : e)),
            Does.Contain("'model.8.weight' has the shape [512, 128, 4, 4] and not [512, 256, 4, 4]"));
        Assert.That(Reason([new("inc.0.weight", ElementType.F32, [3])]), Does.Contain("no network that is known"));
    }

    [TestCase("cyclegan_netG_A2B.pth")]
    [TestCase("pix2pix_small_generator.pth")]
    [TestCase("a2net_latest_net_G.pth")]
    [TestCase("funie_discriminator.pth")]
    [TestCase("cyclegan_netD_A.pth")]
    public void OtherPeoplesNetworksAreTurnedAwayWithAReason(string name)
    {
        using var file = TensorFile.Open(TestFiles.Sample(name));
        Assert.That(ReferenceKeys.TryDetect(file.Entries, "", out _, out var reason), Is.False);
        Assert.That(reason, Does.Contain("looks like").Or.Contain("no network"));
    }

    private static ReferenceNetwork Detect(string prefix, IReadOnlyList<TensorEntry> entries)
    {
        Assert.That(ReferenceKeys.TryDetect(entries, prefix, out var network, out var reason), Is.True, reason);
        return network!;
    }

    private static string Reason(IEnumerable<TensorEntry> entries)
    {
        Assert.That(ReferenceKeys.TryDetect(entries, "", out _, out var reason), Is.False);
        return reason;
    }

    private static IEnumerable<TensorEntry> Entries(ReferenceArchitecture architecture, string prefix) =>
        architecture.Keys().Select(k => new TensorEntry(
            prefix.Length == 0 ? k.Name : $"{prefix}.{k.Name}", k.Optional ? ElementType.I64 : ElementType.F32, k.Shape));
}

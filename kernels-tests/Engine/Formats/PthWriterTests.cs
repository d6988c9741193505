using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Pth;

namespace IlgpuGan.EngineTests.Formats;

public sealed class PthWriterTests
{
    private static List<NamedArray> TorchTypes =>
        [.. SafetensorsTests.OneOfEachType().Where(a => a.Type is not (ElementType.U16 or ElementType.U32 or ElementType.U64))];

    [Test]
    public void WhatIsWrittenIsRead()
    {
        var path = Path.Combine(TestFiles.Folder(), "all.pth");
        PthWriter.Write(path, TorchTypes);
        var read = TestFiles.ReadWhole(path);
        Assert.That(read.Select(a => a.ToString()), Is.EqualTo(TorchTypes.Select(a => a.ToString())));
        Assert.That(read.Select(a => a.Bytes.ToArray()), Is.EqualTo(TorchTypes.Select(a => a.Bytes.ToArray())));
    }

    [Test]
    public void EqualWeightsGiveEqualFiles()
    {
        var (first, second) = (Path.Combine(TestFiles.Folder(), "1.pth"), Path.Combine(TestFiles.Folder(), "2.pth"));
        PthWriter.Write(first, TorchTypes);
        PthWriter.Write(second, TorchTypes);
        Assert.That(File.ReadAllBytes(first), Is.EqualTo(File.ReadAllBytes(second)));
    }

    [Test]
    public void ATypeThatPyTorchHasNotIsRefused() =>
        Fails.With<ArgumentException>(
            () => PthWriter.Write(Path.Combine(TestFiles.Folder(), "u16.pth"), [new NamedArray("a", ElementType.U16, [1], new byte[2])]),
            "U16");

    [Test]
    public void PyTorchLoadsAllTypes()
    {
        var path = Path.Combine(TestFiles.Folder(), "types.pth");
        var arrays = TorchTypes;
        PthWriter.Write(path, arrays);
        var facts = Path.Combine(TestFiles.Folder(), "facts.txt");
        File.WriteAllLines(facts, arrays.Select(a => $"{a.Name} {string.Join(',', a.Shape)}; {Convert.ToHexString(a.Bytes.Span)}"));
        TestFiles.Torch(
            """
            import sys, torch
            for weights_only in (False, True):
                state = torch.load(sys.argv[1], weights_only=weights_only)
                lines = []
                for name, x in state.items():
                    raw = bytes(x.contiguous().view(torch.uint8).numpy()) if x.dim() else x.reshape(1).view(torch.uint8).numpy().tobytes()
                    lines.append("%s %s; %s" % (name, ",".join(map(str, x.shape)), raw.hex().upper()))
                want = open(sys.argv[2]).read().splitlines()
                assert lines == want, (lines, want)
            """,
            path,
            facts);
    }

    /// <summary>The way out and the way in: a reference network's weights through both formats, loaded strictly.</summary>
    [Test]
    public void PyTorchLoadsAReferenceNetworkStrictly()
    {
        using var golden = TensorFile.Open(TestFiles.Golden("pix2pix_batch_vanilla.safetensors"));
        const string prefix = "final.netG.";
        var weights = golden.ReadAll().Where(a => a.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(a => a.Renamed(a.Name[prefix.Length..])).ToArray();
        var path = Path.Combine(TestFiles.Folder(), "latest_net_G.pth");
        PthWriter.Write(path, weights);
        TestFiles.Torch(
            """
            import sys, torch
            from torch import nn
            class Level(nn.Module):
                def __init__(self, *layers):
                    super().__init__()
                    self.model = nn.Sequential(*layers)
            def conv(i, o): return nn.Conv2d(i, o, 4, 2, 1, bias=False)
            def up(i, o, bias=False): return nn.ConvTranspose2d(i, o, 4, 2, 1, bias=bias)
            n, norm = 3, nn.BatchNorm2d
            net = Level(nn.LeakyReLU(), conv(8*n, 8*n), nn.ReLU(), up(8*n, 8*n), norm(8*n))
            for w in (4*n, 2*n, n):
                net = Level(nn.LeakyReLU(), conv(w, 2*w), norm(2*w), net, nn.ReLU(), up(4*w, w), norm(w))
            net = Level(conv(3, n), net, nn.ReLU(), up(2*n, 3, True), nn.Tanh())
            outer = nn.Module()
            outer.model = net
            outer.load_state_dict(torch.load(sys.argv[1], weights_only=True), strict=True)
            assert sum(float(p.double().abs().sum()) for p in outer.state_dict().values()) > 1
            """,
            path);
    }

    /// <summary>Texts beside the weights, in an entry that PyTorch passes over.</summary>
    [Test]
    public void MetadataAreGivenBackAndPyTorchPassesThemOver()
    {
        var path = Path.Combine(TestFiles.Folder(), "described.pth");
        var texts = new Dictionary<string, string> { ["options"] = "{ \"a\": 1 }", ["näme"] = "\n ü" };
        PthWriter.Write(path, TorchTypes, texts);
        using (var file = TensorFile.Open(path))
        {
            Assert.That(file.Metadata, Is.EquivalentTo(texts));
        }

        TestFiles.Torch(
            """
            import sys, torch
            for weights_only in (False, True):
                assert len(torch.load(sys.argv[1], weights_only=weights_only)) == int(sys.argv[2])
            """,
            path, $"{TorchTypes.Count}");
    }

    [TestCase("[1]")]
    [TestCase("{\"a\":1}")]
    [TestCase("{\"a\":")]
    public void DamagedMetadataAreOneSentence(string json)
    {
        var path = Path.Combine(TestFiles.Folder(), "damaged.pth");
        using (var stream = File.Create(path))
        {
            var zip = new StoredZipWriter(stream);
            zip.Add("archive/data.pkl", "}."u8);
            zip.Add("archive/ilgpugan.json", Encoding.UTF8.GetBytes(json));
            zip.Finish();
        }

        Assert.That(TestFiles.Attempt(path)!.Reason, Does.StartWith("the entry 'archive/ilgpugan.json' is damaged"));
    }

    /// <summary>
    /// What lies beside weights in usual checkpoints: numbers of NumPy, arguments, sets, dates, dictionaries of other classes, tensors in
    /// objects. They are passed over and named, in both formats.
    /// </summary>
    [Test]
    public void OtherObjectsArePassedOver([Values] bool zip)
    {
        var path = Path.Combine(TestFiles.Folder(), "usual.pth");
        TestFiles.Torch(
            """
            import sys, torch, argparse, collections, datetime, pathlib
            class Meter: pass
            meter = Meter(); meter.best = torch.ones(5); meter.of = {'a': 1}
            weights = collections.OrderedDict(a=torch.arange(3.), b=torch.nn.Parameter(torch.ones(2)))
            try:
                import numpy; best = numpy.float64(0.5)
            except ImportError:
                best = complex(1, 2)
            torch.save({'epoch': 3, 'state_dict': weights, 'best': best, 'args': argparse.Namespace(lr=0.1, size=(1, 2)),
                'seen': {1, 2}, 'frozen': frozenset([3]), 'when': datetime.datetime(2020, 1, 2), 'path': pathlib.PurePosixPath('x'),
                'counts': collections.Counter('aab'), 'default': collections.defaultdict(list, {'k': torch.zeros(1)}),
                'by': {(1, 2): 'pair', None: 'none'}, 'type': torch.float32, 'meter': meter},
                sys.argv[1], _use_new_zipfile_serialization=sys.argv[2] == 'True')
            """,
            path, $"{zip}");
        using var file = TensorFile.Open(path);
        Assert.That(file.Entries.Select(e => e.Name), Is.EquivalentTo(new[] { "state_dict.a", "state_dict.b", "default.k" }));
        Assert.That(file.Read("state_dict.a").ToSingle(), Is.EqualTo(new float[] { 0, 1, 2 }));
        Assert.That(file.Read("state_dict.b").ToSingle(), Is.EqualTo(new float[] { 1, 1 }));
        Assert.That(file.Metadata["epoch"], Is.EqualTo("3"));
        Assert.That(file.UnreadObjects.Keys, Is.SupersetOf(new[] { "args", "when", "path", "meter", "best" }));
        Assert.That(file.UnreadObjects["args"], Is.EqualTo("argparse.Namespace"));
    }

    [Test]
    public void FilesThatPyTorchWritesNowAreRead()
    {
        var folder = TestFiles.Folder();
        TestFiles.Torch(
            """
            import sys, torch
            from collections import OrderedDict
            torch.manual_seed(1)
            state = OrderedDict((str(i), torch.randn(i + 1, 3, 2)) for i in range(20))
            state["t"] = state["3"].permute(2, 0, 1)
            torch.save(state, sys.argv[1] + "/new.pth")
            torch.save(state, sys.argv[1] + "/old.pth", _use_new_zipfile_serialization=False)
            with open(sys.argv[1] + "/values.bin", "wb") as f:
                for x in state.values():
                    f.write(x.contiguous().numpy().tobytes())
            """,
            folder);
        var values = File.ReadAllBytes(Path.Combine(folder, "values.bin"));
        foreach (var name in new[] { "new.pth", "old.pth" })
        {
            Assert.That(TestFiles.ReadWhole(Path.Combine(folder, name)).SelectMany(a => a.Bytes.ToArray()), Is.EqualTo(values), name);
        }
    }
}

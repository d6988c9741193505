using System.IO.Compression;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.EngineTests.Formats;

/// <summary>Files that PyTorch wrote: made for this test (tools/fixtures/pth), and public ones where they are at hand.</summary>
public sealed class PthTests
{
    [TestCase("every_kind.pth", "PyTorch zip")]
    [TestCase("every_kind_legacy.pth", "PyTorch legacy pickle")]
    public void EveryTypeAndViewIsRead(string name, string format)
    {
        using var file = TensorFile.Open(TestFiles.Fixture(name));
        Assert.That(file.Format, Is.EqualTo(format));
        Assert.That(file.Entries, Has.Count.EqualTo(16));
        Counts(file, "float32", ElementType.F32, 2, 3, 4);
        Counts(file, "float64", ElementType.F64, 3);
        Counts(file, "float16", ElementType.F16, 5);
        Counts(file, "bfloat16", ElementType.BF16, 7);
        Counts(file, "int8", ElementType.I8, 3);
        Counts(file, "uint8", ElementType.U8, 3);
        Counts(file, "int16", ElementType.I16, 3);
        Counts(file, "int32", ElementType.I32, 2, 2);
        Counts(file, "int64", ElementType.I64, 2);
        Counts(file, "parameter", ElementType.F32, 2, 2);
        Holds(file, "bool", ElementType.Bool, [4], [0, 1, 0, 1]);
        Holds(file, "scalar", ElementType.F32, [], [2.5f]);
        Holds(file, "empty", ElementType.F32, [0, 3], []);
        Holds(file, "transposed", ElementType.F32, [6, 4], [.. Enumerable.Range(0, 24).Select(i => (((i % 4) * 6) + (i / 4)) * 0.5f)]);
        Holds(file, "column", ElementType.F32, [4], [1, 4, 7, 10]);
        Holds(file, "corner", ElementType.F32, [2, 2], [5, 5.5f, 8, 8.5f]);
    }

    [TestCase("batch_norm.pth")]
    [TestCase("batch_norm_legacy.pth")]
    [TestCase("batch_norm_protocol4.pth")]
    public void AModulesStateIsRead(string name)
    {
        using var file = TensorFile.Open(TestFiles.Fixture(name));
        Assert.That(
            file.Entries.Select(e => e.Name),
            Is.EqualTo(new[] { "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked" }));
        Counts(file, "0.weight", ElementType.F32, 2, 1, 3, 3);
        Counts(file, "1.running_var", ElementType.F32, 2);
        Holds(file, "1.num_batches_tracked", ElementType.I64, [], [0]);
    }

    [TestCase("nested.pth")]
    [TestCase("nested_legacy.pth")]
    public void NestedValuesGetDottedNamesAndScalarsBecomeMetadata(string name)
    {
        using var file = TensorFile.Open(TestFiles.Fixture(name));
        Counts(file, "model.0.weight", ElementType.F32, 2, 1, 3, 3);
        Counts(file, "list.0", ElementType.F32, 1);
        Assert.That(file.Entries, Has.Count.EqualTo(8));
        Assert.That(
            file.Metadata,
            Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["epoch"] = "3", ["rate"] = "0.5", ["note"] = "naïve", ["done"] = "false", ["list.1"] = "x",
            }));
    }

    [Test]
    public void AWholeModuleIsRefusedByItsClass()
    {
        var error = TestFiles.Attempt(TestFiles.Fixture("whole_module.pth"));
        Assert.That(error!.Reason, Does.Contain("an object of torch.nn.modules.conv.Conv2d and no tensors beside it")
            .And.Contain("torch.save(model.state_dict(), 'weights.pth')"));
    }

    [TestCase("a2net_latest_net_G.pth", 78, 402803, "inc.0.weight F32 [32, 3, 3, 3]")]
    [TestCase("cyclegan_netD_A.pth", 8, 662977, "model.0.weight F32 [64, 3, 4, 4]")]
    [TestCase("cyclegan_netG_A2B.pth", 12, 756739, "model.0.weight F32 [64, 3, 7, 7]")]
    [TestCase("funie_discriminator.pth", 24, 697571, "model.0.weight F32 [32, 6, 4, 4]")]
    [TestCase("pix2pix_small_generator.pth", 18, 269317, "model.0.weight F32 [64, 3, 4, 4]")]
    [TestCase("srgan_netG_epoch_4_100.pth", 79, 735372, "block1.0.weight F32 [64, 3, 9, 9]")]
    [TestCase("format/burn_batch_norm__batch_norm2d.pt", 5, 21, "norm1.weight F32 [5]")]
    [TestCase("format/burn_non_contiguous_indexes__non_contiguous_indexes.pt", 10, 190, "fc.0.weight F32 [2, 2, 3, 3]")]
    [TestCase("format/burn_test_data__checkpoint.pt", 5, 143, "model_state_dict.fc1.weight F32 [10, 5]")]
    [TestCase("format/burn_test_data__legacy_shared_storage.pt", 3, 40, "view1 F32 [10]")]
    [TestCase("format/burn_test_data__legacy_with_offsets.pt", 3, 20, "tensor1 F32 [10]")]
    [TestCase("format/burn_test_data__bool.pt", 1, 5, "tensor Bool [5]")]
    [TestCase("format/burn_test_data__bfloat16.pt", 1, 3, "tensor BF16 [3]")]
    [TestCase("format/burn_test_data__parameter.pt", 1, 9, "param F32 [3, 3]")]
    [TestCase("format/burn_multi_layer__multi_layer.safetensors", 9, 4241, "norm1.num_batches_tracked I64 []")]
    [TestCase("format/candle_tests__test_with_key.pt", 1, 8, "model_state_dict.test I64 [2, 4]")]
    public void APublicCheckpointIsRead(string name, int tensors, int values, string first)
    {
        var arrays = TestFiles.ReadWhole(TestFiles.Sample(name));
        Assert.That(arrays, Has.Count.EqualTo(tensors));
        Assert.That(arrays.Sum(a => a.Count), Is.EqualTo(values));
        Assert.That(arrays[0].ToString(), Is.EqualTo(first));
        // Weights of trained networks: nothing that a wrong offset or type would show.
        foreach (var array in arrays)
        {
            Assert.That(array.ToSingle(), Has.All.InRange(-1e6f, 1e6f), array.Name);
        }
    }

    [Test]
    public void ATruncatedDownloadIsRefusedAndNamed()
    {
        var path = TestFiles.Sample("truncated_junyanz_resnet9_latest_net_G_A.pth");
        var error = TestFiles.Attempt(path)!;
        Assert.That(error.Reason, Does.StartWith("the file is cut short: 'model."));
        Assert.That(error.Offset, Is.EqualTo(new FileInfo(path).Length));
    }

    [Test]
    public void ADamagedStorageIsNoticed()
    {
        var bytes = File.ReadAllBytes(TestFiles.Fixture("every_kind.pth"));
        var at = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0, 0, 0x3F, 0, 0, 0x80, 0x3F]);
        bytes[at] ^= 1;
        Assert.That(TestFiles.Attempt(TestFiles.Write("damaged.pth", bytes))!.Reason, Does.Contain("checksum"));
    }

    [Test]
    public void ACompressedEntryIsRefused()
    {
        var path = Path.Combine(TestFiles.Folder(), "bomb.pth");
        using (var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("archive/data.pkl", CompressionLevel.SmallestSize).Open();
            entry.Write(new byte[10_000_000]);
        }

        Assert.That(TestFiles.Attempt(path)!.Reason, Does.Contain("compressed"));
    }

    private static void Counts(TensorFile file, string name, ElementType type, params long[] shape)
    {
        var count = (int)shape.Aggregate(1L, (a, b) => a * b);
        Holds(file, name, type, shape, [.. Enumerable.Range(0, count).Select(i => i * (type.IsFloat ? 0.5f : 1))]);
    }

    private static void Holds(TensorFile file, string name, ElementType type, long[] shape, float[] values)
    {
        var array = file.Read(name);
        Assert.That(array.Type, Is.EqualTo(type), name);
        Assert.That(array.Shape, Is.EqualTo(shape), name);
        Assert.That(array.ToSingle(), Is.EqualTo(values), name);
    }
}

using System.Buffers.Binary;
using System.Text.Json;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.EngineTests.Formats;

public sealed class SafetensorsTests
{
    private static readonly string s_deep = string.Concat(Enumerable.Repeat("[", 50));

    private static readonly object[] s_hostile =
    [
        Case("{}", 1, "1 bytes follow the last array"),
        Case("{", 0, "not valid JSON"),
        Case("{}x", 0, "not valid JSON"),
        Case("""{"a":""" + s_deep, 0, "must be an object"),
        Case(
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12,
            "overlaps"),
        Case(
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8,
            "overlaps"),
        Case(
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12,
            "gap of 4 bytes"),
        Case("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gap of 4 bytes"),
        Case("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "4 bytes follow"),
        Case("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "cut short"),
        Case("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes"),
        Case("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "not a begin and an end"),
        Case("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}""", 8, "not a begin and an end"),
        Case("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "overflows"),
        Case("""{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", 0, "overflows"),
        Case("""{"a":{"dtype":"F32","shape":[0,9223372036854775807,2],"data_offsets":[0,4]}}""", 4, "needs 0 bytes"),
        Case("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "integers from 0"),
        Case("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "integers from 0"),
        Case("""{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", 4, "integers from 0"),
        Case("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551615]}}""", 4, "integers from 0"),
        Case("""{"a":{"dtype":"F7","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype 'F7'"),
        Case("""{"a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", 4, "must be text"),
        Case("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "must be a list"),
        Case("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "lacks its data_offsets"),
        Case("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "unknown property 'more'"),
        Case("""{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "twice"),
        Case(
            """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0,
            "'a' occurs twice"),
        Case(
            """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0,
            "'a' occurs twice"),
        Case("""{"__metadata__":{"k":1}}""", 0, "must be text"),
        Case("""{"__metadata__":{"k":"1","k":"2"}}""", 0, "'k' occurs twice"),
        Case("""{"__metadata__":{},"__metadata__":{}}""", 0, "occurs twice"),
        Case("""{"a\ud800":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "not valid JSON"),
        Case(
            """{"a":{"dtype":"F32","shape":[""" + string.Join(',', Enumerable.Repeat("1", 40)) + """],"data_offsets":[0,4]}}""", 4,
            "more than 32"),
    ];

    [Test]
    public void WhatIsWrittenIsRead()
    {
        var arrays = OneOfEachType();
        var path = Path.Combine(TestFiles.Folder(), "all.safetensors");
        var metadata =
            new Dictionary<string, string>(StringComparer.Ordinal) { ["options"] = """{"ngf": 64}""", ["naïve \"☃\""] = "line\nbreak" };
        SafetensorsWriter.Write(path, arrays, metadata);

        using var file = TensorFile.Open(path);
        Assert.That(file.Format, Is.EqualTo("safetensors"));
        Assert.That(file.Metadata, Is.EquivalentTo(metadata));
        Assert.That(file.Entries.Select(e => e.Name), Is.EqualTo(arrays.Select(a => a.Name)));
        foreach (var array in arrays)
        {
            var read = file.Read(array.Name);
            Assert.That((read.Type, read.Name), Is.EqualTo((array.Type, array.Name)));
            Assert.That(read.Shape, Is.EqualTo(array.Shape));
            Assert.That(read.Bytes.ToArray(), Is.EqualTo(array.Bytes.ToArray()));
        }

        Assert.That(() => file.Read("absent"), Throws.InstanceOf<KeyNotFoundException>());
    }

    [Test]
    public void DataLieAlignedAndCoverTheFile()
    {
        var path = Path.Combine(TestFiles.Folder(), "aligned.safetensors");
        SafetensorsWriter.Write(path, OneOfEachType());
        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.That(length % 8, Is.Zero);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, length));
        foreach (var entry in header.RootElement.EnumerateObject())
        {
            var size = Enum.Parse<ElementType>(entry.Value.GetProperty("dtype").GetString()!, ignoreCase: true).Size;
            Assert.That((8 + length + entry.Value.GetProperty("data_offsets")[0].GetInt64()) % size, Is.Zero, entry.Name);
        }
    }

    [Test]
    public void DamageIsExplainedInOneShortLine()
    {
        var json =
            Encoding.UTF8.GetBytes("""{"__metadata__":t{"k":"xxx\n"}}""".Replace("xxx", new string('x', 20_000), StringComparison.Ordinal));
        var refused = TestFiles.Attempt(TestFiles.Write("long.safetensors", [.. BitConverter.GetBytes((long)json.Length), .. json]));
        Assert.That(refused!.Message, Does.Contain("not valid JSON").And.Not.Contain("xxx"));
        var named = Assemble(Encoding.UTF8.GetBytes("{\"" + new string('a', 5000) + "\\n\\u001b\":{\"x\":1}}"), 0);
        refused = TestFiles.Attempt(TestFiles.Write("named.safetensors", named));
        Assert.That(refused!.Reason, Does.Match(@"^[^\p{C}]{20,400}$").And.Contain("\uFFFD"));
    }

    [Test]
    public void FilesOfOtherProgramsAreRead()
    {
        using var file = TensorFile.Open(TestFiles.Golden("pix2pix_batch_vanilla.safetensors"));
        Assert.That(JsonDocument.Parse(file.Metadata["options"]).RootElement.GetProperty("gan-mode").GetString(), Is.EqualTo("vanilla"));
        Assert.That(file.Read("initial.netG.model.model.0.weight").Shape, Is.EqualTo(new long[] { 3, 3, 4, 4 }));
        Assert.That(file.Read("loss.G_L1").ToSingle(), Has.Length.EqualTo(5).And.All.InRange(10, 100));
        Assert.That(
            file.Read("final.netD.model.3.num_batches_tracked").ToInt64(), Is.EqualTo(new long[] { 15 }), "D scores three times a step");
        // The same run in two precisions, written as two types.
        Assert.That(file.Read("loss.G_GAN").ToDouble(), Is.EqualTo(file.Read("loss64.G_GAN").ToDouble()).Within(1e-5));
    }

    [Test]
    public void ThePublicPythonReaderAgrees()
    {
        var path = Path.Combine(TestFiles.Folder(), "public.safetensors");
        SafetensorsWriter.Write(
            path,
            [NamedArray.From("a", [2, 2], new float[] { 1, 2, 3, 4 }), NamedArray.From("n", [], new long[] { -5 }),
                NamedArray.From("h", [1], new[] { 0.5f }).ToHalf()],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["k"] = "naïve" });
        TestFiles.Python(
            "safetensors, numpy",
            """
            import sys
            from safetensors import safe_open
            with safe_open(sys.argv[1], framework="numpy") as f:
                assert f.metadata() == {"k": "na\u00efve"}, f.metadata()
                assert f.get_tensor("a").tolist() == [[1, 2], [3, 4]]
                assert f.get_tensor("n").item() == -5 and f.get_tensor("h").tolist() == [0.5]
            """,
            path);
    }

    [Test]
    public void AnArrayOutlivesItsFileOnlyAsAnError()
    {
        var path = Path.Combine(TestFiles.Folder(), "view.safetensors");
        SafetensorsWriter.Write(path, [NamedArray.From("a", [3], new float[] { 1, 2, 3 })]);
        NamedArray array;
        using (var file = TensorFile.Open(path))
        {
            array = file.Read("a");
        }
        Assert.That(() => array.ToSingle(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [TestCaseSource(nameof(s_hostile))]
    public void AHostileHeaderIsRefused(string header, int dataLength, string reason)
    {
        var path = TestFiles.Write("hostile.safetensors", Assemble(Encoding.UTF8.GetBytes(header), dataLength));
        var error = Assert.Throws<CheckpointFormatException>(() => TestFiles.ReadWhole(path));
        Assert.That(error.Reason, Does.Contain(reason));
        Assert.That(error.File, Is.EqualTo(path));
        Assert.That(error.Offset, Is.InRange(0, 8 + header.Length + dataLength));
        Assert.That(error.Message, Does.Contain(path).And.Contain(error.Reason).And.Contain($"at byte {error.Offset}"));
    }

    /// <summary>No byte of it is to blame.</summary>
    [Test]
    public void AFileOfNoFormatIsRefusedWithoutAPlace()
    {
        var path = TestFiles.Write("unknown.safetensors", Assemble("[]"u8, 0));
        var error = Assert.Throws<CheckpointFormatException>(() => TestFiles.ReadWhole(path));
        Assert.That(error.Reason, Does.Contain("known format"));
        Assert.That(error.Offset, Is.Null);
        Assert.That(error.Message, Is.EqualTo($"{path}: {error.Reason}"));
    }

    [TestCase(ulong.MaxValue, "limit is")]
    [TestCase(1ul << 63, "limit is")]
    [TestCase(100_000_001ul, "limit is")]
    [TestCase(99_999_999ul, "cut short")]
    [TestCase(3ul, "cut short")]
    public void AClaimedHeaderLengthIsNotBelieved(ulong length, string reason)
    {
        var bytes = Assemble("{}"u8, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Assert.That(TestFiles.Attempt(TestFiles.Write("length.safetensors", bytes))!.Reason, Does.Contain(reason));
    }

    [TestCase(new byte[] { 0xFF })]
    [TestCase(new byte[] { 0xC0, 0x80 })]
    [TestCase(new byte[] { 0xED, 0xA0, 0x80 })]
    [TestCase(new byte[] { 0xE2, 0x82 })]
    public void BadUtf8IsRefused(byte[] bad)
    {
        byte[] header = [.. "{\""u8, .. bad, .. "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8];
        Assert.That(TestFiles.Attempt(TestFiles.Write("utf8.safetensors", Assemble(header, 0)))!.Reason, Does.Contain("UTF-8"));
    }

    [Test]
    public void NamesMustDifferAndLeaveTheMetadataAlone()
    {
        var path = Path.Combine(TestFiles.Folder(), "names.safetensors");
        var a = NamedArray.From("a", [1], new float[1]);
        Fails.With<ArgumentException>(() => SafetensorsWriter.Write(path, [a, a]), "'a'");
        Assert.That(() => SafetensorsWriter.Write(path, [a.Renamed("__metadata__")]), Throws.ArgumentException);
        Assert.That(path, Does.Not.Exist);
    }

    /// <summary>One small array of each type, among them a scalar and an empty one.</summary>
    internal static List<NamedArray> OneOfEachType()
    {
        var random = new Random(5);
        var arrays = new List<NamedArray>();
        foreach (var type in Enum.GetValues<ElementType>())
        {
            var bytes = new byte[3 * type.Size];
            random.NextBytes(bytes);
            if (type == ElementType.Bool)
            {
                bytes = [0, 1, 1];
            }
            arrays.Add(new NamedArray($"a.{type}", type, [3], bytes));
        }

        arrays.Add(new NamedArray("scalar", ElementType.F16, [], new byte[2]));
        arrays.Add(new NamedArray("empty", ElementType.F32, [2, 0, 5], ReadOnlyMemory<byte>.Empty));
        return arrays;
    }

    private static object[] Case(string header, int dataLength, string reason) => [header, dataLength, reason];

    private static byte[] Assemble(ReadOnlySpan<byte> header, int dataLength)
    {
        var bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes.AsSpan(8));
        return bytes;
    }
}

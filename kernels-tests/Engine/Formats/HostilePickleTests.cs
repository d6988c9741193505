using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Pth;

namespace IlgpuGan.EngineTests.Formats;

/// <summary>
/// Pickles that no honest program writes. Each must end in the one exception, which says what was refused; what they ask to be called is
/// never called.
/// </summary>
public sealed class HostilePickleTests
{
    private const string Tensor = "ctorch._utils\n_rebuild_tensor_v2\n";
    private const string Tail = "\u0089ccollections\nOrderedDict\n)RtR";

    [TestCase("cos\nsystem\n(X\u0002\0\0\0lstR.", "an object of os.system and no tensors")]
    [TestCase("cposix\nsystem\n.", "neither a tensor nor a dictionary")]
    [TestCase("c__builtin__\neval\n(X\u0004\0\0\01+11tR.", "an object of __builtin__.eval and no tensors")]
    [TestCase("\u008C\u0008builtins\u008C\u0004exec\u0093(X\u0001\0\0\01tR.", "an object of builtins.exec and no tensors")]
    [TestCase("ctorch._utils\n_rebuild_sparse_tensor\n)R.", "an object of torch._utils._rebuild_sparse_tensor and no tensors")]
    [TestCase("ccollections\nOrderedDict.__init__\n)R.", "an object of collections.OrderedDict.__init__ and no tensors")]
    [TestCase("\u008C\u000Bcollections\u008C\u000COrderedDictX\u0093)R.", "an object of collections.OrderedDictX and no tensors")]
    [TestCase("(X\u0002\0\0\0lsios\nsystem\n.", "an object of os.system and no tensors")]
    [TestCase("(cos\nsystem\no.", "an object of os.system and no tensors")]
    [TestCase("(K\u0001o.", "no class")]
    [TestCase("cos\nsystem\nX\u0002\0\0\0lsR.", "a call of something")]
    [TestCase("]q\0(h\0e.", "nested more than 32 deep")]
    [TestCase("\u0082\u0001.", "extension registry")]
    [TestCase("I1\n.", "operation 'I' is not allowed")]
    [TestCase("Pabc\n.", "operation 'P' is not allowed")]
    [TestCase("\u00FF.", "operation 0xFF is not allowed")]
    [TestCase("\u0080\u0006.", "protocol 6")]
    [TestCase("\u0080\u0000.", "protocol 0")]
    [TestCase("K\u0001K\u0002R.", "a call of something")]
    [TestCase("X\u0002\0\0\0os)R.", "a call of something")]
    [TestCase("X\u00FF\u00FF\u00FF\u007Fabc.", "of 2147483647 bytes")]
    [TestCase("X\u00FF\u00FF\u00FF\u00FFabc.", "of 4294967295 bytes")]
    [TestCase("\u008D\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FFabc.", "of 18446744073709551615 bytes")]
    [TestCase("\u008E\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007Fabc.", "of 9223372036854775807 bytes")]
    [TestCase("\u008B\u00FF\u00FF\u00FF\u007F.", "of 2147483647 bytes")]
    [TestCase("\u008A\u00FF.", "integer of 255 bytes")]
    [TestCase("X\u0001\0\0\0\u00FF.", "not valid UTF-8")]
    [TestCase("", "cut short")]
    [TestCase("N", "cut short")]
    [TestCase(".", "stack is empty")]
    [TestCase("0.", "stack is empty")]
    [TestCase("(0.", "stack is empty")]
    [TestCase("t.", "without its beginning")]
    [TestCase("N\u0087.", "stack is empty")]
    [TestCase("h\u0005.", "nothing is remembered under 5")]
    [TestCase("NNs.", "stack is empty")]
    [TestCase("K\u0001NNs.", "no dictionary")]
    [TestCase("}K\u0001a.", "no list")]
    [TestCase("}(K\u0001u.", "without a value")]
    [TestCase("}]Ns.", "a dictionary key that is a list")]
    [TestCase("K\u0001}b.", "attributes of something")]
    [TestCase("K\u0001.", "neither a tensor nor a dictionary")]
    [TestCase("K\u0001Q.", "something else than a storage")]
    [TestCase("(X\u0006\0\0\0weightctorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0001tQ.", "something else than a storage")]
    [TestCase(
        "(X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuJ\u00FF\u00FF\u00FF\u00FFtQ.",
        "something else than a storage")]
    [TestCase("]q\u00000h\0h\0a.", "nested more than 32 deep")]
    public void IsRefused(string pickle, string reason)
    {
        var error = TestFiles.Attempt(Zip(pickle));
        Assert.That(error, Is.Not.Null);
        Assert.That(error!.Reason, Does.Contain(reason));
        Assert.That(error.Offset, Is.InRange(0, pickle.Length));
    }

    /// <summary>A storage of 4 floats, seen through shapes and strides that would leave it.</summary>
    [TestCase("K\0", "K\u0005\u0085", "K\u0001\u0085", "reaches element 4 of a storage of 4")]
    [TestCase("K\u0004", "K\u0001\u0085", "K\u0001\u0085", "reaches element 4")]
    [TestCase("K\0", "K\u0002K\u0002\u0086", "K\u0003K\u0001\u0086", "reaches element 4")]
    [TestCase("J\u00FF\u00FF\u00FF\u00FF", "K\u0001\u0085", "K\u0001\u0085", "make no sense")]
    [TestCase("K\0", "J\u00FF\u00FF\u00FF\u00FF\u0085", "K\u0001\u0085", "integers from 0")]
    [TestCase("K\0", "K\u0001\u0085", "K\u0001K\u0001\u0086", "make no sense")]
    [TestCase("K\0", "K\u0008\u0085", "K\0\u0085", "repeats the 4 elements")]
    [TestCase("K\0", "\u008A\u0008\0\0\0\0\0\0\0\u0040\u0085", "K\0\u0085", "repeats the 4 elements")]
    [TestCase("K\0", "\u008A\u0008\0\0\0\0\0\0\0\u0040\u008A\u0008\0\0\0\0\0\0\0\u0040\u0086", "K\0K\0\u0086", "overflows")]
    [TestCase("\u008A\u0008\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007F", "K\u0002\u0085", "K\u0001\u0085", "overflows")]
    [TestCase(
        "K\0", "K\u0002\u0085", "\u008A\u0008\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007F\u0085",
        "reaches element 9223372036854775807")]
    [TestCase("K\0", "N", "K\u0001\u0085", "no list of integers")]
    public void AViewThatLeavesItsStorageIsRefused(string offset, string shape, string strides, string reason)
    {
        var pickle = $"{Tensor}({Storage("FloatStorage", '0', 4)}{offset}{shape}{strides}{Tail}.";
        Assert.That(TestFiles.Attempt(Zip(pickle, new byte[16]))!.Reason, Does.Contain(reason));
    }

    [Test]
    public void AnHonestViewOfThatKindIsRead()
    {
        var pickle = $"{Tensor}({Storage("FloatStorage", '0', 4)}K\u0001K\u0003\u0085K\u0001\u0085{Tail}.";
        var array = TestFiles.ReadWhole(Zip(pickle, [0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40])).Single();
        Assert.That((array.Name, array.ToSingle()), Is.EqualTo(("tensor", new float[] { 1, 2, 3 })));
    }

    /// <summary>PyTorch 2 marks a view whose numbers are those of its storage negated; nothing is a mark of nothing.</summary>
    [TestCase("}X\u0003\0\0\0neg\u0088s", "a tensor with the mark 'neg'")]
    [TestCase("}X\u0004\0\0\0conj\u0088s", "a tensor with the mark 'conj'")]
    [TestCase("K\u0001", "a tensor with the mark 'unknown'")]
    [TestCase("}", null)]
    [TestCase("N", null)]
    public void AMarkedTensorIsRefused(string metadata, string? reason)
    {
        var tail = Tail.Replace(")RtR", $")R{metadata}tR", StringComparison.Ordinal);
        var error = TestFiles.Attempt(Zip($"{Tensor}({Storage("FloatStorage", '0', 4)}K\0K\u0004\u0085K\u0001\u0085{tail}.", new byte[16]));
        if (reason is null)
        {
            Assert.That(error, Is.Null);
            return;
        }

        Assert.That(error!.Reason, Does.Contain(reason));
    }

    [Test]
    public void TwoOpinionsOfOneStorageAreRefused()
    {
        var first = $"{Tensor}({Storage("FloatStorage", '0', 4)}K\0K\u0004\u0085K\u0001\u0085{Tail}";
        var second = $"{Tensor}({Storage("LongStorage", '0', 4)}K\0K\u0004\u0085K\u0001\u0085{Tail}";
        Assert.That(
            TestFiles.Attempt(Zip($"]({first}{second}e.", new byte[16]))!.Reason, Does.Contain("otherwise than a tensor before it"));
    }

    [Test]
    public void AStorageMustHaveItsSizeAndBeThere()
    {
        var pickle = $"{Tensor}({Storage("FloatStorage", '0', 4)}K\0K\u0004\u0085K\u0001\u0085{Tail}.";
        Assert.That(
            TestFiles.Attempt(Zip(pickle, new byte[12]))!.Reason, Does.Contain("has 12 bytes, but 'tensor' needs 4 elements of F32"));
        Assert.That(
            TestFiles.Attempt(Zip(pickle.Replace("\u0001\0\0\00", "\u0001\0\0\09", StringComparison.Ordinal), new byte[16]))!.Reason,
            Does.Contain("lacks the entry 'archive/data/9'"));
    }

    /// <summary>Lists of lists that share their parts: a hundred bytes that mean 10^30 values.</summary>
    [Test]
    public void AnExplosionOfSharedValuesIsStopped()
    {
        var pickle = new StringBuilder("]q\0");
        for (var i = 1; i < 31; i++)
        {
            pickle.Append("](").Append(string.Concat(Enumerable.Repeat($"h{(char)(i - 1)}", 10))).Append($"eq{(char)i}");
        }
        Assert.That(TestFiles.Attempt(Zip(pickle.Append('.').ToString()))!.Reason, Does.Contain("more than 1000000 values"));
    }

    [Test]
    public void EndlessOperationsAreStopped() =>
        Assert.That(TestFiles.Attempt(Zip(new string('}', 3_000_000)))!.Reason, Does.Contain("operations"));

    private static string Storage(string type, char key, int count) =>
        $"(X\u0007\0\0\0storagectorch\n{type}\nX\u0001\0\0\0{key}X\u0003\0\0\0cpuK{(char)count}tQ";

    /// <summary>An archive as PyTorch lays it out, around a pickle written as Latin-1.</summary>
    private static string Zip(string pickle, params byte[][] storages)
    {
        var path = Path.Combine(TestFiles.Folder(), "hostile.pth");
        using var stream = File.Create(path);
        var zip = new StoredZipWriter(stream);
        zip.Add("archive/data.pkl", Encoding.Latin1.GetBytes(pickle));
        for (var i = 0; i < storages.Length; i++)
        {
            zip.Add($"archive/data/{i}", storages[i]);
        }
        zip.Finish();
        return path;
    }
}

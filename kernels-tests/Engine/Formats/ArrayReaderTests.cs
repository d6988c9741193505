using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Pth;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.EngineTests.Formats;

/// <summary>Arrays that are read in parts, straight into a tensor.</summary>
public sealed class ArrayReaderTests() : OnCpu(threads: 2)
{
    /// <summary>More than a task of the CPU device reads, and no multiple of it.</summary>
    private const int Many = 250_007;

    private static readonly float[] s_values = [.. Enumerable.Range(0, Many).Select(i => (i * 0.25f) - 9)];

    [TestCase("every_kind.pth")]
    [TestCase("every_kind_legacy.pth")]
    [TestCase("batch_norm.pth")]
    public void EveryTypeAndViewIsReadAsTheWholeArrayIs(string name)
    {
        using var file = TensorFile.Open(TestFiles.Fixture(name));
        foreach (var entry in file.Entries)
        {
            var expected = file.Read(entry.Name).ToSingle();
            Assert.That(ReadOnto(_device, file, entry.Name, expected.Length), Is.EqualTo(expected), entry.Name);
        }
    }

    [TestCase("large.pth", "cpu", 1)]
    [TestCase("large.pth", "cpu", 3)]
    [TestCase("large.safetensors", "cpu", 3)]
    public void AnArrayOfManyPartsIsReadByAnyNumberOfThreads(string name, string deviceName, int threads)
    {
        using var device = Device.Open(deviceName, threads);
        using var file = TensorFile.Open(Written(name, s_values));
        Assert.That(ReadOnto(device, file, "a", Many), Is.EqualTo(s_values));
    }

    [TestCase(float.NaN, 0)]
    [TestCase(float.PositiveInfinity, Many / 2)]
    [TestCase(float.NegativeInfinity, Many - 1)]
    public void AValueThatIsNotFiniteIsNoticed(float value, int at)
    {
        var values = s_values.ToArray();
        values[at] = value;
        using var file = TensorFile.Open(Written("wild.safetensors", values));
        var reader = file.Reader("a");
        var read = new float[Many];
        reader.Read(0, read.AsSpan(0, at));
        Assert.That(reader.AllFinite, "before it");
        reader.Read(at, read.AsSpan(at));
        Assert.That(reader.AllFinite, Is.False);
        Assert.That(read, Is.EqualTo(values));
    }

    [Test]
    public void ADamagedByteAnywhereIsNoticed([Values(0, 1, Many * 2, (4 * Many) - 1)] int at)
    {
        var path = Written("damaged.pth", s_values);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf(BitConverter.GetBytes(s_values[0])) + at] ^= 0x10;
        File.WriteAllBytes(path, bytes);
        using var file = TensorFile.Open(path);
        Fails.With<CheckpointFormatException>(() => ReadOnto(_device, file, "a", Many), "checksum");
    }

    /// <summary>What a mapping would answer by ending the process.</summary>
    [TestCase("cut.pth")]
    [TestCase("cut.safetensors")]
    public void AFileThatIsCutShortWhileItIsOpenIsRefused(string name)
    {
        var path = Written(name, s_values);
        using var file = TensorFile.Open(path);
        // As a program does that knows nothing of us: into the same file.
        if (TestFiles.Run("truncate", ["-s", "500000", path]) is { } problem)
        {
            Assert.Ignore($"the program truncate is not here: {problem}");
        }
        var reader = file.Reader("a");
        Fails.With<CheckpointFormatException>(() => reader.Read(0, new float[Many]), "cut it short");
    }

    [Test]
    public void SharesOfAnyPartsInAnyOrderAreTheChecksumOfTheWhole()
    {
        var random = new Random(5);
        foreach (var length in (int[])[0, 1, 15, 63, 64, 65, 80, 127, 128, 1000, 4099, 300_000])
        {
            var whole = new byte[length];
            random.NextBytes(whole);
            var expected = Numbers.Crc32ByBits(whole);
            Assert.That(ZipCrc32.Of(whole), Is.EqualTo(expected), $"{length} bytes");
            var cuts = new[] { 0, random.Next(length + 1), random.Next(length + 1), length }.Order().ToArray();
            uint Share(int i) => ZipCrc32.Contribution(whole.AsSpan(cuts[i], cuts[i + 1] - cuts[i]), length - cuts[i + 1]);
            Assert.That(
                ZipCrc32.LengthContribution(length) ^ Share(2) ^ Share(0) ^ Share(1), Is.EqualTo(expected),
                $"{length} bytes in parts {string.Join(", ", cuts)}");
        }

        Assert.That(ZipCrc32.Of("123456789"u8), Is.EqualTo(0xCBF43926), "the check value of the polynomial's definition");
    }

    private static float[] ReadOnto(Device device, TensorFile file, string name, int count)
    {
        using var tensor = Tensor.Full(new Shape(count), -1, device);
        var reader = file.Reader(name);
        tensor.CopyFrom(reader.Read);
        reader.Finish();
        return tensor.ToArray();
    }

    private static string Written(string name, float[] values)
    {
        var path = Path.Combine(TestFiles.Folder(), name);
        NamedArray[] arrays = [NamedArray.From("a", [values.Length], values), NamedArray.From("b", [1], new float[] { 2 })];
        if (name.EndsWith("pth", StringComparison.Ordinal))
        {
            PthWriter.Write(path, arrays);
        }
        else
        {
            SafetensorsWriter.Write(path, arrays);
        }
        return path;
    }
}

using System.Diagnostics;

namespace IlgpuGan.ToolsTests.Fuzzing;

/// <summary>
/// Whatever is done to a file or a request, its reader takes it or refuses it in one sentence, soon and within bounds
/// (kernels-tests/README.md).
/// </summary>
internal sealed class FuzzTests
{
    private const int Few = 300;

    /// <summary>Of a million, in four parts a format.</summary>
    private const int Many = 17_000;

    private static readonly string? s_file = Environment.GetEnvironmentVariable("ILGPUGAN_FUZZ_FILE");

    [TestCaseSource(typeof(FuzzedReaders), nameof(FuzzedReaders.Formats))]
    [MaxSeconds(4)] // A server trains its model first.
    public void FewInputs(string format) => Fuzz(format, FuzzedReaders.Open(format), Few, seed: 0);

    /// <summary>Counting branches takes a while to begin with: in the fast suite one format has it, and what it is good for.</summary>
    [Test]
    public void BranchesAreCounted()
    {
        var (plain, counting) = (Fuzz("gif", FuzzedReaders.Open("gif"), Few, seed: 0), Fuzz("gif", Instrumented.Open("gif"), Few, seed: 0));
        Assert.That(plain.Edges, Is.Zero);
        Assert.That(counting.Edges, Is.GreaterThan(500));
        Assert.That(counting.Kept, Is.GreaterThan(plain.Kept + 10));
    }

    [Test]
    [Exhaustive]
    public void ManyInputs([ValueSource(typeof(FuzzedReaders), nameof(FuzzedReaders.Formats))] string format, [Range(1, 4)] int part) =>
        Fuzz(format, Instrumented.Open(format), Asked("INPUTS", Many), Asked("SEED", 0) + part);

    /// <summary>
    /// These formats say how long they are: no beginning of a file is taken for a whole one. Of a picture the end without pixels may be
    /// missing (TrifleTests).
    /// </summary>
    [TestCase("png", 24)]
    [TestCase("jpg", 2)]
    [TestCase("safetensors", 0)]
    [TestCase("pth", 0)]
    [TestCase("legacy-pth", 0)]
    public void EveryCutIsRefused(string format, int spared)
    {
        var (read, _) = FuzzedReaders.Open(format);
        var loop = new FuzzLoop(format, read);
        foreach (var file in FuzzedReaders.Seeds(format).Take(4))
        {
            for (var length = 0; length < file.Length - spared; length += 1 + (file.Length / 300))
            {
                loop.Try(file[..length]);
            }

            loop.Try(file[..^(spared + 1)]);
        }

        Assert.That(loop.Accepted, Is.Zero);
        Assert.That(loop.Finds, Is.Empty);
    }

    /// <summary>What a find says to run.</summary>
    [Test]
    public void AFileIsReadAgain()
    {
        var format = s_file is null ? "png" : Path.GetExtension(s_file)[1..];
        var (read, close) = FuzzedReaders.Open(format);
        var loop = new FuzzLoop(format, read);
        loop.Try(s_file is null ? FuzzedReaders.Seeds(format).First() : File.ReadAllBytes(s_file));
        close();
        TestContext.Out.WriteLine(loop.Outcomes.Single());
        Assert.That(loop.Finds, Is.Empty);
    }

    /// <summary>A reader with a defect that needs a few bytes is found out, each kind once, and its file is kept.</summary>
    [TestCase("it throws", "IndexOutOfRangeException")]
    [TestCase("it says two lines", "it is no sentence")]
    [TestCase("it is slow", "it takes 0.")]
    [TestCase("it is greedy", " bytes")]
    [TestCase("it names no file", "it names no file")]
    public void ADefectIsFound(string defect, string told)
    {
        FuzzLoop loop = null!;
        loop = new FuzzLoop("toy", path => File.ReadAllBytes(path) is not [(byte)'a', .. var rest] ? $"{path}: begins wrong"
            : rest.All(b => b < 128) ? null
            : Defect(path)) { Longest = TimeSpan.FromSeconds(0.2) };
        loop.Run([[.. "abcdefgh"u8]], inputs: 100, seed: 1);
        var find = loop.Finds.Single();
        Assert.That(find, Does.Contain(told));
        var kept = find[(find.IndexOf("FILE=", StringComparison.Ordinal) + 5)..find.IndexOf(" dotnet", StringComparison.Ordinal)];
        Assert.That(File.ReadAllBytes(kept)[1..], Has.Some.GreaterThanOrEqualTo(128));
        File.Delete(kept);

        string? Defect(string path)
        {
            switch (defect)
            {
                case "it throws":
                    throw new IndexOutOfRangeException();
                case "it is slow":
                    Thread.Sleep(loop.Finds.Count > 0 ? 0 : 250);
                    return null;
                case "it is greedy":
                    GC.KeepAlive(GC.AllocateUninitializedArray<byte>(loop.Finds.Count > 0 ? 1 : 300_000_000));
                    return null;
                default:
                    return defect == "it names no file" ? defect : $"{path}: one\ntwo";
            }
        }
    }

    private static FuzzLoop Fuzz(string format, (Func<string, string?> Read, Action Close) reader, int inputs, int seed)
    {
        var seeds = FuzzedReaders.Seeds(format).ToList();
        var loop = new FuzzLoop(format, reader.Read);
        var watch = Stopwatch.StartNew();
        loop.Run(seeds, inputs, seed);
        TestContext.Out.WriteLine(
            $"{format} seed {seed}: {inputs} inputs, {watch.Elapsed.TotalSeconds:F0} s, {loop.Accepted} taken, {loop.Edges} branches, "
            + $"{loop.Outcomes.Count} outcomes, {loop.Kept} kept, {loop.Finds.Count} finds");
        reader.Close();
        Assert.That(loop.Finds, Is.Empty, string.Join("\n\n", loop.Finds));
        Assert.That(loop.Accepted, Is.GreaterThan(inputs / 200), "damage gets past the first checks");
        return loop;
    }

    private static int Asked(string what, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("ILGPUGAN_FUZZ_" + what), CultureInfo.InvariantCulture, out var n) ? n : otherwise;
}

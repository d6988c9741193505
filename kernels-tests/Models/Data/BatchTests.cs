namespace IlgpuGan.ModelsTests.Data;

public sealed class BatchTests : OnCpu
{
    private static readonly SyntheticFacades s_facades = new(10, 32, settings: new DataSettings { LoadSize = 36, CropSize = 32 });

    [Test]
    public void EveryEpochShowsEverySampleOnceInAnotherOrder()
    {
        var names = Names(s_facades.Shuffled(seed: 3), 0, 30);
        var epochs = names.Chunk(10).ToList();
        Assert.That(epochs.Select(e => e.Order().ToArray()), Is.All.EqualTo(epochs[0].Order().ToArray()));
        Assert.That(epochs.Select(e => string.Join(' ', e)).Distinct().Count(), Is.EqualTo(3));
        Assert.That(Names(s_facades.Shuffled(seed: 4), 0, 10), Is.Not.EqualTo(epochs[0]));
        Assert.That(Names(s_facades.InOrder(), 0, 10), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    [Test]
    public void EnteringAnywhereContinuesExactly()
    {
        var whole = Contents(s_facades.Shuffled(seed: 3, batchSize: 3), 0, 9);
        Assert.That(
            whole.Select(c => c.Size), Is.EqualTo(new[] { 3, 3, 3, 1, 3, 3, 3, 1, 3 }), "the last batch of an epoch is what is left");
        for (var first = 0; first < 9; first += 2)
        {
            Assert.That(Contents(s_facades.Shuffled(seed: 3, batchSize: 3), first, 9 - first), Is.EqualTo(whole[first..]));
        }
    }

    [Test]
    public void BatchSizeChangesNoPicture()
    {
        var single = Contents(s_facades.Shuffled(seed: 3), 0, 10).SelectMany(c => c.Rows).ToList();
        var triple = Contents(s_facades.Shuffled(seed: 3, batchSize: 3), 0, 4).SelectMany(c => c.Rows).ToList();
        Assert.That(triple, Is.EqualTo(single));
        Assert.That(single.Distinct().Count(), Is.EqualTo(10));
    }

    /// <summary>However many are asked for, as by those who want the whole set in one batch.</summary>
    [Test]
    public void ABatchHoldsAtMostTheSet() =>
        Assert.That(Contents(s_facades.InOrder(batchSize: int.MaxValue), 0, 2).Select(c => c.Size), Is.EqualTo(new[] { 10, 10 }));

    [Test]
    public void BatchesGoOnForAsLongAsTheyAreTaken() =>
        Assert.That(s_facades.InOrder().On(_device, first: 12, count: long.MaxValue).Take(20).Count(), Is.EqualTo(20));

    [Test]
    public void ThereIsNoBatchBeforeTheFirst() => Assert.That(
        () => s_facades.InOrder().On(_device, first: -1, count: 2), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void DifferentSizesCannotShareABatch()
    {
        using var folder = new PictureFolderFixture();
        folder.Add("a.png", 32, 16);
        folder.Add("b.png", 48, 16);
        var pairs = AlignedFolder.Open(folder.Root, new DataSettings { Preprocess = PreprocessMode.None });
        Fails.With<PictureException>(() => Names(pairs.InOrder(batchSize: 2), 0, 1), "b (24x16) and a (16x16) can't share a batch");
        Assert.That(Names(pairs.InOrder(), 0, 2), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void NumbersThatDoNotFillTheirShapeAreNamed([Values(1, 2)] int batchSize, [Values(1, 4)] int numbers)
    {
        var source = new FunctionSource(
            24, (i, _) => new Sample($"s{i}", new NumbersField("v", new float[i < 18 ? 3 : numbers], new Shape(3))));
        Fails.Starting<PictureException>(
            () => Names(source.InOrder(batchSize), 0, 24 / batchSize), $"s18: its field v has {numbers} number", "its shape [3] has 3");
    }

    /// <summary>Within a batch and from one to the next, whose memory may be that of an earlier one.</summary>
    [Test]
    public void OtherFieldsThanTheFirstSamplesAreNamed([Values(1, 2)] int batchSize, [Values("a", "b a", "a b c")] string fields)
    {
        var source = new FunctionSource(24, (i, _) => new Sample(
            $"s{i}", [.. (i == 19 ? fields : "a b").Split(' ').Select(name => new NumbersField(name, [i], new Shape(1)))]));
        Fails.Starting<PictureException>(
            () => Names(source.InOrder(batchSize), 0, 24 / batchSize),
            $"s19: has the fields {string.Join(", ", fields.Split(' '))}, but s", "has a, b;");
    }

    [Test]
    public void ABatchOfMoreNumbersThanAnArrayHoldsIsRefused()
    {
        using var batch = new HostBatch(_device);
        var picture = new Picture(new Image(512, 512, 3, new byte[512 * 512 * 3]));
        batch.Begin(0, 4096);
        Fails.With<PictureException>(
            () => batch.Add(new Sample("a", new PictureField("A", picture), new PictureField("B", picture))),
            "4096 samples of 512x512", "--batch-size");
    }

    [Test]
    public void BadFileSurfacesAtItsTurn()
    {
        using var folder = new PictureFolderFixture();
        folder.Add("a.png", 32, 16);
        File.WriteAllText(folder.PathOf("b.png"), "text");
        folder.Add("c.png", 32, 16);
        var seen = new List<string>();
        var pairs = AlignedFolder.Open(folder.Root, new DataSettings { LoadSize = 16, CropSize = 16 });
        var failure = Assert.Throws<PictureException>(() =>
        {
            foreach (var pair in pairs.InOrder().On(_device))
            {
                seen.AddRange(pair.Names);
            }
        });
        Assert.That(seen, Is.EqualTo(new[] { "a" }));
        Assert.That(failure.Message, Does.Contain("b.png"));
    }

    [Test]
    public void MemoryIsUsedAgain()
    {
        var batches = s_facades.Shuffled(seed: 3);
        Contents(batches, 0, 12);
        var before = _device.Pool.AllocatedBytes;
        Contents(batches, 12, 20);
        Assert.That(_device.Pool.AllocatedBytes, Is.EqualTo(before));
    }

    private List<string> Names(SampleBatches batches, long first, long count) =>
        [.. batches.On(_device, first, count).SelectMany(p => p.Names)];

    private List<Content> Contents(SampleBatches batches, long first, long count) =>
        [.. batches.On(_device, first, count).Select(p => new Content(p.A.Shape[0], [.. Rows(p)]))];

    /// <summary>A fingerprint of each sample of a batch.</summary>
    private static IEnumerable<string> Rows(Batch pair)
    {
        var (a, b) = (pair.A.ToArray(), pair.B.ToArray());
        var (sizeA, sizeB) = (a.Length / pair.Names.Count, b.Length / pair.Names.Count);
        return pair.Names.Select((name, i) => $"{name} {Hash(a.AsSpan(i * sizeA, sizeA))} {Hash(b.AsSpan(i * sizeB, sizeB))}");
    }

    private static string Hash(ReadOnlySpan<float> values) =>
        Convert.ToHexString(
            System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values)))[..16];

    private sealed record Content(int Size, List<string> Rows)
    {
        public bool Equals(Content? other) => other is not null && Size == other.Size && Rows.SequenceEqual(other.Rows);

        public override int GetHashCode() => Size;
    }
}

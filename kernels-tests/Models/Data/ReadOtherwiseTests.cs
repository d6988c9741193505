using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>Pictures that are read otherwise than they are stored, by one rule everywhere, and what is said of them.</summary>
public sealed class ReadOtherwiseTests : InPictureFolder
{
    private static readonly DataSettings s_asStored = new() { Preprocess = PreprocessMode.None, SideMultiple = 1, Flip = false };

    /// <summary>A training on pairs refuses it, and sends to this check.</summary>
    [Test]
    public void AColumnThatIsNoPairIsToldOfByTheCheck()
    {
        _folder.Add("train/a.png", 8, 4);
        _folder.Add("train/thin.png", 1, 1);
        _folder.Add("others/thin.png", 1, 1);
        var report = new FolderReport(0, [], []);
        var remarks = PictureFolderFixture.RemarksOn(() => report = FolderCheck.Run(_folder.Root));
        Assert.That(remarks, Is.EqualTo(new[] { $"{_folder.PathOf("train/thin.png")}: {AlignedFolder.OneColumn}" }));
        Assert.That(report.Problems, Is.Empty, "other families read it whole");
    }

    [Test]
    public void HalvesOfAnOddWidthLackTheMiddleColumn()
    {
        _folder.Add("train/a.png", 17, 8);
        _folder.Add("train/b.png", 16, 8);
        var pairs = AlignedFolder.Open(_folder.PathOf("train"), s_asStored);
        var (a, b, _) = pairs.LoadPair(0, new RandomSequence(default));
        Assert.That((a.Width, b.Width, a.Layers[0].Bytes[0], b.Layers[0].Bytes[0]), Is.EqualTo((8, 8, (byte)0, (byte)9)));
        _folder.Add("train/c.png", 17, 8);
        pairs = AlignedFolder.Open(_folder.PathOf("train"), s_asStored);
        string[] remarks = [$"{_folder.PathOf("train/a.png")} and 1 other: {AlignedFolder.OddWidth}"];
        Assert.That(PictureFolderFixture.RemarksOn(() => DataCheck.Require(pairs)), Is.EqualTo(remarks));
        Assert.That(PictureFolderFixture.RemarksOn(() => FolderCheck.Run(_folder.Root)), Is.EqualTo(remarks));

        // A translation takes the same halves, although 17 columns are not twice eight rows.
        var halves = new SideBySide([2], Direction.BToA);
        var (right, name) = halves.HalfOf(PictureFile.Load(_folder.PathOf("train/a.png")), direction: null)!.Value;
        Assert.That((right.Layers[0].Bytes, name), Is.EqualTo((b.Layers[0].Bytes, "right")));
        Assert.That(
            halves.HalfOf(PictureFile.Load(_folder.PathOf("train/a.png")), Direction.AToB)!.Value.Picture.Layers[0].Bytes,
            Is.EqualTo(a.Layers[0].Bytes));
    }

    [Test]
    public void ColoursUnderTransparencyAreWhite([Values(8, 16)] int bits, [Values] bool isGray)
    {
        var image = Half(bits, isGray ? 2 : 4);
        var picture = new Picture(image).ToChannels(3, "x");
        var values = new float[3 * 4 * 4];
        picture.CopyTo(values);
        Assert.That(values.Take(8), Is.All.EqualTo(1f), "the upper half is fully transparent");
        Assert.That(values.Skip(8).Take(8), Is.All.Not.EqualTo(1f), "the lower one keeps its colour");
        Assert.That(new Picture(image).ToChannels(image.Channels, "x").Layers[0], Is.SameAs(image), "with alpha all stays");
    }

    [Test]
    public void ThatTransparencyIsNotReadIsSaid()
    {
        foreach (var name in new[] { "trainA/a.png", "trainA/b.png", "trainB/a.png" })
        {
            _folder.Add(name, Half(8, 4));
        }

        _folder.Add("trainB/b.png", 4, 4);
        var ofThree = $"{_folder.PathOf("trainA/a.png")} and 2 others: fully transparent pixels";
        var four = s_asStored with { InputChannels = 4, OutputChannels = 4 };
        Assert.That(Checked(AlignedFolder.Open(_folder.PathOf("train"), s_asStored)), Has.One.StartsWith(ofThree));
        Assert.That(Checked(UnalignedFolder.Open(_folder.PathOf("train"), s_asStored)), Has.One.StartsWith(ofThree));
        Assert.That(Checked(UnlabelledPictures.Open(_folder.Root, new SquareSettings(0, 4))), Has.One.StartsWith(ofThree));
        Assert.That(Checked(AlignedFolder.Open(_folder.PathOf("train"), four)), Is.Empty, "alpha is read");
        Assert.That(PictureFolderFixture.RemarksOn(() => FolderCheck.Run(_folder.Root)), Has.One.StartsWith(ofThree));

        static IReadOnlyList<string> Checked(SampleSource source) => PictureFolderFixture.RemarksOn(() => DataCheck.Require(source));
    }

    /// <summary>In a silenced scope nothing is heard, nor by whoever does its work.</summary>
    [Test]
    public void WhereNobodyListensNothingIsHeard()
    {
        var file = _folder.Add("a.png", Half(8, 4));
        Func<Picture> read = () => PictureFile.Load(file).ToChannels(3, file);
        Assert.That(PictureFolderFixture.RemarksOn(() => read()), Has.Count.EqualTo(1));
        Assert.That(PictureFolderFixture.RemarksOn(() =>
        {
            Func<Picture> carried;
            using (PictureRemarks.Silence())
            {
                _ = read();
                carried = PictureRemarks.Carried(read);
            }

            _ = carried();
        }), Is.Empty);
    }

    [TestCase("file;red;blue\na.png;1;0\nb.png;0;1\n")]
    [TestCase("file\tred\tblue\na.png\t1\t0\n\nb.png\t0\t1\n")]
    [TestCase("\uFEFF\"file\",\"red\",\"blue\"\r\n\"a.png\",\"1\",0\r\n\"b.png\",0,1\r\n")]
    [TestCase("sep=;\r\nfile;red;blue;\r\na.png;1;0;\r\nb.png;0;1;\r\n;;;\r\n")]
    [TestCase("file, red, blue\na.png, 1, 0\nb.png, 0, 1")]
    public void TablesOfSpreadsheetsAreRead(string text)
    {
        File.WriteAllText(_folder.PathOf(AttributeTable.FileName), text);
        var table = AttributeTable.Read(_folder.Root);
        Assert.That(table.Names, Is.EqualTo(new[] { "red", "blue" }));
        Assert.That(table.Rows.Select(r => Path.GetFileName(r.File)), Is.EqualTo(new[] { "a.png", "b.png" }));
        Assert.That(table.Rows[1].Values, Is.EqualTo(new[] { 0f, 1f }));
    }

    [Test]
    public void QuotedNamesOfATableAreWhole()
    {
        File.WriteAllText(
            _folder.PathOf(AttributeTable.FileName), "file,red\n\"a, first.png\",1\n\"b \"\"big\"\".png\",0\n#1.png,1\n");
        Assert.That(
            AttributeTable.Read(_folder.Root).Rows.Select(r => Path.GetFileName(r.File)),
            Is.EqualTo(new[] { "#1.png", "a, first.png", "b \"big\".png" }));
        File.WriteAllText(_folder.PathOf(AttributeTable.FileName), "file,red\n\"a.png,1\nb.png,0\n");
        Fails.With<PictureException>(() => AttributeTable.Read(_folder.Root), "line 2 is no row of a table");
    }

    /// <summary>Four by four pixels of colour 10, the upper half fully transparent.</summary>
    private static Image Half(int bits, int channels)
    {
        var samples = Enumerable.Range(0, 16 * channels)
            .Select(i => i % channels == channels - 1 ? i < 8 * channels ? 0 : bits == 8 ? 255 : 65535 : 10);
        return bits == 8
            ? new Image(4, 4, channels, samples.Select(s => (byte)s).ToArray())
            : new Image(4, 4, channels, samples.Select(s => (ushort)s).ToArray());
    }
}

namespace IlgpuGan.Models.Data;

/// <summary>
/// Two domains without pairs: folders <c>NAMEA</c> and <c>NAMEB</c> (or <c>NAME/A</c> and <c>NAME/B</c>). An epoch has as many samples as
/// the larger domain has pictures. They take the pictures of A in turn, and with each one of B that is drawn at random, some several times
/// and others never; if <see cref="DataSettings.Serial"/>, by position. The two are cropped and mirrored independently.
/// </summary>
public sealed class UnalignedFolder : PairSource
{
    private readonly string _folderA;
    private readonly string _folderB;
    private readonly IReadOnlyList<string> _filesA;
    private readonly IReadOnlyList<string> _filesB;

    /// <summary>Told of the pictures only with augmentation, which leaves the colours of maps as they are.</summary>
    private readonly LabelMapDetector _mapsInA;

    /// <inheritdoc cref="_mapsInA"/>
    private readonly LabelMapDetector _mapsInB;

    private readonly Lazy<(bool A, bool B)> _areMaps;

    private UnalignedFolder(
        string folderA, string folderB, IReadOnlyList<string> filesA, IReadOnlyList<string> filesB, DataSettings settings)
        : base(settings)
    {
        (_folderA, _folderB, _filesA, _filesB) = (folderA, folderB, filesA, filesB);
        Files = [.. filesA.Take(Limited(filesA.Count)), .. filesB.Take(Limited(filesB.Count))];
        (_mapsInA, _mapsInB) = (new(Limited(filesA.Count)), new(Limited(filesB.Count)));
        _areMaps = new(() => settings.Augment is null
            ? (false, false) : (_mapsInA.AreMaps(i => ReadA(i)), _mapsInB.AreMaps(i => ReadB(i))));
    }

    public override int Count => Math.Max(Limited(_filesA.Count), Limited(_filesB.Count));

    public override IReadOnlyList<string> Files { get; }

    internal override int Inputs => Limited((Settings.Direction == Direction.AToB ? _filesA : _filesB).Count);

    internal override int Targets => Limited((Settings.Direction == Direction.AToB ? _filesB : _filesA).Count);

    internal override IEnumerable<(string File, int Width, int Height)> Sizes(int most) => PictureTransform.SizesOf(
        Settings, [.. Spread(_filesA, most), .. Spread(_filesB, most)]);

    /// <param name="folder">the common part of both folders' names, such as <c>horse2zebra/train</c></param>
    /// <param name="settings">null for the reference's defaults</param>
    /// <exception cref="PictureException">a folder is missing or holds no pictures</exception>
    public static UnalignedFolder Open(string folder, DataSettings? settings = null)
    {
        var nested = Path.Combine(folder, "A");
        var (a, b) = PictureList.IsIn(nested) || (Directory.Exists(nested) && !Directory.Exists(folder + "A"))
            ? (nested, Path.Combine(folder, "B")) : (folder + "A", folder + "B");
        settings ??= new DataSettings();
        return new UnalignedFolder(a, b, Taken(a), Taken(b), settings);

        IReadOnlyList<string> Taken(string from) =>
            settings.SpreadSamples ? [.. EvenPlaces.Of(PictureFolder.List(from), settings.MaxSamples)] : PictureFolder.List(from);
    }

    public override string? Warning() => Settings.Augment?.RemarkOn(_folderA, _folderB, _areMaps);

    public override string NameOf(int index) => PictureFolder.NameIn(_folderA, _filesA[index % Limited(_filesA.Count)]);

    internal override string NameOfInput(int index) => Settings.Direction == Direction.AToB
        ? NameOf(index) : PictureFolder.NameIn(_folderB, _filesB[index % Limited(_filesB.Count)]);

    protected internal override PicturePair LoadPair(int index, RandomSequence random)
    {
        var (countA, countB) = (Limited(_filesA.Count), Limited(_filesB.Count));
        var partner = Settings.Serial ? index % countB : random.NextInt(countB);
        var (mapA, mapB) = _areMaps.Value;
        var a = Prepared(ReadA(index % countA), mapA);
        var b = Prepared(ReadB(partner), mapB);
        var pair = Directed(a, b, NameOf(index));
        if (!Settings.SecondInput)
        {
            return pair;
        }

        var second = Settings.Direction == Direction.AToB
            ? Prepared(ReadA(random.NextInt(countA)), mapA) : Prepared(ReadB(random.NextInt(countB)), mapB);
        return pair with { ExtraFields = [new PictureField(PairFields.NameOfSecondA, second)] };

        Picture Prepared((string File, Picture Picture) read, bool isMap) => Drawn(read, random).Apply(read.Picture, isMap);
    }

    protected internal override void CheckFile(int index)
    {
        var countA = Limited(_filesA.Count);
        _ = Drawn(index < countA ? ReadA(index) : ReadB(index - countA), new RandomSequence(default));
    }

    private IEnumerable<string> Spread(IReadOnlyList<string> files, int most) =>
        EvenPlaces.Of(Limited(files.Count), most).Select(place => files[place]);

    private (string File, Picture Picture) ReadA(int index) => Read(_filesA, index, Settings.ChannelsOfA, _mapsInA);

    private (string File, Picture Picture) ReadB(int index) => Read(_filesB, index, Settings.ChannelsOfB, _mapsInB);

    private (string File, Picture Picture) Read(IReadOnlyList<string> files, int index, int channels, LabelMapDetector maps)
    {
        var picture = PictureFile.Load(files[index]);
        if (Settings.Augment is not null)
        {
            maps.Look(index, picture);
        }

        return (files[index], picture.ToChannels(channels, files[index]));
    }

    private PictureTransform Drawn((string File, Picture Picture) read, RandomSequence random) =>
        PictureTransform.Draw(Settings, read.Picture.Width, read.Picture.Height, read.File, random);
}

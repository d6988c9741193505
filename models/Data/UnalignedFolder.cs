namespace IlgpuGan.Models.Data;

/// <summary>
/// Two domains without pairs: folders <c>NAMEA</c> and <c>NAMEB</c> (or <c>NAME/A</c> and <c>NAME/B</c>). An epoch shows every picture of
/// the larger domain once; its partner is drawn at random, or by position if <see cref="DataSettings.Serial"/>. The two are cropped and
/// mirrored independently.
/// </summary>
public sealed class UnalignedFolder : PairSource
{
    private readonly string _folderA;
    private readonly IReadOnlyList<string> _filesA;
    private readonly IReadOnlyList<string> _filesB;

    /// <summary>Which domains are maps; evaluated only with augmentation.</summary>
    private readonly Lazy<(bool A, bool B)> _areMaps;

    private UnalignedFolder(string folderA, IReadOnlyList<string> filesA, IReadOnlyList<string> filesB, DataSettings settings)
        : base(settings)
    {
        (_folderA, _filesA, _filesB) = (folderA, filesA, filesB);
        Files = [.. filesA.Take(Limited(filesA.Count)), .. filesB.Take(Limited(filesB.Count))];
        _areMaps = new(() => settings.Augment is null ? (false, false) : (AreMaps(filesA), AreMaps(filesB)));

        bool AreMaps(IReadOnlyList<string> files) => LabelMapDetector.AreMaps(Limited(files.Count), i => PictureFile.Load(files[i]));
    }

    public override int Count => Math.Max(Limited(_filesA.Count), Limited(_filesB.Count));

    public override IReadOnlyList<string> Files { get; }

    internal override int Inputs => Limited((Settings.Direction == Direction.AToB ? _filesA : _filesB).Count);

    internal override int Targets => Limited((Settings.Direction == Direction.AToB ? _filesB : _filesA).Count);

    /// <param name="folder">the common part of both folders' names, such as <c>horse2zebra/train</c></param>
    /// <param name="settings">null for the reference's defaults</param>
    /// <exception cref="DataException">a folder is missing or holds no pictures</exception>
    public static UnalignedFolder Open(string folder, DataSettings? settings = null)
    {
        var nested = Path.Combine(folder, "A");
        var (a, b) = Directory.Exists(nested) ? (nested, Path.Combine(folder, "B")) : (folder + "A", folder + "B");
        return new UnalignedFolder(a, PictureFolder.List(a), PictureFolder.List(b), settings ?? new DataSettings());
    }

    public override string NameOf(int index) => PictureFolder.NameIn(_folderA, _filesA[index % Limited(_filesA.Count)]);

    protected internal override PicturePair LoadPair(int index, RandomSequence random)
    {
        var (countA, countB) = (Limited(_filesA.Count), Limited(_filesB.Count));
        var partner = Settings.Serial ? index % countB : random.NextInt(countB);
        var (mapA, mapB) = _areMaps.Value;
        var a = LoadOne(_filesA[index % countA], Settings.ChannelsOfA, random, mapA);
        var b = LoadOne(_filesB[partner], Settings.ChannelsOfB, random, mapB);
        var pair = Directed(a, b, NameOf(index));
        if (!Settings.SecondInput)
        {
            return pair;
        }

        var second = Settings.Direction == Direction.AToB
            ? LoadOne(_filesA[random.NextInt(countA)], Settings.ChannelsOfA, random, mapA)
            : LoadOne(_filesB[random.NextInt(countB)], Settings.ChannelsOfB, random, mapB);
        return pair with { ExtraFields = [new PictureField(PairFields.NameOfSecondA, second)] };
    }

    protected internal override void CheckFile(int index)
    {
        var random = new RandomSequence(default);
        var countA = Limited(_filesA.Count);
        LoadOne(Files[index], index < countA ? Settings.ChannelsOfA : Settings.ChannelsOfB, random, isMap: false);
    }

    private Picture LoadOne(string file, int channels, RandomSequence random, bool isMap)
    {
        var picture = PictureFile.Load(file).WithChannels(channels, file);
        return Transform.Draw(Settings, picture.Width, picture.Height, file, random).Apply(picture, isMap);
    }
}

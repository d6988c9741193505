namespace IlgpuGan.Models.Data;

/// <summary>
/// Aligned pairs: files with A in the left half and B in the right half, or files with equal names in folders <c>NAMEA</c> and
/// <c>NAMEB</c>. Both halves are scaled, cropped and mirrored alike.
/// </summary>
public sealed class AlignedFolder : PairSource
{
    /// <summary>End of the warning for pairs that <see cref="PairLikeness"/> finds unlike.</summary>
    private const string Unlike = "but have no more contours in common than any two pictures of this set";

    /// <summary>What is said of a pair side by side that can't be halved.</summary>
    internal const string OddWidth = "odd width: the halves of a pair are read without the middle column";

    /// <summary>What is said of a picture that is too narrow to be a pair side by side.</summary>
    internal const string OneColumn = "one column can't be halved: no pair side by side";

    private readonly string _folder;
    private readonly IReadOnlyList<string> _files;
    private readonly IReadOnlyList<string>? _partners;

    private readonly PairLikeness _likeness;

    /// <summary>Told of the pictures only with augmentation, which leaves the colours of maps as they are.</summary>
    private readonly LabelMapDetector _mapsInA;

    /// <inheritdoc cref="_mapsInA"/>
    private readonly LabelMapDetector _mapsInB;

    private readonly Lazy<(bool A, bool B)> _areMaps;

    private AlignedFolder(string folder, IReadOnlyList<string> files, IReadOnlyList<string>? partners, DataSettings settings)
        : base(settings)
    {
        (_folder, _files, _partners) = (folder, files, partners);
        (_likeness, _mapsInA, _mapsInB) = (new(Count), new(Count), new(Count));
        _areMaps = new(() => settings.Augment is null
            ? (false, false) : (_mapsInA.AreMaps(i => ReadHalves(i)), _mapsInB.AreMaps(i => ReadHalves(i))));
    }

    public override int Count => Limited(_files.Count);

    public override IReadOnlyList<string> Files => [.. _files.Take(Count)];

    /// <summary>The files, also those beyond <see cref="DataSettings.MaxSamples"/>.</summary>
    internal IReadOnlyList<string> Unlimited => _files;

    internal override IReadOnlyList<string> AllFiles => [.. Files, .. _partners?.Take(Count) ?? []];

    /// <param name="folder">
    /// the folder of the pairs, such as <c>facades/train</c>; or the common part of the names of two folders, beside which a folder of that
    /// name without pictures does not count
    /// </param>
    /// <param name="settings">null for the reference's defaults</param>
    /// <exception cref="PictureException">there is no folder or no picture, or a file has no partner or two</exception>
    public static AlignedFolder Open(string folder, DataSettings? settings = null)
    {
        settings ??= new DataSettings();
        var (a, b) = (folder + "A", folder + "B");
        return PictureList.IsIn(folder) || !(Directory.Exists(a) || Directory.Exists(b))
            ? new AlignedFolder(folder, PictureFolder.List(folder), null, settings)
            : OfTwo(a, b, settings);
    }

    /// <summary>Pairs under equal names in two folders.</summary>
    /// <exception cref="PictureException">there is no picture, or a file has no partner or two</exception>
    internal static AlignedFolder OfTwo(string a, string b, DataSettings? settings = null)
    {
        var (listA, listB) = (PictureList.OfNames(a).Complete(), PictureList.OfNames(b).Complete());
        var (left, right) = (PictureFolder.ByName(listA), PictureFolder.ByName(listB));
        if (left.FirstOrDefault(file => !right.ContainsKey(file.Key)) is { Value: { } unpaired })
        {
            throw new PictureException($"{unpaired}: has no partner of the same name in {b}");
        }

        foreach (var (name, file) in right.Where(file => !left.ContainsKey(file.Key)))
        {
            PictureRemarks.Add(file, $"left out, having no partner of the same name in {a}");
        }

        var partners = listA.Pictures.Select(file => right[PictureFolder.Composed(PictureFolder.NameIn(a, file))]);
        return new AlignedFolder(a, listA.Pictures, [.. partners], settings ?? new DataSettings());
    }

    internal override IEnumerable<(string File, int Width, int Height)> Sizes(int most) =>
        PictureTransform.SizesOf(Settings, EvenPlaces.Of(Files, most), halved: _partners is null);

    public override string NameOf(int index) => PictureFolder.NameIn(_folder, _files[index]);

    protected internal override PicturePair LoadPair(int index, RandomSequence random)
    {
        var file = _files[index];
        var (a, b) = ReadHalves(index);
        a = a.ToChannels(Settings.ChannelsOfA, file);
        b = b.ToChannels(Settings.ChannelsOfB, _partners?[index] ?? file);
        var transform = PictureTransform.Draw(Settings, a.Width, a.Height, file, random);
        var (mapA, mapB) = AreMaps;
        return Directed(transform.Apply(a, mapA), transform.Apply(b, mapB), NameOf(index));
    }

    /// <summary>A pair as stored; both pictures have the same size.</summary>
    /// <exception cref="PictureException">a file can't be used</exception>
    internal (Picture A, Picture B) ReadHalves(int index)
    {
        var (a, b) = _partners is null
            ? Halves(PictureFile.Load(_files[index]), _files[index]) : Two(_files[index], _partners[index]);
        _likeness.Look(index, a, b);
        if (Settings.Augment is not null)
        {
            _mapsInA.Look(index, a);
            _mapsInB.Look(index, b);
        }

        return (a, b);
    }

    /// <summary>Reads a pair whose remarks are told elsewhere.</summary>
    private void ReadSilently(int index)
    {
        using var known = PictureRemarks.Silence();
        ReadHalves(index);
    }

    protected internal override void CheckFile(int index)
    {
        var file = _files[index];
        var (a, b) = ReadHalves(index);
        _ = a.ToChannels(Settings.ChannelsOfA, file);
        _ = b.ToChannels(Settings.ChannelsOfB, _partners?[index] ?? file);
        _ = PictureTransform.Draw(Settings, a.Width, a.Height, file, new RandomSequence(default));
    }

    public override string? Warning() => PairWarning() ?? (_partners is null
        ? Settings.Augment?.RemarkOn($"{_folder}, left halves", $"{_folder}, right halves", _areMaps)
        : Settings.Augment?.RemarkOn(_folder, $"{_folder[..^1]}B", _areMaps));

    /// <summary>A warning if the files are probably no pairs.</summary>
    internal string? PairWarning()
    {
        var (unlike, whole) = _likeness.Find(ReadSilently);
        return _partners is null && whole
            ? $"{_folder}: these look like single pictures, not like pairs side by side (A left, B right); their left halves are taken " +
                "for A and their right halves for B. To make pairs of two folders: ilgpugan data combine"
            : !unlike ? null
            : _partners is null ? $"{_folder}: left and right halves are taken for the two pictures of a pair, {Unlike}"
            : $"{_folder} and {_folder[..^1]}B: files of equal names are taken for pairs, {Unlike}; for two sets without pairs take a " +
                "family that learns from such sets";
    }

    /// <summary>Which halves are maps, whose colours augmentation must not change.</summary>
    internal (bool A, bool B) AreMaps => _areMaps.Value;

    /// <summary>Whether files that are read as pairs side by side have no seam in their middle.</summary>
    internal bool AreSinglePictures => _likeness.Find(ReadSilently).AreWhole;

    /// <summary>The halves of a pair side by side, without the middle column if the width is odd.</summary>
    /// <exception cref="PictureException">it has a single column</exception>
    internal static (Picture A, Picture B) Halves(Picture both, string file)
    {
        var half = both.Width / 2;
        PictureException.ThrowIf(half == 0, $"{file}: one column can't be split into two halves (A left, B right)");

        if (both.Width % 2 != 0)
        {
            PictureRemarks.Add(file, OddWidth);
        }

        return (both.Crop(0, 0, half, both.Height), both.Crop(both.Width - half, 0, half, both.Height));
    }

    private static (Picture A, Picture B) Two(string fileA, string fileB)
    {
        var (a, b) = (PictureFile.Load(fileA), PictureFile.Load(fileB));
        return (a.Width, a.Height) == (b.Width, b.Height)
            ? (a, b)
            : throw new PictureException($"{fileA}: has {a.Width}x{a.Height} pixels, but its partner {fileB} has {b.Width}x{b.Height}");
    }
}

namespace IlgpuGan.Models.Data.Labels;

/// <summary>
/// The folder layout of pix2pixHD: <c>SPLIT_label</c> with label maps, <c>SPLIT_img</c> with photographs, and optionally <c>SPLIT_inst</c>
/// with instance maps. Files that belong together have the same name (see <see cref="Partners"/>) and the same size.
/// </summary>
internal sealed class LabelFolders : LabelSource
{
    private readonly string _folder;
    private readonly IReadOnlyList<string> _labels;
    private readonly IReadOnlyList<string> _photos;
    private readonly IReadOnlyList<string>? _instances;

    public LabelFolders(string data, string split, DataSettings settings, LabelCoding coding)
        : base(settings, coding)
    {
        _folder = FolderOf(data, split, "label");
        var instances = FolderOf(data, split, "inst");
        var maps = PictureList.OfNames(_folder).Complete();
        _ = PictureFolder.ByName(maps); // No two maps have one name.
        _labels = maps.Pictures;
        _photos = PartnersIn(FolderOf(data, split, "img"));
        _instances = Directory.Exists(instances) ? PartnersIn(instances) : null;

        IReadOnlyList<string> PartnersIn(string folder) => Partners.Of(_folder, _labels, PictureList.OfNames(folder).Complete());
    }

    public override int Count => Limited(_labels.Count);

    public override IReadOnlyList<string> Files => [.. _labels.Take(Count)];

    internal override IReadOnlyList<string> AllFiles => [.. Files, .. _photos.Take(Count), .. _instances?.Take(Count) ?? []];

    internal override IEnumerable<(string File, int Width, int Height)> Sizes(int most) =>
        PictureTransform.SizesOf(Settings, EvenPlaces.Of(Files, most));

    public bool HasInstances => _instances is not null;

    internal override IReadOnlyList<(string File, Func<Picture> Read)> Maps =>
        [.. _labels.Select(file => (file, (Func<Picture>)(() => PictureFile.LoadIndices(file))))];

    /// <summary>Whether the folders are to be read: they hold maps, or there are no pairs either.</summary>
    public static bool Exist(string data, string split) =>
        HaveMaps(data, split) || (Directory.Exists(FolderOf(data, split, "label")) && !LabelSource.Exists(data, split));

    /// <summary>Whether there are label maps in the folder.</summary>
    public static bool HaveMaps(string data, string split) => PictureList.IsIn(FolderOf(data, split, "label"));

    public override string NameOf(int index) => PictureFolder.NameIn(_folder, _labels[index]);

    private protected override (LabelMap Labels, LabelMap? Instances, Picture Photo, string File) Read(int index)
    {
        var file = _labels[index];
        var labels = MapOf(PictureFile.LoadIndices(file), file);
        var (instances, photo) = ReadPartners(index, (labels.Width, labels.Height));
        return (labels, instances, photo, file);
    }

    private protected override void CheckPartners(int index, (int Width, int Height) sides) => ReadPartners(index, sides);

    private (LabelMap? Instances, Picture Photo) ReadPartners(int index, (int Width, int Height) sides)
    {
        var photo = PictureFile.Load(_photos[index]).ToChannels(Settings.OutputChannels, _photos[index]);
        Require(_photos[index], photo.Width, photo.Height);
        if (_instances is null)
        {
            return (null, photo);
        }

        var instances = LabelMap.LoadIds(_instances[index]);
        Require(_instances[index], instances.Width, instances.Height);
        return (instances, photo);

        void Require(string partner, int width, int height)
        {
            if ((width, height) != sides)
            {
                throw new PictureException(
                    $"{partner}: has {width}x{height} pixels, but its label map {_labels[index]} has {sides.Width}x{sides.Height}");
            }
        }
    }

    private static string FolderOf(string data, string split, string what) => Path.Combine(data, $"{split}_{what}");
}

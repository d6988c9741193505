using System.Collections.Concurrent;

namespace IlgpuGan.Models.Data.Labels;

/// <summary>
/// Label maps with their photographs and optional instance maps: fields <c>Label</c> [L, H, W], <c>Border</c> [1, H, W], <c>B</c> [C, H, W]
/// and optionally <c>Instance</c> [1, H, W] (see <see cref="LabelFields"/>). All are scaled, cropped and mirrored alike; maps by nearest
/// neighbour.
/// </summary>
internal abstract class LabelSource : SampleSource
{
    private protected LabelSource(DataSettings settings, LabelCoding coding) => (Settings, Coding) = (settings, coding);

    public DataSettings Settings { get; }

    public LabelCoding Coding { get; internal set; }

    /// <summary>Maps that were decoded when their classes were found, with their sides: a check reads their partners alone.</summary>
    private IReadOnlyDictionary<string, (int Width, int Height)>? _decoded;

    /// <summary>Whether samples have the field <c>Instance</c>.</summary>
    internal bool GivesInstances { get; private init; }

    /// <summary>
    /// Whether the field <c>Instance</c> holds classes even if there are instance maps; borders still come from the instance maps.
    /// </summary>
    internal bool InstancesAreClasses { get; private init; }

    internal override bool IsSerial => Settings.Serial;

    /// <summary>
    /// Opens a split: folders <c>SPLIT_label</c>, <c>SPLIT_img</c> and optionally <c>SPLIT_inst</c>; otherwise pairs as
    /// <see cref="AlignedFolder"/> reads them.
    /// </summary>
    /// <param name="data">the data set's folder</param>
    /// <param name="split"><c>train</c>, <c>val</c>, …</param>
    /// <param name="settings">preprocessing; in pairs the direction selects which half is the map, A or B</param>
    /// <param name="coding">the coding of the maps</param>
    /// <param name="instances">whether samples have the field <c>Instance</c></param>
    /// <param name="areClasses">whether all pixels of a class are one instance, even if there are instance maps</param>
    /// <exception cref="PictureException">folders, pictures or partners are missing</exception>
    public static LabelSource Open(
        string data, string split, DataSettings settings, LabelCoding coding, bool instances = false, bool areClasses = false) =>
        LabelFolders.Exist(data, split)
            ? new LabelFolders(data, split, settings, coding) { GivesInstances = instances, InstancesAreClasses = areClasses }
            : new LabelPairs(AlignedFolder.Open(Path.Combine(data, split), settings), coding) { GivesInstances = instances };

    /// <summary>Whether the data set has pictures in a split of that name.</summary>
    public static bool Exists(string data, string split)
    {
        var folder = Path.Combine(data, split);
        return LabelFolders.HaveMaps(data, split) || PictureList.IsIn(folder) || PictureList.IsIn(folder + "A");
    }

    /// <summary>Opens a split, and finds the coding of its label maps in the maps, of which a check decodes none again.</summary>
    /// <inheritdoc cref="Open"/>
    /// <exception cref="PictureException">the files are no label maps</exception>
    public static LabelSource OpenUncoded(
        string data, string split, DataSettings settings, bool instances = false, bool areClasses = false)
    {
        var source = Open(data, split, settings, new LabelCoding(1, false, null), instances, areClasses);
        var read = new ConcurrentDictionary<string, (int Width, int Height, int Channels)>();
        source.Coding = LabelCoding.Find([.. source.Maps.Select(map => (map.File, (Func<Picture>)(() => Noted(map.File, map.Read()))))]);
        var colours = source.Coding.Palette is not null;
        source._decoded = read.Where(map => map.Value.Channels >= 3 == colours)
            .ToDictionary(map => map.Key, map => (map.Value.Width, map.Value.Height));
        return source;

        Picture Noted(string file, Picture map)
        {
            if (map.Layers.Count == 1)
            {
                read[file] = (map.Width, map.Height, map.Channels);
            }

            return map;
        }
    }

    /// <summary>The files of all maps, also of those beyond <see cref="DataSettings.MaxSamples"/>, with functions that read them.</summary>
    internal abstract IReadOnlyList<(string File, Func<Picture> Read)> Maps { get; }

    protected internal sealed override Sample Load(int index, RandomSequence random)
    {
        var (labels, instances, photo) = Prepare(index, random);
        var shape = new Shape(Coding.Planes, labels.Height, labels.Width);
        var borders = instances ?? labels;
        List<SampleField> fields =
        [
            new NumbersField(LabelFields.NameOfLabel, Coding.OneHot(labels), shape),
            LabelFields.BorderOf(borders),
            new PictureField(PairFields.NameOfB, photo),
        ];
        if (GivesInstances)
        {
            var places = (InstancesAreClasses ? labels : borders).FirstPlaces();
            fields.Add(new NumbersField(LabelFields.NameOfInstance, places, shape.With(0, 1)));
        }

        return new Sample(NameOf(index), fields);
    }

    /// <summary>A sample's maps and photograph, preprocessed.</summary>
    internal (LabelMap Labels, LabelMap? Instances, Picture Photo) Prepare(int index, RandomSequence random)
    {
        var (labels, instances, photo, file) = Read(index);
        var transform = PictureTransform.Draw(Settings, labels.Width, labels.Height, file, random);
        return (transform.Apply(labels), instances is null ? null : transform.Apply(instances), transform.Apply(photo));
    }

    protected internal sealed override void CheckFile(int index)
    {
        var file = Files[index];
        if (_decoded is not null && _decoded.TryGetValue(file, out var sides))
        {
            CheckPartners(index, sides);
        }
        else
        {
            var labels = Read(index).Labels;
            sides = (labels.Width, labels.Height);
        }

        PictureTransform.Draw(Settings, sides.Width, sides.Height, file, new RandomSequence(default));
    }

    /// <summary>A sample as stored, with equal sizes, and its file for messages.</summary>
    private protected abstract (LabelMap Labels, LabelMap? Instances, Picture Photo, string File) Read(int index);

    /// <summary>The classes of a picture of them, with a remark if there are considerable areas of none.</summary>
    /// <exception cref="PictureException">a pixel has an unknown class</exception>
    private protected LabelMap MapOf(Picture picture, string file)
    {
        if (PictureRemarks.AreHeard && Coding.RemarkOn(picture) is { } remark)
        {
            PictureRemarks.Add(
                file, remark == LabelCoding.NoMap ? remark : $"{remark}; repaint them, or name the colours of all classes with --palette");
        }

        return Coding.Read(picture, file);
    }

    /// <summary>Reads what lies in other files than a sample's label map.</summary>
    /// <exception cref="PictureException">a file can't be used, or has other sides than the map</exception>
    private protected abstract void CheckPartners(int index, (int Width, int Height) sides);

    private protected int Limited(int count) => Settings.MaxSamples > 0 ? Math.Min(count, Settings.MaxSamples) : count;
}

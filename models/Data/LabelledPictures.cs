namespace IlgpuGan.Models.Data;

/// <summary>
/// Pictures with labels: a folder for each class, or an <see cref="AttributeTable"/> beside the pictures. A sample is the picture [C, side,
/// side] and its label, a vector of 0 and 1.
/// </summary>
public sealed class LabelledPictures : SampleSource
{
    public const string NameOfPicture = "picture";
    public const string NameOfLabel = "label";

    private readonly string _folder;
    private readonly IReadOnlyList<(string File, float[] Label)> _samples;
    private readonly SquareSettings _settings;

    private LabelledPictures(string folder, IReadOnlyList<(string File, float[] Label)> samples, SquareSettings settings)
    {
        (_folder, _settings) = (folder, settings);
        _samples = settings.MaxSamples > 0 ? [.. samples.Take(settings.MaxSamples)] : samples;
        Files = [.. _samples.Select(s => s.File)];
    }

    public override int Count => _samples.Count;

    public override IReadOnlyList<string> Files { get; }

    internal override IEnumerable<float[]> LabelsAndPoints => _samples.Select(s => s.Label);

    internal override bool IsSerial => _settings.IsSerial;

    /// <summary>
    /// The labels of a folder: whether they are classes, and their names, in the order of the folder names or of the table's columns.
    /// </summary>
    /// <param name="folder">one split of a data set</param>
    /// <param name="classes">true for classes, false for attributes; null for attributes if there is a table, otherwise classes</param>
    /// <exception cref="PictureException">there are none</exception>
    internal static (bool AreClasses, IReadOnlyList<string> Names) Labels(string folder, bool? classes = null)
    {
        if (!(classes ?? !AttributeTable.IsIn(folder)))
        {
            return (false, AttributeTable.Read(folder).Names);
        }

        PictureException.ThrowIf(!Directory.Exists(folder), $"{folder}: there is no such folder");

        var names = FolderWalk.FoldersIn(folder);
        return names.Count > 1
            ? (true, names)
            : throw new PictureException($"{folder}: has {Counted.Of(names.Count, "folder")}; classes need a folder each, at least two, " +
                $"and attributes the file {AttributeTable.FileName}");
    }

    /// <param name="folder">one split of a data set</param>
    /// <param name="classes">as for <see cref="Labels"/></param>
    /// <param name="labels">names of the label vector's elements, in order</param>
    /// <param name="settings">how pictures are prepared</param>
    /// <exception cref="PictureException">the folder, pictures or one of the labels are missing</exception>
    internal static LabelledPictures Open(string folder, bool? classes, IReadOnlyList<string> labels, SquareSettings settings)
    {
        var (areClasses, names) = Labels(folder, classes);
        if (!areClasses)
        {
            var places = labels.Select(label => names.ToList().IndexOf(label)).ToList();
            return places.Contains(-1)
                ? throw new PictureException($"{AttributeTable.PathIn(folder)}: has no attribute " +
                    $"'{labels[places.IndexOf(-1)]}'; it has {string.Join(", ", names)}")
                : new LabelledPictures(
                    folder, [.. AttributeTable.Read(folder).Rows.Select(row => (row.File, places.Select(p => row.Values[p]).ToArray()))],
                    settings);
        }

        RemarkOnOthers(folder, names, labels);

        // A small held-out split may lack a class; and of earlier trainings a run may have been one.
        var samples = labels.SelectMany((label, place) =>
            PictureFolder.Existing(Path.Combine(folder, label)) is var ofLabel && Directory.Exists(ofLabel)
                && !FolderWalk.HoldsRunAlone(ofLabel)
                ? PictureFolder.List(ofLabel)
                    .Select(file => (file, Enumerable.Range(0, labels.Count).Select(i => i == place ? 1f : 0f).ToArray()))
                : []).OrderBy(s => s.file, PathOrder.Here).ToList();
        return samples.Count > 0
            ? new LabelledPictures(folder, settings.MaxSamples > 0 ? OfEachClass(samples, settings.MaxSamples) : samples, settings)
            : throw new PictureException($"{folder}: has no folder of {string.Join(", ", labels)}");
    }

    /// <summary>Tells of pictures of no class: in folders of none, and beside the folders.</summary>
    /// <param name="folder">one split of a data set</param>
    /// <param name="names">its folders</param>
    /// <param name="labels">the classes of the training</param>
    internal static void RemarkOnOthers(string folder, IEnumerable<string> names, IEnumerable<string> labels)
    {
        if (!PictureRemarks.AreHeard)
        {
            return;
        }

        foreach (var other in names.ExceptBy(labels.Select(PictureFolder.Composed), PictureFolder.Composed))
        {
            PictureRemarks.Add(Path.Combine(folder, other), "no class of the training, which goes without its pictures");
        }

        foreach (var file in Directory.EnumerateFiles(folder).Where(PictureFile.HasPictureName).Order(PathOrder.Here)
            .Where(file => !FolderWalk.IsPassedOver(Path.GetFileName(file))))
        {
            PictureRemarks.Add(file, "beside the folders of classes, so that what is learnt by class goes without it");
        }
    }

    /// <summary>The first pictures of each class: the classes take turns up to a limit, since the first by name are of one class.</summary>
    private static List<(string File, float[] Label)> OfEachClass(List<(string File, float[] Label)> samples, int limit) =>
        [.. samples.GroupBy(s => Array.IndexOf(s.Label, 1f)).SelectMany(ofClass => ofClass.Index()).OrderBy(s => s.Index).Take(limit)
            .Select(s => s.Item).OrderBy(s => s.File, PathOrder.Here)];

    public override string NameOf(int index) => PictureFolder.NameIn(_folder, _samples[index].File);

    /// <summary>The class of a sample: the first element of its label that is 1.</summary>
    internal int ClassOf(int index) => Array.IndexOf(_samples[index].Label, 1f);

    /// <summary>A sample's label.</summary>
    internal ReadOnlySpan<float> LabelOf(int index) => _samples[index].Label;

    protected internal override Sample Load(int index, RandomSequence random)
    {
        var (file, label) = _samples[index];
        return new Sample(
            NameOf(index), new PictureField(NameOfPicture, _settings.Read(file, random)),
            new NumbersField(NameOfLabel, label, new Shape(label.Length)));
    }
}

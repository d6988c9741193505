namespace IlgpuGan.Models.Data;

/// <summary>
/// The pictures of a folder and its subfolders. A sample is the picture [C, side, side], in the field that <see cref="LabelledPictures"/>
/// uses.
/// </summary>
public sealed class UnlabelledPictures : SampleSource
{
    private readonly string _folder;
    private readonly SquareSettings _settings;

    private UnlabelledPictures(string folder, IReadOnlyList<string> files, SquareSettings settings) =>
        (_folder, Files, _settings) = (folder, settings.MaxSamples > 0 ? [.. files.Take(settings.MaxSamples)] : files, settings);

    public override int Count => Files.Count;

    public override IReadOnlyList<string> Files { get; }

    internal override bool IsSerial => _settings.IsSerial;

    /// <param name="folder">one split of a data set</param>
    /// <param name="settings">how pictures are prepared</param>
    /// <exception cref="PictureException">there is no such folder, or no picture in it</exception>
    internal static UnlabelledPictures Open(string folder, SquareSettings settings) => new(folder, PictureFolder.List(folder), settings);

    public override string NameOf(int index) => PictureFolder.NameIn(_folder, Files[index]);

    protected internal override Sample Load(int index, RandomSequence random) =>
        new(NameOf(index), new PictureField(LabelledPictures.NameOfPicture, _settings.Read(Files[index], random)));
}

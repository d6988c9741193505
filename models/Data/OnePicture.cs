namespace IlgpuGan.Models.Data;

/// <summary>A data set of one colour picture, with a chosen number of repetitions per epoch. Alpha is not read.</summary>
internal sealed class OnePicture : SampleSource
{
    /// <summary>The only field of its samples.</summary>
    internal const string Field = "picture";

    private const int Colours = 3;

    private readonly string _file;
    private readonly Picture _picture;

    private OnePicture(string file, Picture picture, int count) => (_file, _picture, Count) = (file, picture, count);

    public override int Count { get; }

    public override IReadOnlyList<string> Files => [_file];

    /// <summary>Size in pixels.</summary>
    internal (int Width, int Height) Size => (_picture.Width, _picture.Height);

    internal override bool IsSerial => true;

    /// <param name="path">the picture, or a folder that holds only this picture</param>
    /// <param name="count">samples per epoch</param>
    /// <exception cref="PictureException">there is no picture, or more than one, or it can't be used</exception>
    public static OnePicture Open(string path, int count)
    {
        var file = path;
        if (Directory.Exists(path) && !PictureFile.IsLayers(path))
        {
            var files = PictureFolder.List(path);
            file = files.Count == 1
                ? files[0]
                : throw new PictureException($"{path}: holds {files.Count} pictures; name the one to train on");
        }

        return new OnePicture(file, PictureFile.Load(file).ToChannels(Colours, file), count);
    }

    public override string NameOf(int index) => Path.GetFileNameWithoutExtension(_file);

    protected internal override Sample Load(int index, RandomSequence random) => new(NameOf(index), new PictureField(Field, _picture));
}

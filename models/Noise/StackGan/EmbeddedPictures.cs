namespace IlgpuGan.Models.Families.StackGan;

/// <summary>
/// Pictures with embeddings of their captions: beside NAME.png a float32 array NAME.npy, [numbers] or one row per caption [captions,
/// numbers]. A sample is the picture [C, side, side] and one embedding [numbers] in the label field: the mean of four captions drawn at
/// random (of all if there are fewer; of the first four if the set is serial).
/// </summary>
internal sealed class EmbeddedPictures : SampleSource
{
    /// <summary>As in Zhang et al. 2017.</summary>
    private const int MostCaptions = 4;

    private const string Extension = ".npy";

    private readonly string _folder;
    private readonly int _numbers;
    private readonly SquareSettings _settings;

    /// <summary>Whether pictures are in several folders, which are classes.</summary>
    private readonly bool _hasClasses;

    private EmbeddedPictures(string folder, IReadOnlyList<string> files, int numbers, SquareSettings settings)
    {
        (_folder, _numbers, _settings) = (folder, numbers, settings);
        Files = settings.MaxSamples > 0 ? [.. files.Take(settings.MaxSamples)] : files;
        _hasClasses = Files.Select(file => Path.GetDirectoryName(file)).Distinct().Skip(1).Any();
    }

    public override int Count => Files.Count;

    public override IReadOnlyList<string> Files { get; }

    /// <summary>The arrays' lengths stand for them: they would take minutes to read.</summary>
    internal override IEnumerable<float[]> LabelsAndPoints => Files.Select(file => (float[])[new FileInfo(EmbeddingOf(file)).Length]);

    internal override bool IsSerial => _settings.IsSerial;

    /// <param name="folder">one split of a data set</param>
    /// <param name="numbers">length of an embedding</param>
    /// <param name="settings">how pictures are prepared</param>
    /// <exception cref="PictureException">there is no such folder, or no picture in it</exception>
    public static EmbeddedPictures Open(string folder, int numbers, SquareSettings settings) =>
        new(folder, PicturesIn(folder), numbers, settings);

    /// <summary>Length of the embedding of a folder's first picture.</summary>
    /// <exception cref="PictureException">there is no such folder, no picture in it, or no embedding beside the first</exception>
    public static int NumbersIn(string folder) => NpyFile.LoadVectors(EmbeddingOf(PicturesIn(folder)[0]))[0].Length;

    public override string NameOf(int index) => PictureFolder.NameIn(_folder, Files[index]);

    protected internal override Sample Load(int index, RandomSequence random)
    {
        var picture = new PictureField(LabelledPictures.NameOfPicture, _settings.Read(Files[index], random));
        var embedding = new NumbersField(LabelledPictures.NameOfLabel, MeanEmbedding(index, random), new Shape(_numbers));
        return new Sample(NameOf(index), picture, embedding);
    }

    /// <summary>Whether two pictures differ in class or, without classes, in their embeddings.</summary>
    internal bool Differ(int a, int b) => _hasClasses
        ? Path.GetDirectoryName(Files[a]) != Path.GetDirectoryName(Files[b])
        : !Captions(a).SelectMany(c => c).SequenceEqual(Captions(b).SelectMany(c => c));

    private static string[] PicturesIn(string folder)
    {
        string[] files = [.. PictureFolder.List(folder).Where(f => !f.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))];
        return files.Length > 0 ? files : throw new PictureException($"{folder}: holds arrays alone, and no pictures beside them");
    }

    private static string EmbeddingOf(string picture) => PictureFolder.Existing(Path.ChangeExtension(picture, Extension));

    private float[] MeanEmbedding(int index, RandomSequence random)
    {
        var captions = Captions(index);
        if (!IsSerial && captions.Length > MostCaptions)
        {
            random.Shuffle(captions.AsSpan());
        }

        var (mean, taken) = (new float[_numbers], Math.Min(captions.Length, MostCaptions));
        foreach (var caption in captions.Take(taken))
        {
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += caption[i] / taken;
            }
        }

        return mean;
    }

    private float[][] Captions(int index)
    {
        var file = EmbeddingOf(Files[index]);
        float[][] captions = [.. NpyFile.LoadVectors(file)];
        return captions[0].Length == _numbers
            ? captions
            : throw new PictureException($"{file}: holds embeddings of {captions[0].Length} numbers; the training's have {_numbers}");
    }
}

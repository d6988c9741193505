namespace IlgpuGan.Models.Data;

/// <summary>
/// Two domains of one picture each, in the folders <c>NAMEA</c> and <c>NAMEB</c>, with a chosen number of crops per epoch. For each crop
/// the picture's sides are scaled independently by factors from 1/3 to 1, but not below the crop's side.
/// </summary>
internal sealed class PairOfPictures : PairSource
{
    /// <summary>Smallest scale factor of a side.</summary>
    private const float SmallestZoom = 1f / 3;

    private readonly (string File, Picture Picture) _a;
    private readonly (string File, Picture Picture) _b;

    private PairOfPictures((string File, Picture Picture) a, (string File, Picture Picture) b, int count, DataSettings settings)
        : base(settings)
    {
        (_a, _b, Count) = (a, b, count);
        foreach (var (file, picture) in new[] { a, b })
        {
            if (Math.Min(picture.Width, picture.Height) < settings.CropSize)
            {
                throw new PictureException($"{file}: {picture.Width}x{picture.Height} pixels are too few for a crop of " +
                    $"{settings.CropSize}; choose a smaller --crop-size");
            }
        }
    }

    public override int Count { get; }

    public override IReadOnlyList<string> Files => [_a.File, _b.File];

    /// <param name="folder">the common part of both folders' names</param>
    /// <param name="count">crops per epoch</param>
    /// <param name="settings">channels, crop, mirroring and direction</param>
    /// <exception cref="PictureException">a folder is missing, or holds more than one picture, or one that is too small</exception>
    public static PairOfPictures Open(string folder, int count, DataSettings settings)
    {
        return new PairOfPictures(One("A", settings.ChannelsOfA), One("B", settings.ChannelsOfB), count, settings);

        (string File, Picture Picture) One(string domain, int channels)
        {
            var files = PictureFolder.List(folder + domain);
            return files.Count == 1
                ? (files[0], PictureFile.Load(files[0]).ToChannels(channels, files[0]))
                : throw new PictureException($"{folder + domain}: holds {files.Count} pictures; this model trains on one of each domain");
        }
    }

    public override string NameOf(int index) => Path.GetFileNameWithoutExtension(_a.File);

    protected internal override PicturePair LoadPair(int index, RandomSequence random) =>
        Directed(Crop(_a, random), Crop(_b, random), NameOf(index));

    /// <summary>The pictures were decoded when the set was opened.</summary>
    protected internal override void CheckFile(int index)
    {
    }

    private Picture Crop((string File, Picture Picture) one, RandomSequence random)
    {
        var picture = one.Picture;
        var zoomed = (Scaled(picture.Width), Scaled(picture.Height));
        return PictureTransform.DrawScaled(Settings, zoomed, (picture.Width, picture.Height), one.File, random).Apply(picture);

        int Scaled(int pixels) => Math.Max(Settings.CropSize, (int)(pixels * (SmallestZoom + ((1 - SmallestZoom) * random.NextSingle()))));
    }
}

using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data;

/// <summary>Photographs, the targets, with the gray pictures of the same lightness as inputs; both of three channels.</summary>
internal sealed class GreyPhotographs : PairSource
{
    private const int Colours = 3;
    private const int Words = ushort.MaxValue;

    private readonly string _folder;
    private readonly IReadOnlyList<string> _files;

    private GreyPhotographs(string folder, DataSettings settings)
        : base(settings) => (_folder, _files) = (folder, PictureFolder.List(folder));

    public override int Count => Limited(_files.Count);

    public override IReadOnlyList<string> Files => [.. _files.Take(Count)];

    internal override IEnumerable<(string File, int Width, int Height)> Sizes(int most) =>
        PictureTransform.SizesOf(Settings, EvenPlaces.Of(Files, most));

    /// <param name="folder">the photographs</param>
    /// <param name="settings">how they are prepared; channels and direction are known</param>
    /// <exception cref="PictureException">there is no such folder, or no picture in it</exception>
    public static GreyPhotographs Open(string folder, DataSettings settings) => new(folder, settings);

    public override string NameOf(int index) => PictureFolder.NameIn(_folder, _files[index]);

    protected internal override PicturePair LoadPair(int index, RandomSequence random)
    {
        var file = _files[index];
        var photo = PictureFile.Load(file).ToChannels(Colours, file);
        var shown = PictureTransform.Draw(Settings, photo.Width, photo.Height, file, random).Apply(photo);
        return new PicturePair(GreyOf(shown).ToChannels(Colours, file), shown, NameOf(index));
    }

    /// <summary>
    /// The gray picture of the same lightness, which is not the luma of other conversions; of 16 bits, so that the lightness is not
    /// rounded to 256 levels.
    /// </summary>
    internal static Picture GreyOf(Picture photo)
    {
        var image = photo.Layers[0];
        var gray = new ushort[image.Width * image.Height];
        for (var i = 0; i < gray.Length; i++)
        {
            var y = 0.0;
            for (var c = 0; c < Colours; c++)
            {
                var sample = (i * Colours) + c;
                y += Srgb.Luminance[c]
                    * (image.BitsPerChannel == 8 ? Srgb.Levels[image.Bytes[sample]] : Srgb.ToLight(image.Words[sample] / (double)Words));
            }

            gray[i] = (ushort)Math.Round(Words * Srgb.ToLevel(y));
        }

        return new Image(image.Width, image.Height, 1, gray);
    }
}

using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Translation;

/// <summary>Pictures of any size for a program of bounded memory: those with too many pixels are reduced, in their proportions.</summary>
internal static class BoundedPicture
{
    /// <summary>Most pixels of a picture that servers translate by default; a picture of 1920x1080 fits.</summary>
    public const long DefaultMaxPixels = 3 << 20;

    /// <summary>Held while a picture is decoded that has to be reduced: a large one takes hundreds of megabytes until then.</summary>
    private static readonly Lock s_turn = new();

    /// <summary>
    /// Decodes what a generator reads of the bytes of an image file, and reduces the picture where it has too many pixels.
    /// </summary>
    /// <param name="file">the bytes of the file</param>
    /// <param name="name">the file's name, for messages</param>
    /// <param name="maxPixels">most pixels of the result, with sides rounded up as the generator needs; null for any number</param>
    /// <param name="generator">what reads the picture; null for the first page, at any size</param>
    /// <exception cref="PictureException">the bytes are no picture, or the generator needs more pixels for any picture</exception>
    public static Picture Decode(ReadOnlySpan<byte> file, string name, long? maxPixels, GeneratorSpec? generator)
    {
        if (maxPixels is not { } most)
        {
            return Read(file, name, generator);
        }

        if (PixelsOf(file, name) <= most)
        {
            return Reduced(Read(file, name, generator), name, most, generator);
        }

        lock (s_turn)
        {
            return Reduced(Read(file, name, generator), name, most, generator);
        }
    }

    private static Picture Read(ReadOnlySpan<byte> file, string name, GeneratorSpec? generator) => PictureFile.Decode(
        file, name, generator is { Labels: null } ? generator.InputChannels : null, generator?.Labels is { Coding.Palette: null });

    /// <summary>The picture, or a smaller one in its proportions. Of a label map each pixel keeps a class.</summary>
    /// <param name="picture">the picture</param>
    /// <param name="name">the file's name, for messages</param>
    /// <param name="maxPixels">most pixels of the result, with sides rounded up as the generator needs</param>
    /// <param name="generator">what reads the picture; null for pictures of any size</param>
    /// <exception cref="PictureException">the generator needs more pixels for any picture</exception>
    public static Picture Reduced(Picture picture, string name, long maxPixels, GeneratorSpec? generator)
    {
        var (width, height) = SizeWithin(picture.Width, picture.Height, maxPixels, side => generator?.RoundedUp(side) ?? side)
            ?? throw new PictureException(
                $"{name}: even its smallest copy has more than {maxPixels} pixels for {generator!.Description}, which are allowed");
        return picture.Resize(width, height, generator?.Labels is null ? ResizeFilter.Bicubic : ResizeFilter.Nearest);
    }

    /// <summary>The size, as <c>2044x1533</c>, of a picture that has fewer pixels than its file; null if it was not reduced.</summary>
    /// <param name="file">the bytes of the file</param>
    /// <param name="picture">what <see cref="Decode"/> made of it</param>
    public static string? ReducedTo(ReadOnlySpan<byte> file, Picture picture) =>
        (long)picture.Width * picture.Height < PixelsOf(file, "picture") ? $"{picture.Width}x{picture.Height}" : null;

    /// <summary>The largest size in these proportions that is allowed; null if none is.</summary>
    private static (int Width, int Height)? SizeWithin(int width, int height, long maxPixels, Func<int, int> roundedUp)
    {
        var (least, most) = (0, Math.Max(width, height)); // The longer side: at least is allowed, more than most is not.
        while (least < most)
        {
            var middle = least + ((most - least + 1) / 2);
            var (w, h) = SizeOf(width, height, middle);
            (least, most) = (long)roundedUp(w) * roundedUp(h) <= maxPixels ? (middle, most) : (least, middle - 1);
        }

        return least == 0 ? null : SizeOf(width, height, least);
    }

    /// <summary>The size in these proportions whose longer side is <paramref name="longer"/>.</summary>
    public static (int Width, int Height) SizeOf(int width, int height, int longer) => width >= height
        ? (longer, Math.Max(1, (int)Math.Round((double)longer * height / width)))
        : (Math.Max(1, (int)Math.Round((double)longer * width / height)), longer);

    private static long PixelsOf(ReadOnlySpan<byte> file, string name)
    {
        try
        {
            var info = ImageFile.Identify(file);
            return (long)info.Width * info.Height;
        }
        catch (ImageFormatException problem)
        {
            throw new PictureException($"{name}: {problem.Message}", problem);
        }
    }
}

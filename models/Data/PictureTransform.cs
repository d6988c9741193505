using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.Models.Data;

/// <summary>
/// The randomly drawn parameters of the preprocessing: the size to scale to, the crop, whether to mirror, and with augmentation the warp
/// and the colour jitter. Drawn once for both halves of a pair, and separately for each picture of an unaligned set.
/// </summary>
internal readonly record struct PictureTransform
{
    /// <summary>Width to which the picture is scaled.</summary>
    public required int Width { get; init; }

    /// <summary>Height to which the picture is scaled.</summary>
    public required int Height { get; init; }

    /// <summary>The part of the scaled picture that is kept.</summary>
    public required PixelArea Crop { get; init; }

    /// <summary>Whether that part is flipped horizontally.</summary>
    public required bool Mirror { get; init; }

    private Warp? Warp { get; init; }

    private ColourJitter? Jitter { get; init; }

    /// <param name="width">width of the picture as stored</param>
    /// <param name="height">height of the picture as stored</param>
    /// <exception cref="PictureException">
    /// the picture is smaller than the crop, or without a crop too small for the networks, or so thin that it would become too large
    /// </exception>
    public static PictureTransform Draw(DataSettings settings, int width, int height, string file, RandomSequence random)
    {
        var (w, h) = Scaled(settings, width, height);
        var most = Math.Max(DecodeOptions.DefaultMaxPixels, (long)settings.LoadSize * settings.LoadSize);
        return w * h <= most
            ? DrawScaled(settings, ((int)w, (int)h), (width, height), file, random)
            : throw new PictureException($"{file}: {width}x{height} pixels would be scaled to {w}x{h}, more than the limit of {most}; " +
                "choose a smaller --load-size or --preprocess resize-and-crop");
    }

    /// <summary>The same for a given scaled size. The order of the draws is that of the sources' random numbers: keep it.</summary>
    /// <param name="scaled">the scaled size</param>
    /// <param name="stored">the size as stored, for messages</param>
    /// <inheritdoc cref="Draw"/>
    public static PictureTransform DrawScaled(
        DataSettings settings, (int Width, int Height) scaled, (int Width, int Height) stored, string file, RandomSequence random)
    {
        var ((w, h), (width, height)) = (scaled, stored);
        var crop = new PixelArea(0, 0, w, h);
        if (settings.Preprocess.Crops())
        {
            var side = settings.CropSize;
            if (w < side || h < side)
            {
                throw TooFew($"a crop of {side}; choose a smaller --crop-size or --preprocess resize-and-crop");
            }

            crop = settings.CentredCrop
                ? new PixelArea((w - side) / 2, (h - side) / 2, side, side)
                : new PixelArea(random.NextInt(w - side + 1), random.NextInt(h - side + 1), side, side);
        }
        else if (w < settings.SmallestSide || h < settings.SmallestSide)
        {
            throw TooFew($"the networks, which need {settings.SmallestSide} a side; choose --preprocess resize-and-crop");
        }

        var mirror = settings.Flip && random.NextSingle() < 0.5f;
        return new PictureTransform
        {
            Width = w,
            Height = h,
            Crop = crop,
            Mirror = mirror,
            Warp = settings.Augment is { Warps: true } augment ? new Warp(augment, w, h, random) : null,
            Jitter = settings.Augment is { Colour: > 0 and var colour } ? new ColourJitter(colour, random) : null,
        };

        PictureException TooFew(string what) =>
            new($"{file}: {width}x{height} pixels{((w, h) == (width, height) ? "" : $" (scaled to {w}x{h})")} are too few for {what}");
    }

    /// <param name="picture">the picture as stored</param>
    /// <param name="isMap">whether the picture is a map, whose colours carry meaning and are preserved</param>
    public Picture Apply(Picture picture, bool isMap = false)
    {
        var scaled = picture.Resize(Width, Height);
        var part = Warp?.Show(scaled, Crop, isMap) ?? scaled.Crop(Crop.X, Crop.Y, Crop.Width, Crop.Height);
        var result = Jitter is null || isMap ? part : Jitter.Apply(part);
        return Mirror ? result.FlipHorizontally() : result;
    }

    /// <summary>The same for a label map, with nearest-neighbour sampling.</summary>
    public LabelMap Apply(LabelMap map)
    {
        var scaled = map.Resize(Width, Height);
        var result = Warp?.Show(scaled, Crop) ?? scaled.Crop(Crop.X, Crop.Y, Crop.Width, Crop.Height);
        return Mirror ? result.FlipHorizontally() : result;
    }

    /// <inheritdoc cref="SampleSource.Sizes"/>
    /// <param name="settings">how the pictures are prepared</param>
    /// <param name="files">their files</param>
    /// <param name="halved">whether the files are pairs side by side</param>
    public static IEnumerable<(string File, int Width, int Height)> SizesOf(
        DataSettings settings, IEnumerable<string> files, bool halved = false)
    {
        foreach (var file in files)
        {
            if (settings.Preprocess.Crops())
            {
                yield return (file, settings.CropSize, settings.CropSize);
            }
            else if (PictureFile.SizeOf(file) is var (width, height))
            {
                var (w, h) = Scaled(settings, halved ? width / 2 : width, height);
                yield return (file, (int)w, (int)h);
            }
        }
    }

    /// <summary>The size to scale to, which of a thin picture may be more than an array holds.</summary>
    private static (long Width, long Height) Scaled(DataSettings settings, int width, int height)
    {
        var load = (long)settings.LoadSize;
        switch (settings.Preprocess)
        {
            case PreprocessMode.ResizeAndCrop:
                return (load, load);
            case PreprocessMode.Crop:
                return (width, height);
            case PreprocessMode.ScaleShortestAndCrop:
                return width <= height ? (load, load * height / width) : (load * width / height, load);
            case PreprocessMode.ScaleWidthAndCrop:
                return ScaledToWidth(settings, width, height);
            case PreprocessMode.ScaleWidth:
                var (w, h) = ScaledToWidth(settings, width, height);
                return (Rounded(w, settings.SideMultiple), Rounded(h, settings.SideMultiple));
            default:
                return (Rounded(width, settings.SideMultiple), Rounded(height, settings.SideMultiple));
        }
    }

    private static (long Width, long Height) ScaledToWidth(DataSettings settings, int width, int height) =>
        width == settings.LoadSize && height >= settings.CropSize
            ? (width, height)
            : (settings.LoadSize, (long)Math.Max((double)settings.LoadSize * height / width, settings.CropSize));

    /// <summary>The nearest multiple, with ties to even as in the reference, but never 0.</summary>
    private static long Rounded(long side, int multiple) =>
        Math.Max(multiple, (long)Math.Round((double)side / multiple, MidpointRounding.ToEven) * multiple);
}

/// <summary>A rectangle of a picture, in pixels.</summary>
internal readonly record struct PixelArea(int X, int Y, int Width, int Height);

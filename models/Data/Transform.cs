using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.Models.Data;

/// <summary>
/// The randomly drawn parameters of the preprocessing: the size to scale to, the crop, whether to mirror, and with augmentation the warp
/// and the colour jitter. Drawn once for both halves of a pair, and separately for each picture of an unaligned set.
/// </summary>
internal readonly record struct Transform(int Width, int Height, int CropX, int CropY, int CropWidth, int CropHeight, bool Mirror)
{
    private Warp? Warp { get; init; }

    private ColourJitter? Jitter { get; init; }

    /// <param name="width">width of the picture as stored</param>
    /// <param name="height">height of the picture as stored</param>
    /// <exception cref="PictureException">the picture is smaller than the crop</exception>
    public static Transform Draw(DataSettings settings, int width, int height, string file, RandomSequence random)
    {
        return DrawAt(settings, Scaled(settings, width, height), (width, height), file, random);
    }

    /// <summary>The same for a given scaled size.</summary>
    /// <param name="scaled">the scaled size</param>
    /// <param name="stored">the size as stored, for messages</param>
    /// <inheritdoc cref="Draw"/>
    public static Transform DrawAt(
        DataSettings settings, (int Width, int Height) scaled, (int Width, int Height) stored, string file, RandomSequence random)
    {
        var ((w, h), (width, height)) = (scaled, stored);
        var (x, y, cropWidth, cropHeight) = (0, 0, w, h);
        if (settings.Preprocess.Crops())
        {
            var side = settings.CropSize;
            if (w < side || h < side)
            {
                var resized = (w, h) == (width, height) ? "" : $" (scaled to {w}x{h})";
                throw new PictureException($"{file}: {width}x{height} pixels{resized} are too few for a crop of {side}; choose a smaller " +
                    "--crop-size or --preprocess resize-and-crop");
            }

            (x, y) = settings.CentredCrop ? ((w - side) / 2, (h - side) / 2) : (random.NextInt(w - side + 1), random.NextInt(h - side + 1));
            (cropWidth, cropHeight) = (side, side);
        }

        var mirror = settings.Flip && random.NextSingle() < 0.5f;
        return new Transform(w, h, x, y, cropWidth, cropHeight, mirror)
        {
            Warp = settings.Augment is { Warps: true } augment ? new Warp(augment, w, h, random) : null,
            Jitter = settings.Augment is { Colour: > 0 and var colour } ? new ColourJitter(colour, random) : null,
        };
    }

    /// <param name="picture">the picture as stored</param>
    /// <param name="isMap">whether the picture is a map, whose colours carry meaning and are preserved</param>
    public Picture Apply(Picture picture, bool isMap = false)
    {
        var scaled = picture.Resize(Width, Height);
        var part = Warp is null
            ? scaled.Crop(CropX, CropY, CropWidth, CropHeight)
            : Warp.Show(scaled, (CropX, CropY, CropWidth, CropHeight), isMap);
        var result = Jitter is null || isMap ? part : Jitter.Apply(part);
        return Mirror ? result.FlipHorizontally() : result;
    }

    /// <summary>The same for a label map, with nearest-neighbour sampling.</summary>
    public LabelMap Apply(LabelMap map)
    {
        var scaled = map.Resize(Width, Height);
        var result = Warp is null
            ? scaled.Crop(CropX, CropY, CropWidth, CropHeight)
            : Warp.Show(scaled, (CropX, CropY, CropWidth, CropHeight));
        return Mirror ? result.FlipHorizontally() : result;
    }

    private static (int Width, int Height) Scaled(DataSettings settings, int width, int height)
    {
        switch (settings.Preprocess)
        {
            case PreprocessMode.ResizeAndCrop:
                return (settings.LoadSize, settings.LoadSize);
            case PreprocessMode.Crop:
                return (width, height);
            case PreprocessMode.ScaleShortestAndCrop:
                return width <= height
                    ? (settings.LoadSize, (int)((long)settings.LoadSize * height / width))
                    : ((int)((long)settings.LoadSize * width / height), settings.LoadSize);
            case PreprocessMode.ScaleWidthAndCrop:
                return ScaledToWidth(settings, width, height);
            case PreprocessMode.ScaleWidth:
                var (w, h) = ScaledToWidth(settings, width, height);
                return (Rounded(w, settings.SideMultiple), Rounded(h, settings.SideMultiple));
            default:
                return (Rounded(width, settings.SideMultiple), Rounded(height, settings.SideMultiple));
        }
    }

    private static (int Width, int Height) ScaledToWidth(DataSettings settings, int width, int height) =>
        width == settings.LoadSize && height >= settings.CropSize
            ? (width, height)
            : (settings.LoadSize, (int)Math.Max((double)settings.LoadSize * height / width, settings.CropSize));

    /// <summary>The nearest multiple, with ties to even as in the reference, but never 0.</summary>
    private static int Rounded(int side, int multiple) =>
        Math.Max(multiple, (int)Math.Round((double)side / multiple, MidpointRounding.ToEven) * multiple);
}

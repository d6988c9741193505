namespace StbImageSharp;

/// <summary>A decoded image as linear light: (v / 255)^2.2 of 8-bit colour, v / 255 of alpha.</summary>
public class ImageResultFloat
{
    private const double Gamma = 2.2;

    public int Width { get; set; }

    public int Height { get; set; }

    /// <summary>The channels of the file.</summary>
    public ColorComponents SourceComp { get; set; }

    /// <summary>The channels of <see cref="Data"/>.</summary>
    public ColorComponents Comp { get; set; }

    /// <summary>Rows from top to bottom, channels interleaved, no padding.</summary>
    public float[] Data { get; set; } = [];

    /// <inheritdoc cref="ImageResult.FromStream"/>
    public static ImageResultFloat FromStream(Stream stream, ColorComponents requiredComponents = ColorComponents.Default) =>
        Create(ImageResult.FromStream(stream, requiredComponents));

    /// <inheritdoc cref="ImageResult.FromMemory"/>
    public static ImageResultFloat FromMemory(byte[] data, ColorComponents requiredComponents = ColorComponents.Default) =>
        Create(ImageResult.FromMemory(data, requiredComponents));

    private static ImageResultFloat Create(ImageResult image)
    {
        var channels = (int)image.Comp;
        var linear = new float[256];
        for (var v = 0; v < linear.Length; v++)
        {
            linear[v] = (float)Math.Pow(v / 255f, Gamma);
        }

        var data = new float[image.Data.Length];
        for (var i = 0; i < data.Length; i++)
        {
            var isAlpha = channels is 2 or 4 && i % channels == channels - 1;
            data[i] = isAlpha ? image.Data[i] / 255f : linear[image.Data[i]];
        }

        return new()
        {
            Width = image.Width,
            Height = image.Height,
            SourceComp = image.SourceComp,
            Comp = image.Comp,
            Data = data,
        };
    }
}

namespace IlgpuGan.Models.Data;

/// <summary>How single pictures are cropped and resized to squares of one size.</summary>
/// <param name="CentreCrop">side of the square that is cut from the middle first; 0 for none</param>
/// <param name="Side">of the square that pictures are scaled to</param>
public sealed record SquareSettings(int CentreCrop, int Side)
{
    public int Channels { get; init; } = 3;

    /// <summary>
    /// Without <see cref="CentreCrop"/>, cut the largest square from the middle; else the whole picture is squeezed into one.
    /// </summary>
    public bool KeepsProportions { get; init; }

    /// <summary>Mirror every other picture, on average, left to right.</summary>
    public bool Flip { get; init; }

    /// <summary>Number of samples to use, the first by name; 0 for all.</summary>
    public int MaxSamples { get; init; }

    /// <summary>In the order of the names.</summary>
    public bool IsSerial { get; init; }

    /// <summary>The picture of a file, [Channels, Side, Side].</summary>
    /// <exception cref="DataException">it can't be read, or is too small</exception>
    internal Picture Read(string file, RandomSequence random)
    {
        var picture = PictureFile.Load(file).WithChannels(Channels, file);
        var cut = CentreCrop > 0 ? CentreCrop : KeepsProportions ? Math.Min(picture.Width, picture.Height) : 0;
        if (cut > 0)
        {
            picture = picture.Width >= cut && picture.Height >= cut
                ? picture.Cropped((picture.Width - cut) / 2, (picture.Height - cut) / 2, cut, cut)
                : throw new DataException(
                    $"{file}: {picture.Width}x{picture.Height} pixels are too few for --centre-crop {cut}; choose a smaller one, or 0");
        }

        picture = picture.Resized(Side, Side);
        return Flip && random.NextSingle() < 0.5f ? picture.Mirrored() : picture;
    }
}

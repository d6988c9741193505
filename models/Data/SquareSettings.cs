namespace IlgpuGan.Models.Data;

/// <summary>How single pictures are cropped and resized to squares of one size.</summary>
/// <param name="CentreCrop">side of the central square that is cropped first; 0 for no crop</param>
/// <param name="Side">side of the square to which pictures are scaled</param>
internal sealed record SquareSettings(int CentreCrop, int Side)
{
    public int Channels { get; init; } = 3;

    /// <summary>
    /// Without <see cref="CentreCrop"/>: whether to crop the largest central square. Otherwise the whole picture is scaled to a square,
    /// ignoring proportions.
    /// </summary>
    public bool KeepsProportions { get; init; }

    /// <summary>Mirror left to right with probability 1/2.</summary>
    public bool Flip { get; init; }

    /// <summary>Number of samples to use, the first ones by name, of classes those of each; 0 for all.</summary>
    public int MaxSamples { get; init; }

    /// <summary>Whether samples are in name order.</summary>
    public bool IsSerial { get; init; }

    /// <summary>Reads and prepares a picture, [Channels, Side, Side].</summary>
    /// <exception cref="PictureException">the file can't be read, or the picture is too small</exception>
    internal Picture Read(string file, RandomSequence random)
    {
        var picture = PictureFile.Load(file).ToChannels(Channels, file);
        var cut = CentreCrop > 0 ? CentreCrop : KeepsProportions ? Math.Min(picture.Width, picture.Height) : 0;
        if (cut > 0)
        {
            picture = picture.Width >= cut && picture.Height >= cut
                ? picture.Crop((picture.Width - cut) / 2, (picture.Height - cut) / 2, cut, cut)
                : throw new PictureException(
                    $"{file}: {picture.Width}x{picture.Height} pixels are too few for --centre-crop {cut}; choose a smaller one, or 0");
        }

        picture = picture.Resize(Side, Side);
        return Flip && random.NextSingle() < 0.5f ? picture.FlipHorizontally() : picture;
    }
}

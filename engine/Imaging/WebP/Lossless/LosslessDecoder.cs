namespace IlgpuGan.Imaging.WebP.Lossless;

/// <summary>Decodes VP8L ("WebP Lossless Bitstream Specification").</summary>
internal static class LosslessDecoder
{
    /// <summary>Decodes pixels [height, width], each ARGB from the highest byte down.</summary>
    /// <param name="data">The data after the header with the size.</param>
    /// <param name="lenient">Whether pixels after damage stay zero.</param>
    /// <exception cref="ImageFormatException">The data ends, or is corrupt.</exception>
    public static uint[] Decode(ReadOnlySpan<byte> data, int width, int height, bool lenient)
    {
        var bits = new LosslessBitReader(data);
        var transforms = new Stack<LosslessTransform>();
        var storedWidth = width;
        while (bits.Flag())
        {
            var kind = (LosslessTransformKind)bits.Read(2);
            if (transforms.Any(t => t.Kind == kind))
            {
                throw new ImageFormatException("the WebP's lossless data changes its pixels twice in one way");
            }

            transforms.Push(ReadTransform(ref bits, kind, storedWidth, height));
            storedWidth = kind == LosslessTransformKind.Palette ? LosslessPixels.Blocks(width, transforms.Peek().Bits) : storedWidth;
        }

        return transforms.Aggregate(
            LosslessPixels.Read(ref bits, storedWidth, height, isPicture: true, lenient),
            (pixels, transform) => transform.Undo(pixels, height));
    }

    private static LosslessTransform ReadTransform(ref LosslessBitReader bits, LosslessTransformKind kind, int width, int height)
    {
        if (kind == LosslessTransformKind.SubtractGreen)
        {
            return new(kind, width, 0, []);
        }

        if (kind != LosslessTransformKind.Palette)
        {
            var side = bits.Read(3) + 2;
            return new(kind, width, side, LosslessPixels.Read(
                ref bits, LosslessPixels.Blocks(width, side), LosslessPixels.Blocks(height, side), isPicture: false));
        }

        var colours = bits.Read(8) + 1;
        var palette = LosslessPixels.Read(ref bits, colours, 1, isPicture: false);
        for (var i = 1; i < colours; i++)
        {
            palette[i] = LosslessTransform.Add(palette[i], palette[i - 1]);
        }

        return new(kind, width, LosslessTransform.PaletteBits(colours), palette);
    }
}

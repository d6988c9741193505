namespace IlgpuGan.Tensors.Ops;

// Channels to pixels and back (Shi et al. 2016): no arithmetic, one permutation.
public static partial class TensorOps
{
    /// <summary>x [N, C·r², H, W] as [N, C, H·r, W·r]: channel c·r² + i·r + j holds pixel (i, j) of each square of r × r.</summary>
    public static Tensor PixelShuffle(this Tensor x, int factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        var s = x.Shape;
        if (s.Rank != 4 || factor < 1 || s[1] % ((long)factor * factor) != 0)
        {
            throw new ShapeException(
                $"pixel_shuffle: {s} by {factor}: the channels of [N, C, H, W] must be a multiple of the factor's square");
        }

        var channels = (int)(s[1] / ((long)factor * factor));
        var (height, width) = (Extents.Of("pixel_shuffle", (long)s[2] * factor, s), Extents.Of("pixel_shuffle", (long)s[3] * factor, s));
        using var squares = x.Reshape(s[0], channels, factor, factor, s[2], s[3]);
        using var pixels = squares.Permute(0, 1, 4, 2, 5, 3);
        return pixels.Reshape(s[0], channels, height, width);
    }

    /// <summary>x [N, C, H·r, W·r] as [N, C·r², H, W]: the inverse of <see cref="PixelShuffle"/>.</summary>
    public static Tensor PixelUnshuffle(this Tensor x, int factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        var s = x.Shape;
        if (s.Rank != 4 || factor < 1 || s[2] % factor != 0 || s[3] % factor != 0)
        {
            throw new ShapeException($"pixel_unshuffle: {s} by {factor}: the sides of [N, C, H, W] must be multiples of the factor");
        }

        var (h, w) = (s[2] / factor, s[3] / factor);
        using var squares = x.Reshape(s[0], s[1], h, factor, w, factor);
        using var channels = squares.Permute(0, 1, 3, 5, 2, 4);
        return channels.Reshape(s[0], Extents.Of("pixel_unshuffle", (long)s[1] * factor * factor, s), h, w);
    }
}

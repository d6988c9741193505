using System.Runtime.InteropServices;

namespace IlgpuGan.Imaging;

/// <summary>The eight EXIF orientations: mirror images, quarter turns, transpositions.</summary>
public static class Flipping
{
    /// <summary>Left becomes right.</summary>
    public static Image FlipHorizontally(this Image image) => image.Orient(Orientation.FlippedHorizontally);

    /// <summary>
    /// Applies an orientation: a picture that was stored with <paramref name="orientation"/> becomes upright. Returns the image itself for
    /// <see cref="Orientation.Normal"/>.
    /// </summary>
    public static Image Orient(this Image image, Orientation orientation)
    {
        if (orientation == Orientation.Normal)
        {
            return image;
        }

        if (!Enum.IsDefined(orientation))
        {
            throw new ArgumentOutOfRangeException(nameof(orientation), orientation, "an EXIF orientation is 1 to 8");
        }

        var (width, height) = orientation >= Orientation.Transposed ? (image.Height, image.Width) : (image.Width, image.Height);
        return image.BitsPerChannel == 8
            ? image.With(width, height, Turn(image.Bytes, image, orientation))
            : image.With(width, height, Turn(image.Words, image, orientation));
    }

    private static T[] Turn<T>(T[] source, Image image, Orientation orientation)
        where T : unmanaged
    {
        // The source index of the target's first pixel, and the source steps, in pixels, for one column and one row of the target.
        var (w, h) = (image.Width, image.Height);
        var (start, column, row) = orientation switch
        {
            Orientation.FlippedHorizontally => (w - 1, -1, w),
            Orientation.Rotated180 => ((w * h) - 1, -1, -w),
            Orientation.FlippedVertically => (w * (h - 1), 1, -w),
            Orientation.Transposed => (0, w, 1),
            Orientation.Rotated90 => (w * (h - 1), -w, 1),
            Orientation.Transversed => ((w * h) - 1, -w, -1),
            _ => (w - 1, w, -1),
        };
        var columns = orientation >= Orientation.Transposed ? h : w;
        var target = new T[source.Length];
        switch (image.Channels)
        {
            case 1:
                Gather<T>(source, target, start, column, row, columns);
                break;
            case 2:
                Gather(As<T, Two<T>>(source), As<T, Two<T>>(target), start, column, row, columns);
                break;
            case 3:
                Gather(As<T, Three<T>>(source), As<T, Three<T>>(target), start, column, row, columns);
                break;
            default:
                Gather(As<T, Four<T>>(source), As<T, Four<T>>(target), start, column, row, columns);
                break;
        }

        return target;
    }

    private static Span<TPixel> As<T, TPixel>(T[] samples)
        where T : unmanaged
        where TPixel : unmanaged => MemoryMarshal.Cast<T, TPixel>(samples.AsSpan());

    private static void Gather<TPixel>(ReadOnlySpan<TPixel> source, Span<TPixel> target, int start, int column, int row, int columns)
    {
        for (; !target.IsEmpty; target = target[columns..], start += row)
        {
            for (int x = 0, from = start; x < columns; x++, from += column)
            {
                target[x] = source[from];
            }
        }
    }

    private record struct Two<T>(T A, T B);

    private record struct Three<T>(T A, T B, T C);

    private record struct Four<T>(T A, T B, T C, T D);
}

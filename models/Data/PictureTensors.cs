using IlgpuGan.Imaging;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace IlgpuGan.Models.Data;

/// <summary>Converts between pictures and tensors [N, C, H, W] in [−1, 1].</summary>
public static class PictureTensors
{
    /// <summary>A picture as a batch of one.</summary>
    public static Tensor ToTensor(this Picture picture, Device device)
    {
        var values = new float[(long)picture.Channels * picture.Width * picture.Height];
        picture.CopyTo(values);
        return Tensor.From(values, new Shape(1, picture.Channels, picture.Height, picture.Width), device);
    }

    /// <summary>Pictures of equal size and channels as a batch.</summary>
    public static Tensor ToTensor(this IReadOnlyList<Picture> pictures, Device device)
    {
        var first = pictures[0];
        var one = first.Channels * first.Width * first.Height;
        var values = new float[pictures.Count * one];
        for (var i = 0; i < pictures.Count; i++)
        {
            pictures[i].CopyTo(values.AsSpan(i * one, one));
        }

        return Tensor.From(values, new Shape(pictures.Count, first.Channels, first.Height, first.Width), device);
    }

    /// <summary>
    /// A picture of a batch, rounded to the nearest of 256 levels and clipped (or of 65,536 with <paramref name="sixteenBits"/>).
    /// </summary>
    public static Picture ToPicture(Tensor batch, int index = 0, bool sixteenBits = false) =>
        OfSample(batch.ToArray(), batch.Shape, index, sixteenBits);

    /// <summary>All pictures of a batch.</summary>
    /// <param name="batch">[N, C, H, W]</param>
    /// <param name="sixteenBits">whether each picture gets 65,536 levels</param>
    /// <param name="made">
    /// begins the message if a value is no number, which would become black unnoticed: what makes values, and of what
    /// </param>
    /// <exception cref="PictureException">a value is no number</exception>
    internal static IReadOnlyList<Picture> ToPictures(Tensor batch, IReadOnlyList<bool> sixteenBits, string made)
    {
        var values = batch.ToArray();
        return TensorPrimitives.IsNaNAny<float>(values)
            ? throw new PictureException($"{made} that are not numbers (NaN), and no picture")
            : [.. sixteenBits.Select((words, index) => OfSample(values, batch.Shape, index, words))];
    }

    private static Picture OfSample(float[] batch, Shape shape, int index, bool sixteenBits)
    {
        var (channels, height, width) = (shape[1], shape[2], shape[3]);
        var values = batch.AsSpan(index * channels * height * width, channels * height * width);
        var layers = new List<Image>();
        for (int first = 0, taken; first < channels; first += taken)
        {
            // Up to four channels make one image. More are split into layers of three or one, since the last of two or four would be read
            // as alpha.
            taken = channels <= 4 ? channels : channels - first >= 3 ? 3 : 1;
            var planes = values.Slice(first * height * width, taken * height * width);
            layers.Add(sixteenBits
                ? new Image(width, height, taken, Interleave<ushort>(planes, taken, SampleScale.ToWords))
                : new Image(width, height, taken, Interleave<byte>(planes, taken, SampleScale.ToBytes)));
        }

        return new Picture([.. layers]);
    }

    private static T[] Interleave<T>(ReadOnlySpan<float> planes, int channels, Levels<T> toLevels)
    {
        var levels = new T[planes.Length];
        toLevels(planes, levels);
        if (channels == 1)
        {
            return levels;
        }

        var pixels = planes.Length / channels;
        var samples = new T[planes.Length];
        for (var c = 0; c < channels; c++)
        {
            var plane = levels.AsSpan(c * pixels, pixels);
            for (int i = 0, s = c; i < plane.Length; i++, s += channels)
            {
                samples[s] = plane[i];
            }
        }

        return samples;
    }

    private delegate void Levels<T>(ReadOnlySpan<float> values, Span<T> levels);
}

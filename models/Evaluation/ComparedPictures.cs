using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Evaluation;

/// <summary>A picture beside its target, both rounded to 8 bits: each score of <see cref="ImageScore"/> alone.</summary>
internal sealed class ComparedPictures
{
    private const double FullScale = 255;

    private readonly float[] _made;
    private readonly float[] _target;
    private readonly int _width;
    private readonly int _height;

    /// <exception cref="ArgumentException">the pictures differ in size or channels</exception>
    public ComparedPictures(string name, Picture picture, Picture target)
    {
        if ((picture.Width, picture.Height, picture.Channels) != (target.Width, target.Height, target.Channels))
        {
            throw new ArgumentException($"{name}: {picture.Width}x{picture.Height}x{picture.Channels} can't be compared with " +
                $"{target.Width}x{target.Height}x{target.Channels}");
        }

        (_made, _target, _width, _height) = (Planes(picture), Planes(target), picture.Width, picture.Height);
    }

    public (double L1, double Mse) Differences()
    {
        var (l1, mse) = (0.0, 0.0);
        for (var i = 0; i < _made.Length; i++)
        {
            double difference = _made[i] - _target[i];
            l1 += Math.Abs(difference);
            mse += difference * difference;
        }

        return (l1 / (_made.Length * FullScale), mse / (_made.Length * FullScale * FullScale));
    }

    /// <summary>Null for a picture that is smaller than the window.</summary>
    public double? Ssim() =>
        OverChannels(StructuralSimilarity.Window, (p, q) => StructuralSimilarity.Of(p, q, _width, _height, FullScale));

    /// <inheritdoc cref="Ssim"/>
    public double? MsSsim() =>
        OverChannels(MultiScaleSimilarity.Window, (p, q) => MultiScaleSimilarity.Of(p, q, _width, _height, FullScale));

    private double? OverChannels(int window, Func<ReadOnlySpan<float>, ReadOnlySpan<float>, double> similarity)
    {
        var pixels = _width * _height;
        return Math.Min(_width, _height) < window
            ? null
            : Enumerable.Range(0, _made.Length / pixels)
                .Average(c => similarity(_made.AsSpan(c * pixels, pixels), _target.AsSpan(c * pixels, pixels)));
    }

    /// <summary>Values 0 … 255, [C, H, W].</summary>
    private static float[] Planes(Picture picture)
    {
        var planes = new float[picture.Channels * picture.Width * picture.Height];
        var start = 0;
        foreach (var layer in picture.Layers)
        {
            Deinterleave(layer.ToEightBits(), planes.AsSpan(start));
            start += layer.Channels * layer.Width * layer.Height;
        }

        return planes;
    }

    private static void Deinterleave(Image image, Span<float> planes)
    {
        var (bytes, channels, pixels) = (image.Bytes, image.Channels, image.Width * image.Height);
        for (var c = 0; c < channels; c++)
        {
            for (var i = 0; i < pixels; i++)
            {
                planes[(c * pixels) + i] = bytes[(i * channels) + c];
            }
        }
    }
}

using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// The few colours in which a painting and the picture look alike (paint-to-image, as in the authors' program): those of k-means over the
/// picture's pixels.
/// </summary>
internal static class Palette
{
    public const int Colours = 5;

    /// <summary>The palette of a picture [1, 3, H, W]: [5, 3].</summary>
    public static float[] Of(Tensor picture, RandomKey key)
    {
        var planes = picture.ToArray();
        var pixels = planes.Length / 3;
        float[][] points = [.. Enumerable.Range(0, pixels).Select(i => new[] { planes[i], planes[pixels + i], planes[(2 * pixels) + i] })];
        return [.. KMeans.Centres(points, Colours, new RandomSequence(key)).SelectMany(colour => colour)];
    }

    /// <summary>Each pixel of x [N, 3, H, W] as the nearest colour of a palette [5, 3]; it has no gradient.</summary>
    public static Tensor Nearest(Tensor x, Tensor palette)
    {
        using var noGrad = GradMode.NoGrad();

        // |x − c|² without |x|², which is the same for all colours.
        var distances = x.Conv2d(palette.Affine(-2, 0).Reshape(Colours, 3, 1, 1), palette.Square().Sum([1]));
        var nearest = distances.Argmin(1, keepDims: true);
        var result = Tensor.Zeros(x.Shape, x.Device);
        for (var i = 0; i < Colours; i++)
        {
            result += nearest.EqualTo(i).Multiply(palette.Slice(0, i, 1).Reshape(1, 3, 1, 1));
        }

        return result;
    }
}

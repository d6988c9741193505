namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>Averages feature maps over instances or classes (Wang et al. 2018, section 3.4).</summary>
internal static class InstanceMeans
{
    /// <summary>Replaces each pixel by its channel's mean over the pixel's instance. Differentiable.</summary>
    /// <param name="x">[N, C, H, W]</param>
    /// <param name="instances">[N, 1, H, W]: for each pixel, the row-major position of its instance's first pixel</param>
    public static Tensor Of(Tensor x, Tensor instances)
    {
        var (n, c, pixels) = (x.Shape[0], x.Shape[1], x.Shape[2] * x.Shape[3]);
        using var places = instances.Reshape(n, 1, pixels);
        using var ones = Tensor.Ones(places.Shape, x.Device);
        using var counts = Summed(ones, places);
        using var flat = x.Reshape(n, c, pixels);
        using var sums = Summed(flat, places);
        using var means = sums / counts;
        return means.Reshape(x.Shape);
    }

    /// <summary>The mean features of each class in a picture, by class; none for a class without pixels.</summary>
    /// <param name="x">[1, C, H, W]</param>
    /// <param name="labels">
    /// planes of the classes, [1, L, h, w], of 0 and 1, for the upper left h × w pixels; other pixels are ignored
    /// </param>
    public static Dictionary<int, float[]> OfClasses(Tensor x, Tensor labels)
    {
        var (channels, height, width) = (x.Shape[1], x.Shape[2], x.Shape[3]);
        var (classes, rows, columns) = (labels.Shape[1], labels.Shape[2], labels.Shape[3]);
        var (values, planes) = (x.ToArray(), labels.ToArray());
        var means = new Dictionary<int, float[]>();
        for (var label = 0; label < classes; label++)
        {
            var (sums, count) = (new double[channels], 0);
            for (var place = 0; place < rows * columns; place++)
            {
                if (planes[(label * rows * columns) + place] == 1)
                {
                    var pixel = (place / columns * width) + (place % columns);
                    for (var c = 0; c < channels; c++)
                    {
                        sums[c] += values[(c * height * width) + pixel];
                    }

                    count++;
                }
            }

            if (count > 0)
            {
                means.Add(label, Array.ConvertAll(sums, sum => (float)(sum / count)));
            }
        }

        return means;
    }

    /// <summary>Replaces each element by the sum over its instance.</summary>
    private static Tensor Summed(Tensor flat, Tensor places)
    {
        using var zeros = Tensor.Zeros(flat.Shape, flat.Device);
        using var sums = zeros.ScatterAdd(2, places, flat);
        return sums.Gather(2, places);
    }
}

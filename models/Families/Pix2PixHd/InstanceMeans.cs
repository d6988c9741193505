using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>Maps that are the same all over an instance (Wang et al. 2018, section 3.4).</summary>
internal static class InstanceMeans
{
    /// <summary>Each pixel becomes its channel's mean over the instance that it belongs to; gradients pass.</summary>
    /// <param name="x">[N, C, H, W]</param>
    /// <param name="instances">[N, 1, H, W]: the place of an instance's first pixel, counted row by row in its own picture</param>
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

    /// <summary>Each element becomes the sum of all that lie in its instance.</summary>
    private static Tensor Summed(Tensor flat, Tensor places)
    {
        using var zeros = Tensor.Zeros(flat.Shape, flat.Device);
        using var sums = zeros.ScatterAdd(2, places, flat);
        return sums.Gather(2, places);
    }
}

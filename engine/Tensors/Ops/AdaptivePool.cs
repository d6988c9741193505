using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Taps of adaptive average pooling: output i is the mean from ⌊i · inputs / outputs⌋ to ⌈(i + 1) · inputs / outputs⌉.</summary>
internal static class AdaptiveTaps
{
    private static readonly TapCache<(int Inputs, int Outputs)> s_taps = new();

    /// <summary>The taps along an axis, cached.</summary>
    public static ResampleTaps Of(int inputs, int outputs) =>
        s_taps.Of((inputs, outputs), static key => Make(key.Inputs, key.Outputs));

    private static ResampleTaps Make(int inputs, int outputs)
    {
        var rows = new (int, float[])[outputs];
        for (var i = 0; i < outputs; i++)
        {
            var first = (int)((long)i * inputs / outputs);
            var end = (int)((((i + 1L) * inputs) + outputs - 1) / outputs);
            var weights = new float[end - first];
            Array.Fill(weights, (float)(1.0 / weights.Length));
            rows[i] = (first, weights);
        }

        return new ResampleTaps(inputs, rows);
    }
}

public static partial class TensorOps
{
    /// <summary>Adaptive average pooling as in PyTorch: the planes of x [N, C, H, W] get a size.</summary>
    public static Tensor AdaptiveAvgPool2d(this Tensor x, Size2d size)
    {
        ArgumentNullException.ThrowIfNull(x);
        return size == new Size2d(1, 1) ? x.GlobalAvgPool2d() : ResampleOp.Planes("adaptive_average_pool", x, size, AdaptiveTaps.Of);
    }

    /// <summary>The mean of each plane of x [N, C, H, W]: [N, C, 1, 1].</summary>
    public static Tensor GlobalAvgPool2d(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        _ = Planes.Of("global_average_pool", x.Shape);
        return x.Mean([-2, -1], keepDims: true);
    }

    /// <summary>The maximum of each plane of x [N, C, H, W]: [N, C, 1, 1]; the first of equal maxima gets the gradient.</summary>
    public static Tensor GlobalMaxPool2d(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (_, h, w) = Planes.Of("global_max_pool", x.Shape);
        return x.MaxPool2d(new PoolWindow((h, w)));
    }
}

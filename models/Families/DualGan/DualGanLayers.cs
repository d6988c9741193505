using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.DualGan;

/// <summary>
/// Layers of DualGAN's networks: convolutions of stride 2 with TensorFlow's SAME padding for even sides, and affine instance norms.
/// </summary>
internal static class DualGanLayers
{
    private const int WidestFactor = 8;
    private const float Epsilon = 1e-6f;

    /// <summary>Channels after that number of downsamplings, at least 1.</summary>
    public static int Width(int first, int halvings) => first * Math.Min(1 << (halvings - 1), WidestFactor);

    /// <summary>Half the side; kernels of 3 or 5.</summary>
    public static Conv2d Down(int from, int to, int kernel) => new(from, to, kernel, 2, Border(kernel));

    /// <summary>Twice the side; kernels of 3 or 5.</summary>
    public static ConvTranspose2d Up(int from, int to, int kernel) => new(from, to, kernel, 2, Border(kernel));

    public static InstanceNorm2d Norm(int channels) => new(channels, affine: true, epsilon: Epsilon, weight: InitialValue.DrawnAroundOne);

    /// <summary>
    /// The critic: downsamplings, then one score of the picture, [N, 1], or one more downsampling to scores of patches, [N, 1, H', W'].
    /// </summary>
    /// <param name="channels">of the pictures</param>
    /// <param name="o">width, downsamplings, kind and side</param>
    public static Sequential Critic(int channels, DualGanOptions o)
    {
        var model = new Sequential(Down(channels, o.Ndf, 5), new LeakyRelu());
        for (var level = 2; level <= o.NLayersD; level++)
        {
            var width = Width(o.Ndf, level);
            model.AppendAll(Down(Width(o.Ndf, level - 1), width, 3), Norm(width), new LeakyRelu());
        }

        var last = Width(o.Ndf, o.NLayersD);
        var side = o.CropSize >> o.NLayersD;
        return o.Critic == CriticKind.Patch
            ? model.Append(Down(last, 1, 3))
            : model.AppendAll(new Flatten(), new Linear(last * side * side, 1));
    }

    /// <summary>Margins of SAME: the padding of a convolution, or the cropping of a transposed convolution.</summary>
    private static Margins Border(int kernel) => ((kernel / 2) - 1, kernel / 2, (kernel / 2) - 1, kernel / 2);
}

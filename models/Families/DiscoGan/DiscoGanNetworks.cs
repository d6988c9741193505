using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.DiscoGan;

/// <summary>
/// DiscoGAN's networks (Kim et al. 2017): 4×4 convolutions of stride 2 without biases, with batch norm. Inside, pixels are in [0, 1].
/// </summary>
internal static class DiscoGanNetworks
{
    private const int Hidden = 64;

    /// <summary>[N, in, H, W] to [N, out, H, W], both in [−1, 1]: downsamplings, as many upsamplings, no skip connections.</summary>
    public static Layer Generator(int inputChannels, int outputChannels, int width, int downs)
    {
        var model = new Sequential(new Rescale(0.5f, 0.5f), Down(inputChannels, width), new LeakyRelu());
        for (var level = 1; level < downs; level++)
        {
            model.AppendAll(Down(width << (level - 1), width << level), new BatchNorm2d(width << level), new LeakyRelu());
        }

        for (var level = downs - 1; level > 0; level--)
        {
            model.AppendAll(Up(width << level, width << (level - 1)), new BatchNorm2d(width << (level - 1)), new Relu());
        }

        return model.AppendAll(Up(width, outputChannels), new Sigmoid(), new Rescale(2, -1));
    }

    /// <summary>
    /// [N, channels, H, W] in [−1, 1] to raw scores, [N, 1, 1, 1] at the smallest side: one child per downsampling, whose output is a
    /// feature, and the scores.
    /// </summary>
    public static Sequential Discriminator(int channels, int width, int downs)
    {
        var model = new Sequential(new Sequential(new Rescale(0.5f, 0.5f), Down(channels, width), new LeakyRelu()));
        for (var level = 1; level < downs; level++)
        {
            model.Append(new Sequential(Down(width << (level - 1), width << level), new BatchNorm2d(width << level), new LeakyRelu()));
        }

        return model.Append(new Conv2d(width << (downs - 1), 1, 4, bias: false));
    }

    /// <summary>[N, 2] to [N, outputs] through that number of hidden layers of 64, for points of the plane.</summary>
    public static Sequential Perceptron(int hidden, int outputs)
    {
        var model = new Sequential();
        for (var i = 0; i < hidden; i++)
        {
            model.AppendAll(new Linear(i == 0 ? 2 : Hidden, Hidden), new Relu());
        }

        return model.Append(new Linear(Hidden, outputs));
    }

    private static Conv2d Down(int from, int to) => new(from, to, 4, 2, 1, bias: false);

    private static ConvTranspose2d Up(int from, int to) => new(from, to, 4, 2, 1, bias: false);
}

namespace IlgpuGan.TestsCommon.Reference;

/// <summary>
/// Small generators and discriminators, written out layer by layer from their description, over tensors by state-dict key. The reference
/// for tests of whole networks.
/// </summary>
/// <param name="weights">Tensors by state-dict key.</param>
/// <param name="perInstance">Whether norms are instance norms (without tensors) or batch norms.</param>
internal sealed class NaiveNetworks(IReadOnlyDictionary<string, Array64> weights, bool perInstance)
{
    /// <summary>A U-Net with three downsamplings: [N, C, H, W] with sides that are multiples of 8.</summary>
    public Array64 UNet(Array64 x)
    {
        const string Outer = "model.model";
        const string Middle = $"{Outer}.1.model";
        const string Inner = $"{Middle}.3.model";
        var down1 = Conv(x, $"{Outer}.0", 2, 1);
        var down2 = Norm(Conv(Leaky(down1), $"{Middle}.1", 2, 1), $"{Middle}.2");
        var down3 = Conv(Leaky(down2), $"{Inner}.1", 2, 1);
        var up3 = Norm(Transposed(Relu(down3), $"{Inner}.3", 2, 1, 0), $"{Inner}.4");
        var up2 = Norm(Transposed(Relu(Naive.Concat(1, down2, up3)), $"{Middle}.5", 2, 1, 0), $"{Middle}.6");
        return Transposed(Relu(Naive.Concat(1, down1, up2)), $"{Outer}.3", 2, 1, 0).Map(Math.Tanh);
    }

    /// <summary>A ResNet generator with one block: [N, C, H, W] with sides that are multiples of 4.</summary>
    public Array64 ResNet(Array64 x)
    {
        var h = Relu(Norm(Conv(Reflect(x, 3), "model.1", 1, 0), "model.2"));
        h = Relu(Norm(Conv(h, "model.4", 2, 1), "model.5"));
        h = Relu(Norm(Conv(h, "model.7", 2, 1), "model.8"));
        var f = Relu(Norm(Conv(Reflect(h, 1), "model.10.conv_block.1", 1, 0), "model.10.conv_block.2"));
        f = Norm(Conv(Reflect(f, 1), "model.10.conv_block.5", 1, 0), "model.10.conv_block.6");
        h = Array64.Zip(h, f, (a, b) => a + b);
        h = Relu(Norm(Transposed(h, "model.11", 2, 1, 1), "model.12"));
        h = Relu(Norm(Transposed(h, "model.14", 2, 1, 1), "model.15"));
        return Conv(Reflect(h, 3), "model.18", 1, 0).Map(Math.Tanh);
    }

    /// <summary>
    /// The antialiased ResNet generator with one block, as CUT writes it down: halved by a blur [1, 2, 1] with stride 2, doubled by the
    /// filter [1, 3, 3, 1] over a plane with zeros in between.
    /// </summary>
    public Array64 AntialiasedResNet(Array64 x) => AntialiasedResNet(x, Norm);

    /// <summary>The same with layer norms in the decoder.</summary>
    public Array64 SmoothResNet(Array64 x) => AntialiasedResNet(
        x, (h, key) => Naive.GroupedNorm(h, i => $"{i[0]}", 1e-5f, weights[$"{key}.weight"], weights[$"{key}.bias"], channel: i => i[1]));

    private Array64 AntialiasedResNet(Array64 x, Func<Array64, string, Array64> norm)
    {
        var h = Relu(Norm(Conv(Reflect(x, 3), "model.1", 1, 0), "model.2"));
        h = Halved(Relu(Norm(Conv(h, "model.4", 1, 1), "model.5")));
        h = Halved(Relu(Norm(Conv(h, "model.8", 1, 1), "model.9")));
        var f = Relu(Norm(Conv(Reflect(h, 1), "model.12.conv_block.1", 1, 0), "model.12.conv_block.2"));
        f = Norm(Conv(Reflect(f, 1), "model.12.conv_block.5", 1, 0), "model.12.conv_block.6");
        h = Array64.Zip(h, f, (a, b) => a + b);
        h = Relu(norm(Conv(Doubled(h), "model.14", 1, 1), "model.15"));
        h = Relu(norm(Conv(Doubled(h), "model.18", 1, 1), "model.19"));
        return Conv(Reflect(h, 3), "model.22", 1, 0).Map(Math.Tanh);

        static Array64 Halved(Array64 x) => Naive.Blur(x, [1, 2, 1], down: 2, up: 1, PadMode.Reflect, before: 1, after: 1);

        static Array64 Doubled(Array64 x) => Naive.Blur(x, [1, 3, 3, 1], down: 1, up: 2, PadMode.Replicate, before: 2, after: 1);
    }

    /// <summary>A PatchGAN with two strided layers.</summary>
    public Array64 PatchGan(Array64 x)
    {
        var h = Leaky(Conv(x, "model.0", 2, 1));
        h = Leaky(Norm(Conv(h, "model.2", 2, 1), "model.3"));
        h = Leaky(Norm(Conv(h, "model.5", 1, 1), "model.6"));
        return Conv(h, "model.8", 1, 1);
    }

    private static Array64 Relu(Array64 x) => x.Map(v => Math.Max(v, 0));

    private static Array64 Leaky(Array64 x) => x.Map(v => v > 0 ? v : 0.2f * v);

    private static Array64 Reflect(Array64 x, int amount) => Naive.Pad(x, amount, amount, amount, amount, PadMode.Reflect, 0);

    private Array64 Conv(Array64 x, string key, int stride, int padding) =>
        Naive.Conv2d(x, weights[$"{key}.weight"], weights.GetValueOrDefault($"{key}.bias"), stride, padding, dilation: 1);

    private Array64 Transposed(Array64 x, string key, int stride, int padding, int outputPadding) =>
        Naive.ConvTranspose2d(
            x, weights[$"{key}.weight"], weights.GetValueOrDefault($"{key}.bias"), stride, padding, outputPadding, dilation: 1);

    private Array64 Norm(Array64 x, string key) =>
        Naive.Norm(x, weights.GetValueOrDefault($"{key}.weight"), weights.GetValueOrDefault($"{key}.bias"), 1e-5f, perInstance);
}

namespace IlgpuGan.Benchmarks.Layers;

/// <summary>
/// The convolutions of the GAN families' small configurations, 16 to 74 pixels wide, with their training batch sizes. A layer that occurs
/// several times in a family is listed once. The layers of "ladder" grow from one to the next: none should take less time than a smaller
/// one. TensorFlow's asymmetric padding is replaced by symmetric padding, with the same work.
/// </summary>
internal static class SmallLayers
{
    public static IReadOnlyList<ConvolutionLayer> All { get; } =
    [
        .. Of("dcgan", 64, "up4.64-128.1px 1 0, up4.128-64.4px 2 1, up4.64-32.8px 2 1, up4.32-3.16px 2 1, c4.3-32.32px 2 1, "
            + "c4.32-64.16px 2 1, c4.64-128.8px 2 1, c4.128-1.4px 1 0"),
        .. Of("wgan", 16, "up4.64-128.1px 1 0, up4.128-64.4px 2 1, up4.64-32.8px 2 1, up4.32-1.16px 2 1, c4.1-32.32px 2 1, "
            + "c4.32-64.16px 2 1, c4.64-128.8px 2 1, c4.128-1.4px 1 0"),
        .. Of("dcgan-up", 64, "c3.128-128.16px 1 1, c3.128-64.32px 1 1, c3.64-1.32px 1 1, c3.1-16.32px 2 1, c3.16-32.16px 2 1, "
            + "c3.32-64.8px 2 1, c3.64-128.4px 2 1"),
        .. Of("discogan", 64, "c4.3-16.32px 2 1, c4.16-32.16px 2 1, c4.32-64.8px 2 1, up4.64-32.4px 2 1, up4.32-16.8px 2 1, "
            + "up4.16-3.16px 2 1, c4.64-1.4px 1 0"),
        .. Of("dualgan", 1, "c5.3-16.64px 2 2, c3.16-32.32px 2 1, c3.32-64.16px 2 1, c3.64-128.8px 2 1, c3.128-128.4px 2 1, "
            + "c3.128-128.2px 2 1, up3.128-128.1px 2 1 1, up3.256-128.2px 2 1 1, up3.256-64.4px 2 1 1, up3.128-32.8px 2 1 1, "
            + "up3.64-16.16px 2 1 1, up5.32-3.32px 2 2 1"),
        .. Of("lapgan", 64, "c7.4-16.16px 1 3, c7.16-16.16px 1 3, c5.16-3.16px 1 2, c7.4-16.32px 1 3, c7.16-16.32px 1 3, "
            + "c5.16-3.32px 1 2, c5.3-16.16px 1 0, c5.16-16.12px 2 0, c5.3-16.32px 1 0, c5.16-16.28px 2 0"),
        .. Of("pggan", 16, "c3.32-32.4px 1 1, c3.32-32.8px 1 1, c3.32-32.16px 1 1, c3.32-16.32px 1 1, c3.16-16.32px 1 1, "
            + "c1.16-3.32px 1 0, c1.32-3.16px 1 0, c1.3-16.32px 1 0, c3.16-32.32px 1 1, c3.33-32.4px 1 1"),
        .. Of("began", 16, "c3.16-16.8px 1 1, c3.16-16.16px 1 1, c3.16-16.32px 1 1, c3.16-3.32px 1 1, c3.3-16.32px 1 1, "
            + "c3.16-32.16px 1 1, c3.32-32.16px 1 1, c3.32-48.8px 1 1, c3.48-48.8px 1 1"),
        .. Of("gman", 20, "up4.100-64.1px 4 0, up5.64-32.4px 2 2 1, up5.32-16.8px 2 2 1, up5.16-1.16px 2 2 1, c3.1-16.32px 2 1, "
            + "c3.16-32.16px 2 1, c3.32-64.8px 1 1"),
        .. Of("triple", 100, "c5.1-16.16px 1 0, c3.16-32.6px 1 1, c3.32-32.6px 1 0, c3.32-64.2px 1 1, c3.64-64.2px 1 1"),
        .. Of("stackgan", 32, "c1.128-32.4px 1 0, c3.32-32.4px 1 1, c3.32-128.4px 1 1, c3.128-64.8px 1 1, c1.64-16.8px 1 0, "
            + "c3.16-16.8px 1 1, c3.16-64.8px 1 1, c3.64-32.16px 1 1, c3.32-3.16px 1 1, c1.80-64.4px 1 0, c3.3-16.16px 1 1, "
            + "c3.48-64.8px 1 1, c3.64-64.8px 1 1, c3.32-16.32px 1 1, c3.16-3.32px 1 1, c4.3-32.16px 2 1, c4.32-64.8px 2 1, "
            + "c4.16-32.16px 2 1, c4.64-1.4px 4 0"),
        .. Of("singan", 1, "c3.3-16.74px 1 0, c3.16-16.74px 1 0, c3.16-3.74px 1 0"),
        .. Of("spade", 2, "c3.13-32.64px 1 1, c3.32-32.64px 1 1, c3.13-32.16px 1 1, c3.32-256.4px 1 1, c3.256-256.4px 1 1, "
            + "c3.32-256.8px 1 1, c3.256-128.8px 1 1, c3.128-64.16px 1 1, c3.64-32.32px 1 1, c3.32-16.64px 1 1, c3.16-3.64px 1 1, "
            + "c4.16-16.64px 2 2, c4.16-32.33px 2 2, c4.32-64.17px 1 2, c4.64-1.18px 1 2"),
        .. Of("pix2pixhd", 2, "c7.13-16.70px 1 0, c3.16-32.64px 2 1, c3.32-64.32px 2 1, c3.64-64.18px 1 0, up3.64-32.16px 2 1 1, "
            + "up3.32-16.32px 2 1 1, c7.16-3.70px 1 0"),
        .. Of("stargan", 8, "c7.7-16.64px 1 3, c4.16-32.64px 2 1, c4.32-64.32px 2 1, c3.64-64.16px 1 1, up4.64-32.16px 2 1, "
            + "up4.32-16.32px 2 1, c7.16-3.64px 1 3, c4.3-16.64px 2 1, c4.16-32.32px 2 1, c4.32-64.16px 2 1, c4.64-128.8px 2 1, "
            + "c4.128-256.4px 2 1"),
        .. Of("bicyclegan", 2, "c4.7-16.64px 2 1, c4.16-32.32px 2 1, c4.32-64.16px 2 1, c4.64-128.8px 2 1, c4.128-128.4px 2 1, "
            + "c4.128-128.2px 2 1, up4.128-128.1px 2 1, up4.256-128.2px 2 1, up4.256-64.4px 2 1, up4.128-32.8px 2 1, "
            + "up4.64-16.16px 2 1, up4.32-3.32px 2 1"),
        .. Of("cut", 1, "c7.3-16.70px 1 0, c3.16-32.64px 1 1, c3.32-64.32px 1 1, c3.64-64.18px 1 0, c3.64-32.32px 1 1, "
            + "c3.32-16.64px 1 1"),
        .. Of("ladder", 1, "c3.24-24.64px 1 1, c3.32-32.64px 1 1, c3.40-40.64px 1 1, c3.48-48.64px 1 1, c3.64-64.64px 1 1"),
        .. Of("ladder", 16, "c3.64-64.4px 1 1, c3.128-128.4px 1 1, c3.256-256.4px 1 1, c3.512-512.4px 1 1, c3.512-512.8px 1 1, "
            + "c4.256-256.4px 2 1, c4.512-512.4px 2 1, c4.512-512.8px 2 1"),
    ];

    /// <param name="layers">
    /// <c>c</c> or, transposed, <c>up</c>; then kernel, input and output channels, pixels; then stride, padding and output padding
    /// </param>
    private static IEnumerable<ConvolutionLayer> Of(string family, int batch, string layers)
    {
        foreach (var words in layers.Split(", ").Select(layer => layer.Split(' ')))
        {
            int[] numbers = [.. words[0].Trim('c', 'u', 'p', 'x').Split('.', '-').Concat(words[1..]).Select(
                word => int.Parse(word, CultureInfo.InvariantCulture))];
            yield return new ConvolutionLayer(
                $"{family}.{words[0]}", In: numbers[1], Out: numbers[2], Size: numbers[3], Kernel: numbers[0], Stride: numbers[4],
                Pad: numbers[5], Transposed: words[0][0] == 'u', OutputPad: numbers.ElementAtOrDefault(6), batch);
        }
    }
}

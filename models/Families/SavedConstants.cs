using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Families;

/// <summary>
/// Constants that original programs save beside a network's weights, and want back: the filters of CUT's blurs. The statistics that
/// StarGAN's norms collect are none: there are none here, and with others its pictures would be gray.
/// </summary>
internal static class SavedConstants
{
    private const string Filter = "filt";

    /// <summary>Whether a key is that of a filter.</summary>
    public static bool IsFilter(string key) => key.EndsWith("." + Filter, StringComparison.Ordinal);

    /// <summary>The constants of a network's layers under their keys.</summary>
    /// <param name="network">the network, with or without weights</param>
    /// <param name="prefix">put before each key</param>
    public static List<NamedArray> Of(Module network, string prefix = "")
    {
        var (constants, width) = (new List<NamedArray>(), 0);
        Visit(network, prefix);
        return constants;

        void Visit(Module module, string path)
        {
            width = (module is Reparameterized layer ? layer.Inner : module) switch
            {
                Conv2d convolution => convolution.Weight.Shape[0],
                ConvTranspose2d convolution => convolution.Weight.Shape[1] * convolution.Groups,
                _ => width,
            };
            switch (module)
            {
                case Blur { Kernel: [1, 2, 1], Down: 2, Edge: PadMode.Reflect } blur:
                    constants.Add(FilterOf(path + Filter, width, blur.Kernel, gain: 1));
                    break;
                case Upsample { Scale: 2, Mode: UpsampleMode.Bilinear }:
                    constants.Add(FilterOf(path + Filter, width, [1, 3, 3, 1], gain: 4));
                    break;
            }

            foreach (var (name, child) in module.Children)
            {
                Visit(child, $"{path}{name}.");
            }
        }
    }

    /// <summary>[C, 1, k, k]: for each channel the outer product of a line with itself, of the sum <paramref name="gain"/>.</summary>
    private static NamedArray FilterOf(string name, int channels, IReadOnlyList<float> line, float gain)
    {
        var sum = line.Sum();
        var filter = line.SelectMany(row => line.Select(column => row * column * gain / (sum * sum)));
        return NamedArray.From(
            name, [channels, 1, line.Count, line.Count], Enumerable.Repeat(filter, channels).SelectMany(values => values).ToArray());
    }
}

namespace IlgpuGan.Models.Networks;

/// <summary>Conventions shared by all networks.</summary>
internal static class Layers
{
    /// <summary>
    /// As in the reference, a convolution has a bias only before instance norm: not before batch norm, nor without a norm.
    /// </summary>
    public static bool HasBias(this NormKind norm) => norm == NormKind.Instance;

    /// <summary>
    /// A norm of that many channels. "None" is an identity layer, so that the following layers keep their state-dict keys.
    /// </summary>
    public static Layer Layer(this NormKind norm, int channels) => norm switch
    {
        NormKind.Batch => new BatchNorm2d(channels),
        NormKind.Instance => new InstanceNorm2d(channels),
        _ => new Identity(),
    };

    public static Sequential AppendAll(this Sequential sequence, params ReadOnlySpan<Layer> layers)
    {
        foreach (var layer in layers)
        {
            sequence.Append(layer);
        }

        return sequence;
    }
}

namespace IlgpuGan.Models.Networks;

/// <summary>Choices that all networks make alike.</summary>
internal static class Layers
{
    /// <summary>
    /// Convolutions have a bias before instance norm only, as in the reference: not before batch norm, and not without norm either.
    /// </summary>
    public static bool HasBias(this NormKind norm) => norm == NormKind.Instance;

    /// <summary>
    /// The norm of that number of channels; "none" is a layer, too, so that the following ones keep their state-dict keys.
    /// </summary>
    public static Layer Layer(this NormKind norm, int channels) => norm switch
    {
        NormKind.Batch => new BatchNorm2d(channels),
        NormKind.Instance => new InstanceNorm2d(channels),
        _ => new Identity(),
    };

    /// <summary>Adds layers at the end.</summary>
    public static Sequential AppendAll(this Sequential sequence, params ReadOnlySpan<Layer> layers)
    {
        foreach (var layer in layers)
        {
            sequence.Append(layer);
        }

        return sequence;
    }
}

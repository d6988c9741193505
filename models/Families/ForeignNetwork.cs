using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Families;

/// <summary>A network of a family's own published program, found in a file with its keys and shapes and no others.</summary>
/// <param name="Network">the corresponding network here</param>
/// <param name="Dropped">
/// keys that are ignored: statistics of instance norms, which here are each picture's own, and <paramref name="Filters"/>
/// </param>
/// <param name="Filters">the filters that the file holds too, as the network's layers have them: there they must be the same</param>
internal sealed record ForeignNetwork(RecognisedNetwork Network, IReadOnlyList<string> Dropped, IReadOnlyList<NamedArray> Filters)
{
    private static readonly string[] s_statistics = [".running_mean", ".running_var", ".num_batches_tracked"];

    /// <summary>The first network, of the first family, that has these tensors and no others.</summary>
    /// <param name="families">in the order of the search</param>
    /// <param name="shapes">of the file</param>
    /// <param name="name">the network's name in the file; null if the file has none</param>
    /// <exception cref="OptionsException">the network is larger or smaller than any here</exception>
    public static ForeignNetwork? Find(IEnumerable<Family> families, StateShapes shapes, string? name) => (
        from family in families
        from options in family.Guesses(shapes)
        from spec in family.Networks(options.Validated(family))
        where name is null || spec.Name == name
        select Match(spec, options, shapes)).FirstOrDefault(found => found is not null);

    private static ForeignNetwork? Match(NetworkSpec spec, TrainingOptions options, StateShapes shapes)
    {
        var network = spec.Create();
        var own = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor, StringComparer.Ordinal);
        string[] others = [.. shapes.All.Keys.Where(key => !own.ContainsKey(key))];
        var fits = own.All(t => shapes.All.TryGetValue(t.Key, out var shape)
            ? shape.AsSpan().SequenceEqual(t.Value.Shape.ToLongs())
            : t.Value.Role == TensorRole.Counter);
        if (!fits)
        {
            return null;
        }

        var filters = SavedConstants.Of(network).FindAll(constant =>
            shapes.All.TryGetValue(constant.Name, out var shape) && shape.SequenceEqual(constant.Shape));
        return others.All(key => filters.Exists(filter => filter.Name == key)
                || s_statistics.Any(end => key.EndsWith(end, StringComparison.Ordinal)))
            ? new ForeignNetwork(new RecognisedNetwork(spec.Name, options, spec.Create, HasKnownDirection: true), others, filters)
            : null;
    }
}

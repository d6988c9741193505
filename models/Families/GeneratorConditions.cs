namespace IlgpuGan.Models.Families;

/// <summary>
/// Inputs of a generator beside a picture; once they are bound, it is a layer from pictures to pictures.
/// </summary>
public sealed record GeneratorConditions
{
    /// <summary>Numbers of the random vector that chooses among its answers; 0 for none.</summary>
    public int Noise { get; init; }

    /// <summary>
    /// Sets of labels, their places one behind the other in its label vector; empty where it takes none. A label is of one set.
    /// </summary>
    public IReadOnlyList<LabelSet> Labels { get; init; } = [];

    /// <summary>
    /// Length of the label vector. Of several sets, a place for each comes last, which is 1 for the set that the label is of.
    /// </summary>
    public int LabelPlaces => LabelText.PlacesOf(Labels);

    /// <summary>The picture whose style it takes over; null for none.</summary>
    public StylePicture? Style { get; init; }

    /// <summary>The generator with its conditions fixed: a layer from [N, C, H, W] to [N, C', H, W].</summary>
    public required Func<StoredModules, ConditionValues, Layer> Bind { get; init; }
}

/// <summary>Labels of one data set.</summary>
/// <param name="Names">of the places</param>
/// <param name="Exclude">exactly one place is 1; else any of them may be</param>
public sealed record LabelSet(IReadOnlyList<string> Names, bool Exclude);

/// <summary>A picture whose style is taken over.</summary>
/// <param name="Channels">that the network reads</param>
/// <param name="Side">in pixels, to which it is scaled; of one with a label map, which keeps its size, the shortest that will do</param>
/// <param name="IsRequired">the generator has no other way to choose a style</param>
public sealed record StylePicture(int Channels, int Side, bool IsRequired = false)
{
    /// <summary>
    /// How the picture's own label map is read, where its style is taken over class by class; null where the picture is all that is asked
    /// for.
    /// </summary>
    public LabelInput? Labels { get; init; }
}

/// <summary>Networks of one file, by the names that checkpoints give them; each is loaded when it is first asked for.</summary>
public delegate Module StoredModules(string name);

/// <summary>Inputs of a generator beside the pictures, the same for all of them.</summary>
/// <param name="Noise">
/// [1, numbers]; null where the generator takes none, or a style picture takes its place. Beside one with a label map it decides what that
/// leaves open.
/// </param>
/// <param name="Label">[1, places] of 0 and 1; null where it takes none</param>
/// <param name="Style">[1, C, side, side] in [−1, 1]; null where there is none. With <see cref="StyleLabels"/> [1, C, H, W]</param>
public sealed record ConditionValues(Tensor? Noise, Tensor? Label, Tensor? Style)
{
    /// <summary>
    /// The planes of the style picture's own label map, [1, L, h, w]; null where it has none. They say what its upper left part of that
    /// size is; beyond it, the picture is padded by reflection to sides that a network accepts.
    /// </summary>
    public Tensor? StyleLabels { get; init; }
}

/// <summary>A network of several inputs as a layer of one, all others being fixed.</summary>
public sealed class BoundGenerator : Layer
{
    private readonly Func<Tensor, Tensor> _forward;

    /// <param name="network">whose mode and random keys are this layer's</param>
    /// <param name="forward">pictures [N, C, H, W] through the network</param>
    public BoundGenerator(Module network, Func<Tensor, Tensor> forward)
    {
        Add("network", network);
        _forward = forward;
    }

    public override Tensor Forward(Tensor x) => _forward(x);
}

namespace IlgpuGan.Models.Families;

/// <summary>
/// Inputs of a generator besides the picture. With these bound, the generator is a layer from pictures to pictures.
/// </summary>
public sealed record GeneratorConditions
{
    /// <summary>Length of the random vector that selects one of several outputs; 0 for none.</summary>
    public int Noise { get; init; }

    /// <summary>
    /// Sets of labels, concatenated in its label vector; empty if it takes no label. A label belongs to one set.
    /// </summary>
    public IReadOnlyList<LabelSet> Labels { get; init; } = [];

    /// <summary>
    /// Length of the label vector. With several sets, it ends with one element per set, which is 1 for the label's own set.
    /// </summary>
    public int LabelPlaces => LabelText.PlacesOf(Labels);

    /// <summary>The picture whose style it uses; null for none.</summary>
    internal StylePicture? Style { get; init; }

    /// <summary>In how many steps it translates, for a <see cref="SteppedGenerator"/>; null for one forward pass.</summary>
    public StepRange? Steps { get; init; }

    /// <summary>Whether seeds give different outputs, if need be in more steps than its default.</summary>
    public bool IsRandom => Noise > 0 || Steps is { RandomFrom: not null };

    /// <summary>Whether it takes more than a picture: noise, a label or a style.</summary>
    public bool HasInputs => Noise > 0 || Labels.Count > 0 || Style is not null;

    /// <summary>The generator with its conditions fixed: a layer from [N, C, H, W] to [N, C', H, W].</summary>
    public required Func<StoredModules, ConditionValues, Layer> Bind { get; init; }

    /// <summary>Those of a <see cref="SteppedGenerator"/> without other inputs.</summary>
    /// <param name="network">its name in checkpoints</param>
    /// <param name="steps">the numbers of steps</param>
    public static GeneratorConditions InSteps(string network, StepRange steps) => new()
    {
        Steps = steps,
        Bind = (load, given) =>
        {
            var generator = (SteppedGenerator)load(network);
            var taken = given.Steps ?? new TranslationSteps(steps.Default);
            return new BoundGenerator(generator, x => generator.Translate(x, taken));
        },
    };
}

/// <summary>Labels of one data set.</summary>
/// <param name="Names">one per element of the label vector</param>
/// <param name="Exclude">exactly one element is 1; else any number of them</param>
public sealed record LabelSet(IReadOnlyList<string> Names, bool Exclude)
{
    /// <summary>Whether no name is empty or stands twice, in whatever case: some file systems don't tell such folders apart.</summary>
    internal bool NamesEachOnce =>
        !Names.Any(string.IsNullOrEmpty) && Names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == Names.Count;
}

/// <summary>A picture whose style the output gets.</summary>
/// <param name="Channels">that the network reads</param>
/// <param name="Side">in pixels, to which it is scaled; for one with a label map, which keeps its size, the shortest allowed side</param>
/// <param name="IsRequired">the generator has no other way to choose a style</param>
internal sealed record StylePicture(int Channels, int Side, bool IsRequired = false)
{
    /// <summary>
    /// How the picture's own label map is read, if its style is used class by class; null if it needs no label map.
    /// </summary>
    public LabelInput? Labels { get; init; }
}

/// <summary>Networks of one file, by their names in checkpoints; each is loaded on first use.</summary>
public delegate Module StoredModules(string name);

/// <summary>The values of a generator's <see cref="GeneratorConditions"/>, the same for all pictures.</summary>
/// <param name="Noise">
/// [1, numbers]; null if the generator takes none, or a style picture replaces it. With a labelled style picture it is used for the classes
/// that the picture lacks.
/// </param>
/// <param name="Label">[1, places] of 0 and 1; null if it takes none</param>
/// <param name="Style">[1, C, side, side] in [−1, 1]; null if there is none. With <see cref="StyleLabels"/> [1, C, H, W]</param>
public sealed record ConditionValues(Tensor? Noise, Tensor? Label, Tensor? Style)
{
    /// <summary>
    /// The planes of the style picture's own label map, [1, L, h, w]; null if it has none. They label the upper left h × w pixels; the rest
    /// of the picture is reflection padding up to sides that a network accepts.
    /// </summary>
    public Tensor? StyleLabels { get; init; }

    /// <summary>The steps of a <see cref="SteppedGenerator"/>; null for its default.</summary>
    public TranslationSteps? Steps { get; init; }

    /// <summary>Gives back the memory of all tensors.</summary>
    internal void Release()
    {
        Noise?.Dispose();
        Label?.Dispose();
        Style?.Dispose();
        StyleLabels?.Dispose();
    }
}

/// <summary>A network with several inputs as a layer of the picture alone, with all other inputs fixed.</summary>
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

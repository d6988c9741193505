using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Families;

/// <summary>A family with its options' type: implements <see cref="IFamily"/> without casts in the derived classes.</summary>
public abstract class Family<TOptions> : IFamily
    where TOptions : TrainingOptions
{
    public abstract FamilyInfo Info { get; }

    public virtual IReadOnlyList<Claim> Claims => [];

    /// <summary>The options of one of <see cref="FamilyInfo.Presets"/>.</summary>
    protected abstract TOptions OfPreset(string preset);

    protected abstract TOptions AtSize(int side);

    /// <summary>See <see cref="IFamily.ForBenchmark"/>.</summary>
    protected virtual TOptions ForBenchmark(TOptions options) => options;

    /// <summary>See <see cref="IFamily.Completed"/>.</summary>
    protected virtual TOptions Completed(TOptions options) => options;

    protected abstract IReadOnlyList<NetworkSpec> Networks(TOptions options);

    protected abstract IReadOnlyList<GeneratorSpec> Generators(TOptions options);

    /// <summary>See <see cref="IFamily.Generation"/>.</summary>
    protected virtual GenerationSpec? Generation(TOptions options) => null;

    /// <summary>See <see cref="IFamily.GraphGenerators"/>.</summary>
    protected virtual IReadOnlyList<GraphGenerator> GraphGenerators(TOptions options) => [];

    protected abstract SampleSource OpenData(TOptions options, string split, bool forEvaluation);

    protected abstract bool HasSplit(TOptions options, string split);

    protected abstract Batch Noise(TOptions options, Device device);

    protected abstract GanModel Create(TOptions options, Device device);

    public virtual RecognisedNetwork? Recognise(ReferenceArchitecture architecture, string? name) => null;

    /// <summary>See <see cref="IFamily.Guesses"/>.</summary>
    protected virtual IEnumerable<TOptions> Guesses(StateShapes shapes) => [];

    IEnumerable<TrainingOptions> IFamily.Guesses(StateShapes shapes) => Guesses(shapes);

    TrainingOptions IFamily.Defaults(string preset) => Info.Presets.Any(p => p.Name == preset)
        ? OfPreset(preset)
        : throw new OptionsException(
            $"--preset {preset} is not one of {Info.Name}'s; it has {string.Join(", ", Info.Presets.Select(p => p.Name))}");

    TrainingOptions IFamily.AtSize(int side) => AtSize(side);

    TrainingOptions IFamily.ForBenchmark(TrainingOptions options) => ForBenchmark(Own(options));

    TrainingOptions IFamily.Completed(TrainingOptions options) => Completed(Own(options));

    IReadOnlyList<NetworkSpec> IFamily.Networks(TrainingOptions options) => Networks(Own(options));

    IReadOnlyList<GeneratorSpec> IFamily.Generators(TrainingOptions options) => Generators(Own(options));

    GenerationSpec? IFamily.Generation(TrainingOptions options) => Generation(Own(options));

    IReadOnlyList<GraphGenerator> IFamily.GraphGenerators(TrainingOptions options) => GraphGenerators(Own(options));

    SampleSource IFamily.OpenData(TrainingOptions options, string split, bool forEvaluation) =>
        OpenData(Own(options), split, forEvaluation);

    bool IFamily.HasSplit(TrainingOptions options, string split) => HasSplit(Own(options), split);

    Batch IFamily.Noise(TrainingOptions options, Device device) => Noise(Own(options), device);

    GanModel IFamily.Create(TrainingOptions options, Device device) => Create(Own(options), device);

    private TOptions Own(TrainingOptions options) => options as TOptions
        ?? throw new ArgumentException($"options of {options.Model} can't be used for {Info.Name}", nameof(options));
}

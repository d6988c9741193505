using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Families;

/// <summary>
/// The description of a family of GANs. Training, checkpoints, translation, evaluation, export, benchmarks and the command line read it
/// and name no family themselves. Stateless; <see cref="FamilyCatalog"/> lists all families.
/// </summary>
public abstract class Family
{
    public abstract FamilyInfo Info { get; }

    /// <summary>The options of a preset, before the user's own choices.</summary>
    /// <exception cref="OptionsException">the family has no such preset; the message lists its presets</exception>
    public TrainingOptions Defaults(string preset = TrainingOptions.ReferencePreset) =>
        Info.Presets.FirstOrDefault(p => p.Name == preset)?.Options() ?? throw new OptionsException(
            $"--preset {preset} is not one of {Info.Name}'s; it has {string.Join(", ", Info.Presets.Select(p => p.Name))}");

    /// <summary>The published configuration for pictures of another size, with fitting networks.</summary>
    /// <param name="side">in pixels</param>
    public abstract TrainingOptions AtSize(int side);

    /// <summary>
    /// Options for measuring a step without data. Options that come from a data set, such as label names, are made up, and the step is one
    /// of the phase in which training spends most of its time.
    /// </summary>
    public abstract TrainingOptions ForBenchmark(TrainingOptions options);

    /// <summary>
    /// Sets the options that come from the data set, such as the number of classes or the size of a single picture; called before a run
    /// is checked and started. A run stores them, so that its networks can be rebuilt without the data.
    /// </summary>
    /// <exception cref="PictureException">files are missing or invalid</exception>
    public abstract TrainingOptions Completed(TrainingOptions options);

    /// <summary>
    /// The options, <see cref="Completed"/> and valid, and the training split. What was decoded to complete them, a check of the split
    /// does not decode again.
    /// </summary>
    /// <exception cref="PictureException">folders or pictures are missing or invalid</exception>
    /// <exception cref="OptionsException">options are invalid, or don't fit the data set</exception>
    internal virtual (TrainingOptions Options, SampleSource Train) OpenTraining(TrainingOptions options)
    {
        var completed = Completed(options).Validated(this);
        return (completed, OpenData(completed, "train"));
    }

    /// <summary>Networks in the order of their initialisation, generators first.</summary>
    public abstract IReadOnlyList<NetworkSpec> Networks(TrainingOptions options);

    /// <summary>Inputs and outputs of each generator; the first is the default.</summary>
    public abstract IReadOnlyList<GeneratorSpec> Generators(TrainingOptions options);

    /// <summary>
    /// Inputs and supported options of <see cref="GanModel.Generate"/>; null for a family that only translates.
    /// </summary>
    public abstract GenerationSpec? Generation(TrainingOptions options);

    /// <summary>Whether its models generate pictures and do not translate.</summary>
    internal bool OnlyGenerates(TrainingOptions options) => Generation(options) is not null && Generators(options).Count == 0;

    /// <summary>Generators whose input is not a single picture, with the inputs and outputs of their exported graphs.</summary>
    public abstract IReadOnlyList<GraphGenerator> GraphGenerators(TrainingOptions options);

    /// <summary>A split of the data set of the options.</summary>
    /// <param name="options">with the data set and its preprocessing</param>
    /// <param name="split"><c>train</c>, <c>val</c>, <c>test</c></param>
    /// <param name="forEvaluation">deterministic: no flips, no random crops, sorted by name</param>
    /// <exception cref="PictureException">folders or pictures are missing</exception>
    public abstract SampleSource OpenData(TrainingOptions options, string split, bool forEvaluation = false);

    /// <summary>Whether the data set has this split.</summary>
    public abstract bool HasSplit(TrainingOptions options, string split);

    /// <summary>A batch of noise with the shapes of a training batch, for measuring steps.</summary>
    public abstract Batch Noise(TrainingOptions options, Device device);

    /// <summary>The model with new weights, initialised from the options' seed.</summary>
    public abstract GanModel Create(TrainingOptions options, Device device);

    /// <summary>A network of another program, recognised by its tensors.</summary>
    /// <param name="architecture">inferred from the tensors</param>
    /// <param name="name">its name in the keys; null if they have none</param>
    /// <returns>null if it does not belong to this family</returns>
    /// <exception cref="OptionsException">the network is larger or smaller than supported</exception>
    internal virtual RecognisedNetwork? Recognise(ReferenceArchitecture architecture, string? name) => null;

    /// <summary>The family's generators that imitate a trained one; null if it has none for such a teacher.</summary>
    /// <param name="teacher">the trained generator's options, with its own direction and channels</param>
    /// <param name="path">its run or file</param>
    internal virtual StudentSpec? Students(TrainingOptions teacher, string path) => null;

    /// <summary>
    /// Candidate options under which a network of the family has these tensors, inferred from a few of them; empty if the keys are not the
    /// family's.
    /// </summary>
    internal virtual IEnumerable<TrainingOptions> Guesses(StateShapes shapes) => [];
}

/// <summary>Generators that imitate a trained one, and differ from it only in width.</summary>
/// <param name="TeacherWidth">channels of the trained generator's first layer</param>
/// <param name="Side">side in pixels of its pictures</param>
/// <param name="Channels">channels of its inputs</param>
/// <param name="OfWidth">the options to train one of them, without data and length</param>
/// <param name="Untaught">the same without the teacher, to compare</param>
internal sealed record StudentSpec(
    int TeacherWidth, int Side, int Channels, Func<int, TrainingOptions> OfWidth, Func<int, TrainingOptions> Untaught);

/// <summary>A family with its options' type: the derived classes implement each member for it, without casts.</summary>
public abstract class Family<TOptions> : Family
    where TOptions : TrainingOptions
{
    public abstract override TOptions AtSize(int side);

    public sealed override TrainingOptions ForBenchmark(TrainingOptions options) => ForBenchmark(Own(options));

    public sealed override TrainingOptions Completed(TrainingOptions options) => Completed(Own(options));

    public sealed override IReadOnlyList<NetworkSpec> Networks(TrainingOptions options) => Networks(Own(options));

    public sealed override IReadOnlyList<GeneratorSpec> Generators(TrainingOptions options) => Generators(Own(options));

    public sealed override GenerationSpec? Generation(TrainingOptions options) => Generation(Own(options));

    public sealed override IReadOnlyList<GraphGenerator> GraphGenerators(TrainingOptions options) => GraphGenerators(Own(options));

    public sealed override SampleSource OpenData(TrainingOptions options, string split, bool forEvaluation) =>
        OpenData(Own(options), split, forEvaluation);

    public sealed override bool HasSplit(TrainingOptions options, string split) => HasSplit(Own(options), split);

    public sealed override Batch Noise(TrainingOptions options, Device device) => Noise(Own(options), device);

    public sealed override GanModel Create(TrainingOptions options, Device device) => Create(Own(options), device);

    protected virtual TOptions ForBenchmark(TOptions options) => options;

    protected virtual TOptions Completed(TOptions options) => options;

    protected abstract IReadOnlyList<NetworkSpec> Networks(TOptions options);

    protected abstract IReadOnlyList<GeneratorSpec> Generators(TOptions options);

    protected virtual GenerationSpec? Generation(TOptions options) => null;

    protected virtual IReadOnlyList<GraphGenerator> GraphGenerators(TOptions options) => [];

    protected abstract SampleSource OpenData(TOptions options, string split, bool forEvaluation);

    protected abstract bool HasSplit(TOptions options, string split);

    protected abstract Batch Noise(TOptions options, Device device);

    protected abstract GanModel Create(TOptions options, Device device);

    private TOptions Own(TrainingOptions options) => options as TOptions
        ?? throw new ArgumentException($"options of {options.Model} can't be used for {Info.Name}", nameof(options));
}

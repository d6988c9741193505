using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats.Reference;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Families;

/// <summary>
/// All that the program knows of a family of GANs, said once: training, checkpoints, translation, evaluation, export, benchmarks and the
/// command line read it here and name no family themselves. Stateless; <see cref="FamilyCatalog"/> lists all.
/// </summary>
public interface IFamily
{
    FamilyInfo Info { get; }

    /// <summary>The options of a preset, before the user's own choices.</summary>
    /// <exception cref="OptionsException">the family has no such preset; the message lists those that it has</exception>
    TrainingOptions Defaults(string preset = TrainingOptions.ReferencePreset);

    /// <summary>The published configuration for pictures of another side, with the networks that suit it.</summary>
    /// <param name="side">in pixels</param>
    TrainingOptions AtSize(int side);

    /// <summary>
    /// Options for measuring a step without data: with what only data could tell, such as the names of labels, made up, and in the phase
    /// that takes most of a training.
    /// </summary>
    TrainingOptions Measured(TrainingOptions options) => options;

    /// <summary>
    /// Options with what only the data set can tell put into them, before a run begins and is checked: how many classes of labels there
    /// are, the size of the one picture. A run keeps them, so that its networks can be built again without the data.
    /// </summary>
    /// <exception cref="DataException">files are missing or can't be used</exception>
    TrainingOptions Completed(TrainingOptions options) => options;

    /// <summary>Networks in the order in which they draw their weights, generators first.</summary>
    IReadOnlyList<NetworkSpec> Networks(TrainingOptions options);

    /// <summary>What each generator makes of what; the first is the one that is meant where nobody says which.</summary>
    IReadOnlyList<GeneratorSpec> Generators(TrainingOptions options);

    /// <summary>
    /// What pictures are made from where nobody gives one to translate, and what may be asked of it; null for a family that only
    /// translates. Its model then makes them: <see cref="GanModel.Generate"/>.
    /// </summary>
    GenerationSpec? Generation(TrainingOptions options) => null;

    /// <summary>One split of the data set that options name.</summary>
    /// <param name="options">whose data, and how they are prepared</param>
    /// <param name="split"><c>train</c>, <c>val</c>, <c>test</c></param>
    /// <param name="forEvaluation">without chance: no mirroring, no random crops, in the order of names</param>
    /// <exception cref="DataException">folders or pictures are missing</exception>
    SampleSource OpenData(TrainingOptions options, string split, bool forEvaluation = false);

    /// <summary>Whether the data set has a split of that name.</summary>
    bool HasSplit(TrainingOptions options, string split);

    /// <summary>A batch of noise with the shapes of a training batch, for measuring steps.</summary>
    Batch Noise(TrainingOptions options, Device device);

    /// <summary>The model with fresh weights drawn from the options' seed.</summary>
    GanModel Create(TrainingOptions options, Device device);

    /// <summary>A network of another program, told by its tensors.</summary>
    /// <param name="architecture">what was found</param>
    /// <param name="name">what its keys call it; null where they don't</param>
    /// <returns>null where it is none of this family's</returns>
    /// <exception cref="OptionsException">the network is larger or smaller than any here</exception>
    RecognisedNetwork? Recognise(ReferenceArchitecture architecture, string? name) => null;

    /// <summary>
    /// Options under which a network of the family could have these tensors: a guess from a few of them, none where the family has no such
    /// keys.
    /// </summary>
    IEnumerable<TrainingOptions> Guesses(StateShapes shapes) => [];

    /// <summary>Tables of the paper that can be tried in small.</summary>
    IReadOnlyList<Experiment> Experiments => [];

    /// <summary>What the paper claims of the family, to be tried against others; null where none is written down yet.</summary>
    Claim? Claim => null;
}

/// <summary>What a person is told of a family.</summary>
public sealed record FamilyInfo
{
    /// <summary>On the command line and in files.</summary>
    public required string Name { get; init; }

    /// <summary>As its authors write it.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence: what it learns.</summary>
    public required string Summary { get; init; }

    /// <summary>Authors and year, title, venue.</summary>
    public required string Paper { get; init; }

    /// <summary>What the data folder holds.</summary>
    public required string Data { get; init; }

    /// <summary>Whether a sample's pictures belong together: the target is known.</summary>
    public required bool LearnsFromPairs { get; init; }

    /// <summary>Whether the data set may be a single file.</summary>
    public bool LearnsFromOneFile { get; init; }

    /// <summary>What a person has who had best begin with this family; null where another one comes first.</summary>
    public Material? FirstChoiceFor { get; init; }

    /// <summary>What the generator takes.</summary>
    public required string Input { get; init; }

    /// <summary>The first is the default.</summary>
    public required IReadOnlyList<FamilyPreset> Presets { get; init; }

    /// <summary>Losses that measure the results, lower being better: their sum is what the plateau policy watches.</summary>
    public required IReadOnlyList<string> QualityLosses { get; init; }

    /// <summary>What <see cref="GanModel.Show"/> shows, from left to right.</summary>
    public required IReadOnlyList<string> Views { get; init; }

    /// <summary>
    /// Whether what is learnt from a batch is the mean of what is learnt from each of its samples: where a loss depends on several, the
    /// model lets them meet (<see cref="GanModel.MeanOverSamples"/>, <see cref="GanModel.InOrderOf"/>), as norms of a batch do by
    /// themselves.
    /// </summary>
    public bool LearnsBySample { get; init; }

    /// <summary>Held-out samples of which a run shows what the networks do with them; 1 where what is shown depends on none.</summary>
    public int SamplesShown { get; init; } = 4;

    /// <summary>
    /// Of <see cref="Views"/> the picture that is made of a sample, and the real one that it is held against; null where there is no such.
    /// </summary>
    public (string Made, string Real)? Judged { get; init; }

    /// <summary>Generators whose forward pass <c>bench infer</c> times, by their names.</summary>
    public IReadOnlyList<string> BenchGenerators { get; init; } = [];
}

/// <summary>A configuration to start from.</summary>
/// <param name="Name">on the command line</param>
/// <param name="Summary">one sentence</param>
public sealed record FamilyPreset(string Name, string Summary);

/// <summary>What a network is for.</summary>
public enum NetworkRole
{
    Generator,
    Discriminator,
    Encoder,
    Projection,
    Classifier,
}

/// <summary>A network of a model.</summary>
/// <param name="Name">that checkpoints give it: <c>netG</c>, <c>netD_A</c>, …</param>
/// <param name="Role">what it is for</param>
/// <param name="Create">makes it, without weights yet</param>
public sealed record NetworkSpec(string Name, NetworkRole Role, Func<Module> Create)
{
    /// <summary>Distribution of its first weights; null for that of the options.</summary>
    public Initialization? InitType { get; init; }

    /// <summary>Their scale; null for that of the options.</summary>
    public float? InitGain { get; init; }
}

/// <summary>What a generator turns into what.</summary>
/// <param name="Network">its name in checkpoints</param>
/// <param name="Direction">from which domain to which</param>
/// <param name="InputChannels">channels that it reads</param>
/// <param name="OutputChannels">channels that it makes</param>
/// <param name="SideMultiple">both sides of a picture must be multiples of this</param>
/// <param name="SmallestSide">and no shorter than this</param>
/// <param name="Description">the network for messages: <c>unet256</c></param>
public sealed record GeneratorSpec(
    string Network, Direction Direction, int InputChannels, int OutputChannels, int SideMultiple, int SmallestSide, string Description)
{
    /// <summary>What it takes beside a picture; null where a picture is all.</summary>
    public GeneratorConditions? Conditions { get; init; }

    /// <summary>How the planes of a label map are made, where the generator reads one; else null.</summary>
    public LabelInput? Labels { get; init; }

    /// <summary>The shortest side that the network takes and that a picture's fits into.</summary>
    internal int RoundedUp(int side) => Math.Max(SmallestSide, (side + SideMultiple - 1) / SideMultiple * SideMultiple);
}

/// <summary>A label map as a generator reads it.</summary>
/// <param name="Coding">what its numbers or colours mean</param>
/// <param name="HasBorders">whether a plane of the borders between classes follows</param>
/// <param name="Side">the only side that the generator takes; null where any multiple will do</param>
public sealed record LabelInput(LabelCoding Coding, bool HasBorders, int? Side = null);

/// <summary>A network of another program.</summary>
/// <param name="Name">what a run calls it</param>
/// <param name="Options">those that fit it: what its tensors say, and defaults for the rest</param>
/// <param name="Create">makes it, without weights yet</param>
/// <param name="KnowsItsDirection">false for a lone generator that could be either</param>
public sealed record RecognisedNetwork(string Name, TrainingOptions Options, Func<Module> Create, bool KnowsItsDirection);

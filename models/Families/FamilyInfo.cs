using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.Models.Families;

/// <summary>A family's metadata, for help texts, listings and reports.</summary>
public sealed record FamilyInfo
{
    /// <summary>The name on the command line and in files.</summary>
    public required string Name { get; init; }

    /// <summary>The name as its authors write it.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence about what it learns.</summary>
    public required string Summary { get; init; }

    /// <summary>Authors and year, title, venue.</summary>
    public required string Paper { get; init; }

    /// <summary>Contents of the data folder.</summary>
    public required string Data { get; init; }

    /// <summary>The kind of these contents.</summary>
    public required DataKind LearnsFrom { get; init; }

    /// <summary>The kind of <see cref="Data.DrawnData"/> that the small preset learns from.</summary>
    public string DrawnData
    {
        get => field ?? LearnsFrom switch
        {
            DataKind.Pairs => "facades",
            DataKind.Labelled => "attributes",
            DataKind.Pictures => "glyphs",
            _ => "day-night",
        };
        init;
    }

    /// <summary>Whether samples are pairs, with a known target.</summary>
    public bool LearnsFromPairs => LearnsFrom == DataKind.Pairs;

    /// <summary>Whether the data set may be a single file.</summary>
    public bool LearnsFromOneFile => LearnsFrom == DataKind.OnePicture;

    /// <summary>The training data for which this family is recommended; null if another one is.</summary>
    public DataSituation? FirstChoiceFor { get; init; }

    /// <summary>The generator's inputs.</summary>
    public required string Input { get; init; }

    /// <summary>The first is the default.</summary>
    public required IReadOnlyList<FamilyPreset> Presets { get; init; }

    /// <summary>Losses that measure the outputs (lower is better); the plateau policy follows their sum, and needs some.</summary>
    public IReadOnlyList<string> QualityLosses { get; init; } = [];

    /// <summary>The pictures of <see cref="GanModel.Show"/>, from left to right.</summary>
    public required IReadOnlyList<string> Views { get; init; }

    /// <summary>
    /// Whether the gradient of a batch is the mean of its samples' gradients, so that samples can be computed one by one. A loss that
    /// depends on several samples exchanges their values by <see cref="GanModel.MeanOverSamples"/> and <see cref="GanModel.SortedBy"/>;
    /// batch norms do so themselves.
    /// </summary>
    public bool LearnsBySample { get; init; } = true;

    /// <summary>Number of held-out samples that a run shows; 1 if its samples do not depend on data.</summary>
    public int SamplesShown { get; init; } = 4;

    /// <summary>Whether a run's samples are made from pictures of a data set with splits.</summary>
    internal bool ShowsData => SamplesShown > 1 && !LearnsFromOneFile;

    /// <summary>
    /// The two of <see cref="Views"/> that <see cref="PictureOptions.KeepBest"/> compares, a sample's output and its real picture; null if
    /// there are none.
    /// </summary>
    public ComparedViews? ComparedViews { get; init; }

    /// <summary>Generators whose forward pass <c>bench infer</c> times, by their names.</summary>
    public IReadOnlyList<string> BenchGenerators { get; init; } = [];
}

/// <summary>Two of a family's views that are compared with each other.</summary>
/// <param name="Made">the output</param>
/// <param name="Real">its real picture</param>
public readonly record struct ComparedViews(string Made, string Real);

/// <summary>What families learn from, in the order of listings.</summary>
public enum DataKind
{
    Pairs,
    TwoSets,
    Labelled,
    OnePicture,
    Pictures,
}

/// <summary>A named configuration.</summary>
/// <param name="Name">on the command line</param>
/// <param name="Summary">one sentence</param>
/// <param name="Options">makes its options</param>
public sealed record FamilyPreset(string Name, string Summary, Func<TrainingOptions> Options);

/// <summary>The role of a network.</summary>
public enum NetworkRole
{
    Generator,
    Discriminator,
    Encoder,
    Projection,
    Classifier,
}

/// <summary>A network of a model.</summary>
/// <param name="Name">in checkpoints: <c>netG</c>, <c>netD_A</c>, …</param>
/// <param name="Role">generator, discriminator, …</param>
/// <param name="Create">creates it, not yet initialised</param>
public sealed record NetworkSpec(string Name, NetworkRole Role, Func<Module> Create)
{
    /// <summary>Distribution of its initial weights; null for that of the options.</summary>
    public Initialization? InitType { get; init; }

    /// <summary>Scale of its initial weights; null for that of the options.</summary>
    public float? InitGain { get; init; }
}

/// <summary>Inputs and output of a generator.</summary>
public sealed record GeneratorSpec
{
    /// <summary>Its name in checkpoints.</summary>
    public required string Network { get; init; }

    /// <summary>From which domain to which.</summary>
    public required Direction Direction { get; init; }

    /// <summary>Channels of its input.</summary>
    public required int InputChannels { get; init; }

    /// <summary>Channels of its output.</summary>
    public required int OutputChannels { get; init; }

    /// <summary>Both sides of a picture must be multiples of this.</summary>
    public required int SideMultiple { get; init; }

    /// <summary>Both sides must be at least this.</summary>
    public required int SmallestSide { get; init; }

    /// <summary>The network for messages: <c>unet256</c>.</summary>
    public required string Description { get; init; }

    /// <summary>Its inputs besides the picture; null if there are none.</summary>
    public GeneratorConditions? Conditions { get; init; }

    /// <summary>The encoding of a label map as planes, if the generator takes one; else null.</summary>
    public LabelInput? Labels { get; init; }

    /// <summary>
    /// Makes of a network that reads and makes other planes one from pictures to pictures, of which the channels above are; null if it is
    /// one. Such a network learns from whole pictures, not from pairs side by side, and what it makes is the colours of a lightness.
    /// </summary>
    internal Func<Layer, Layer>? OnPictures { get; init; }

    /// <summary>The only width, in pixels, of a graph of one width; null if any is accepted. Smaller pictures are extended.</summary>
    public int? FixedWidth { get; init; }

    /// <summary>The only height, likewise.</summary>
    public int? FixedHeight { get; init; }

    /// <summary>Whether the network itself reads pictures; otherwise translation and exported graphs put around it what does.</summary>
    public bool ReadsPictures => OnPictures is null;

    /// <summary>The network as one from pictures to pictures.</summary>
    internal Layer Shown(Layer network) => OnPictures?.Invoke(network) ?? network;

    /// <summary>The smallest size, at least a picture's, that the network accepts.</summary>
    internal (int Width, int Height) RoundedUp(int width, int height) =>
        (Math.Max(FixedWidth ?? 0, RoundedUp(width)), Math.Max(FixedHeight ?? 0, RoundedUp(height)));

    /// <summary>The smallest side, at least a picture's, that the network accepts.</summary>
    internal int RoundedUp(int side) => Math.Max(SmallestSide, (side + SideMultiple - 1) / SideMultiple * SideMultiple);
}

/// <summary>A generator whose exported graph takes a vector, or a coarse picture and a label, instead of a single picture.</summary>
/// <param name="Network">its name in checkpoints</param>
/// <param name="Inputs">in the order of <see cref="Module.Export"/></param>
/// <param name="Output">extents of one output sample: C, H and W of a picture, or the number of coordinates of a point</param>
public sealed record GraphGenerator(string Network, IReadOnlyList<GraphInput> Inputs, params IReadOnlyList<int> Output)
{
    /// <summary>A generator of vectors.</summary>
    /// <param name="network">its name in checkpoints</param>
    /// <param name="numbers">length of the vector: noise followed by label, or a point's coordinates</param>
    /// <param name="output">see <see cref="Output"/></param>
    public GraphGenerator(string network, int numbers, params IReadOnlyList<int> output)
        : this(network, [new GraphInput("input", numbers)], output)
    {
    }
}

/// <summary>An input of a <see cref="GraphGenerator"/>.</summary>
/// <param name="Name">in the graph</param>
/// <param name="Extents">of one sample</param>
public sealed record GraphInput(string Name, params IReadOnlyList<int> Extents);

/// <summary>The encoding of label maps for a generator.</summary>
/// <param name="Coding">meaning of its numbers or colours</param>
/// <param name="HasBorders">whether a plane of the borders between classes follows</param>
/// <param name="Side">the only side that the generator accepts; null if any multiple is accepted</param>
public sealed record LabelInput(LabelCoding Coding, bool HasBorders, int? Side = null);

/// <summary>A network of another program.</summary>
/// <param name="Name">its name in a run</param>
/// <param name="Options">inferred from its tensors, with defaults for the rest</param>
/// <param name="Create">creates it, not yet initialised</param>
/// <param name="HasKnownDirection">false for a single generator of unknown direction</param>
internal sealed record RecognisedNetwork(string Name, TrainingOptions Options, Func<Module> Create, bool HasKnownDirection);

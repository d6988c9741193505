using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families;

/// <summary>Options of a family that generates photographs from label maps.</summary>
public abstract record LabelMapOptions : PictureOptions, IAdversarialOptions
{
    /// <summary>Number of classes of the facades' label maps, for measurements without data.</summary>
    internal const int FacadeClasses = 12;

    /// <summary>Number of classes; 0 for as many as the label maps of the data have.</summary>
    [Option("Number of classes; 0 for as many as the label maps of the data have.", Least = 0, Most = LabelCoding.Unknown)]
    public int LabelNc { get; init; }

    /// <summary>Give pixels of unknown class (255) their own plane; the default if classes are read from data with such pixels.</summary>
    [Option(
        "Give pixels of unknown class (255) their own plane; the default if classes are read from data with such pixels.",
        Off = "There are no pixels of unknown class.")]
    public bool ContainDontcareLabel { get; init; }

    /// <summary>Colours of the classes 0, 1, … in colour-coded label maps; read from the data by default.</summary>
    [Option("Colours of the classes 0, 1, … in colour-coded label maps; read from the data by default.", Values = "RRGGBB,RRGGBB,…")]
    public string Palette { get; init; } = "";

    /// <summary>Colours of the class numbers in the palettes of the training's label maps.</summary>
    [Option("Colours of the class numbers in the palettes of the training's label maps.", FromData = true)]
    public string IndexColours { get; init; } = "";

    /// <summary>Add an input plane of the borders between instances, or between classes if the data have no instance maps.</summary>
    [Option(
        "Add an input plane of the borders between instances, or between classes if the data have no instance maps.",
        Off = "No plane of borders.",
        Why = "A label map does not separate touching objects of one class; their borders do (arXiv 1711.11585, " +
            "section 3.3).")]
    public bool Instance { get; init; } = true;

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Lsgan;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    /// <summary>
    /// Weights of a VGG-19 for the perceptual loss: torchvision's file, or safetensors with the same keys; no such loss without it.
    /// </summary>
    [Option(
        "Weights of a VGG-19 for the perceptual loss: torchvision's file, or safetensors with the same keys; " +
            "no such loss without it.",
        Values = "FILE", MayChange = true)]
    public string Vgg { get; init; } = "";

    /// <summary>Weight of the VGG-19 perceptual loss.</summary>
    [Option("Weight of the VGG-19 perceptual loss.", Least = 0, Most = 1e9)]
    public float LambdaVgg { get; init; } = 10;

    /// <summary>Whether its inputs are label maps.</summary>
    internal virtual bool ReadsLabelMaps => true;

    /// <summary>Whether its networks read the instance that each pixel belongs to.</summary>
    internal virtual bool ReadsInstances => false;

    /// <summary>Whether all pixels of a class form one instance, even with instance maps.</summary>
    internal virtual bool InstancesAreClasses => false;

    /// <summary>The perceptual loss; null if the options have none.</summary>
    /// <exception cref="IOException">the file can't be read, or does not hold a VGG-19</exception>
    internal VggPerceptual? OpenVgg(Device device) => Vgg.Length > 0 && LambdaVgg > 0 ? VggPerceptual.Open(Vgg, device) : null;

    /// <summary>Number of planes of the encoding: one per class, and one for unknown pixels.</summary>
    internal int LabelPlanes => Math.Max(1, Coding.Planes);

    /// <summary>Number of input planes of the networks: those of the labels, and one of the borders if they are used.</summary>
    internal int InputPlanes => LabelPlanes + (Instance ? 1 : 0);

    /// <summary>The coding of label maps; with a palette its colours are the classes.</summary>
    internal LabelCoding Coding => ReadsLabelMaps && Palette.Length > 0 && ParsePalette() is { } colours
        ? new(colours.Count, ContainDontcareLabel, new LabelPalette(colours))
        : new(LabelNc, ContainDontcareLabel, null) { IndexColours = [.. ParseIndexColours()] };

    /// <summary>
    /// The options with the number of classes, and without colours of indices, which a file of settings has of other maps; null if the
    /// classes are to be found in the label maps.
    /// </summary>
    /// <exception cref="OptionsException">the folders of the data contradict the direction</exception>
    internal LabelMapOptions? WithKnownClasses()
    {
        if (!ReadsLabelMaps)
        {
            return this;
        }

        var hasFolders = LabelFolders.Exist(Data, "train");
        return hasFolders && Direction == Direction.BToA
            ? throw new OptionsException(
                "--direction BtoA has no meaning for the folders train_label and train_img, which name the maps and the photographs")
            : Palette.Length > 0 ? this with { LabelNc = ParsePalette()!.Count, IndexColours = "" }
            : LabelNc > 0 && hasFolders ? this with { IndexColours = "" }
            : null;
    }

    /// <summary>The options with the classes and colours of a data set.</summary>
    /// <exception cref="OptionsException">another number of classes is asked for</exception>
    internal LabelMapOptions With(LabelCoding coding)
    {
        // The last numbers may be in none of the maps; the colour of a class that is in none is not known.
        if (LabelNc > 0 && (LabelNc < coding.Classes || (LabelNc > coding.Classes && coding.Palette is not null)))
        {
            throw new OptionsException($"--label-nc {LabelNc} contradicts the label maps, which have {coding.Classes} " +
                (coding.Palette is null ? "classes" : "colours; leave it out, or name the colours of the classes with --palette"));
        }

        return With(coding.IndexColours) with
        {
            LabelNc = Math.Max(LabelNc, coding.Classes),
            ContainDontcareLabel = ContainDontcareLabel || coding.HasUnknown,
            Palette = coding.Palette?.Typed ?? "",
        };
    }

    /// <summary>The options with the colours of the indices of a data set.</summary>
    internal LabelMapOptions With(IEnumerable<IndexColour> colours) =>
        this with { IndexColours = string.Join(',', colours.Select(c => Invariant.Text($"{c.Id}:{c.Colour:X6}"))) };

    internal override IReadOnlyList<string> ClassesAsIn(TrainingOptions other) =>
        other is LabelMapOptions { Coding.Palette: { } theirs } && Coding.Palette is { } own
            && own.InOrderOf(theirs).Typed is var ordered && !ordered.StartsWith(own.Typed, StringComparison.Ordinal)
            ? ["--palette", ordered]
            : [];

    /// <summary>A batch of noise: random classes and borders, a picture, and classes as instances if instances are read.</summary>
    internal Batch NoiseLabels(Device device)
    {
        var (planes, pixels) = (LabelPlanes, CropSize * CropSize);
        var random = new RandomSequence(new RandomKey(1, 3, 0, 0));
        var labels = new float[BatchSize * planes * pixels];
        var borders = new float[BatchSize * pixels];
        var classes = new int[borders.Length];
        for (var i = 0; i < borders.Length; i++)
        {
            classes[i] = random.NextInt(planes);
            labels[(((i / pixels * planes) + classes[i]) * pixels) + (i % pixels)] = 1;
            borders[i] = random.NextInt(2);
        }

        using var pair = NoisePair(device);
        var plane = new Shape(BatchSize, 1, CropSize, CropSize);
        List<KeyValuePair<string, Tensor>> fields =
        [
            new(LabelFields.NameOfLabel, Tensor.From(labels, plane.With(1, planes), device)),
            new(LabelFields.NameOfBorder, Tensor.From(borders, plane, device)),
            new(PairFields.NameOfB, pair.B.Share()),
        ];
        if (ReadsInstances)
        {
            var instances = classes.Chunk(pixels).SelectMany(picture => new LabelMap(CropSize, CropSize, picture).FirstPlaces());
            fields.Add(new(LabelFields.NameOfInstance, Tensor.From([.. instances], plane, device)));
        }

        return new Batch(fields, ["noise"], epoch: 0);
    }

    internal override int SmallestTrainedSide =>
        Vgg.Length > 0 ? Math.Max(SmallestSide, VggPerceptual.SmallestSide) : SmallestSide;

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(Vgg.Length > 0, "without --vgg", "lambda-vgg"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (InputNc != 3 && ReadsLabelMaps)
        {
            found.Add($"--input-nc {InputNc} has no meaning for label maps, whose classes are counted by --label-nc");
        }

        if (ReadsLabelMaps && Palette.Length > 0 && ParsePalette() is not { Count: > 1 and <= LabelCoding.Unknown })
        {
            found.Add($"--palette {Palette} is not a list of two to 255 colours such as 00D0FF,FFD040");
        }
        else if (ReadsLabelMaps && Palette.Length > 0 && LabelNc > 0 && ParsePalette()!.Count != LabelNc)
        {
            found.Add($"--palette has {ParsePalette()!.Count} colours, but --label-nc {LabelNc} asks for as many classes");
        }

        if (Vgg.Length > 0 && OutputNc != VggPerceptual.Channels)
        {
            found.Add($"--vgg sees {VggPerceptual.Channels} channels, but --output-nc {OutputNc} are made");
        }

        if (Vgg.Length > 0 && Preprocess.Crops() && CropSize < VggPerceptual.SmallestSide)
        {
            found.Add($"--crop-size {CropSize} must be at least {VggPerceptual.SmallestSide} for --vgg");
        }
    }

    private IEnumerable<IndexColour> ParseIndexColours()
    {
        foreach (var part in IndexColours.Split(','))
        {
            if (part.Split(':') is [var index, var colour]
                && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && int.TryParse(colour, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb))
            {
                yield return new IndexColour("the training's label maps", id, rgb);
            }
        }
    }

    private List<int>? ParsePalette()
    {
        var colours = new List<int>();
        foreach (var part in Palette.Split(','))
        {
            if (part.Length != 6 || !int.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var colour))
            {
                return null;
            }

            colours.Add(colour);
        }

        return colours;
    }
}

using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;

namespace IlgpuGan.Models.Translation;

/// <summary>Settings of a translation. The defaults are deterministic and keep the input's size.</summary>
public sealed record TranslationSettings
{
    /// <summary>
    /// The network of a file that holds several, by its name in the file (<c>params_ema</c>, <c>generator_AB</c>) or in a run
    /// (<c>netG_A</c>); null for the first generator.
    /// </summary>
    [Option("Network of a file that holds several, by its name there: params_ema, generator_AB.", Values = "NAME")]
    public string? Network { get; init; }

    /// <summary>The direction, for models with two generators; null for that of training.</summary>
    [Option("Direction of the translation, for a model with both (default that of training).")]
    [Served]
    public Direction? Direction { get; init; }

    /// <summary>For a generator that takes labels: names of the target labels, separated by commas.</summary>
    [Option("Target label, for a generator that takes labels; several are separated by commas.", Values = "L")]
    [Served]
    public string? Label { get; init; }

    /// <summary>For a generator with random inputs: number of samples; null for one.</summary>
    [Option(
        "Outputs for each picture, NAME-1.png and so on, for a generator with random outputs.",
        Least = 1, Most = 10_000)]
    [Served(Most = 100)]
    public int? Samples { get; init; }

    /// <summary>Seed of the samples; null for 1.</summary>
    [Option("Seed of these outputs (default 1).")]
    [Served]
    public ulong? Seed { get; init; }

    /// <summary>For a generator that translates in several steps: their number; null for the default of its options.</summary>
    [Option(
        "Steps of each translation, for a generator that takes several (default that of its training's options).",
        Least = 1)]
    [Served(Most = 1000)]
    public int? Steps { get; init; }

    /// <summary>File of the style picture, for a generator that takes one.</summary>
    [Option("A picture whose style is used, for a generator with styles.", Values = "FILE")]
    public string? Style { get; init; }

    /// <summary>The style picture, if it is not in a file.</summary>
    public Picture? StylePicture { get; init; }

    /// <summary>File of the style picture's label map, for a generator with a style per class.</summary>
    [Option("The label map of that picture, for a generator with a style for each class.", Values = "FILE")]
    public string? StyleLabels { get; init; }

    /// <summary>
    /// That label map, if it is not in a file; for class numbers, as read by <see cref="PictureFile.LoadIndices(string)"/>.
    /// </summary>
    public Picture? StyleLabelsPicture { get; init; }

    /// <summary>
    /// Files of instance maps by input file, for a generator that reads label maps and instance borders; without one, class borders are
    /// used. See <see cref="FileTranslation.InstancesOf"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? InstanceMaps { get; init; }

    /// <summary>
    /// Use the running statistics of training in batch norms. By default the statistics of the picture itself are used, as in pix2pix
    /// (batch size 1), as exports do by default; instance norm is the same in both modes. ONNX graphs with running statistics always use
    /// them.
    /// </summary>
    [Option("Use the running statistics of training in batch norms instead of the picture's own.")]
    [Served]
    public bool Eval { get; init; }

    /// <summary>
    /// Seed of dropout masks: dropout stays on, as in the reference, and each seed gives a different output. Null turns dropout off. Not
    /// with <see cref="Eval"/>, nor for a generator without dropout.
    /// </summary>
    [Option("Keep dropout on, as the reference does, with masks of this seed.")]
    [Served]
    public ulong? DropoutSeed { get; init; }

    /// <summary>
    /// Scale the picture to a square of this side first, as the reference's test does (to the crop size); null for the picture's own size.
    /// </summary>
    [Option(
        "Resize pictures to a square of this side first (default: their own size).",
        Least = 1, Most = OptionsValidation.LargestSide)]
    [Served]
    public int? Size { get; init; }

    /// <summary>
    /// Translate a picture that is longer at this length of its longer side, in its proportions, and scale the result back to its size: a
    /// network draws strokes of so many pixels, whatever the picture's size. Null for the length that the model's file says, mostly none.
    /// Not with <see cref="Size"/>, tiles or <see cref="Exact"/>.
    /// </summary>
    [Option(
        "Translate longer pictures at this length of their longer side, and scale the result back (default: as " +
            "the model's file says, mostly their own size).",
        Least = 1, Most = OptionsValidation.LargestSide)]
    [Served]
    public int? LongSide { get; init; }

    /// <summary>
    /// Reduce pictures that have more pixels to so many, in their proportions; null for no limit. Sides count as the network needs them,
    /// rounded up.
    /// </summary>
    public long? MaxPixels { get; init; }

    /// <summary>Scale the result back to the picture's size if <see cref="Size"/> changed it.</summary>
    [Option("Resize the result back to the picture's size if --size changed it.")]
    [Served]
    public bool KeepSize { get; init; }

    /// <summary>Translate whole pictures, even if they look like side-by-side pairs (<see cref="SideBySide"/>).</summary>
    [Option(
        "Translate whole pictures, even if they have the shape of the training's pairs (by default only the input " +
            "half of these is translated).")]
    [Served]
    public bool Whole { get; init; }

    /// <summary>Side in pixels of the tiles for large pictures, to bound memory; null for no tiles.</summary>
    [Option("Translate big pictures in tiles of this side, in bounded memory.", Least = 1)]
    [Served]
    public int? Tile { get; init; }

    /// <summary>
    /// Overlap of tiles in pixels, where seams are blended; null for 32. Only with <see cref="Tile"/> and without <see cref="Exact"/>, or
    /// for a graph of one size, which takes larger pictures in tiles.
    /// </summary>
    [Option("Pixels by which tiles overlap and are blended (default 32).", Least = 0)]
    [Served]
    public int? Overlap { get; init; }

    /// <summary>
    /// Most tiles of a picture, where strangers choose <see cref="Tile"/>: small tiles take long, since each is a forward pass. Null for
    /// any number.
    /// </summary>
    internal int? MostTiles { get; init; }

    /// <summary>
    /// Translate large pictures layer by layer through temporary files instead of tile by tile: norms use the statistics of the whole
    /// picture, and there are no seams. The result differs from the untiled one by at most one level of 256, with the memory of a
    /// <see cref="Tile"/>.
    /// </summary>
    [Option(
        "Translate big pictures layer by layer through temporary files: in the memory of a tile, but with the norms " +
            "of the whole picture and no seams.")]
    public bool Exact { get; init; }

    /// <summary>
    /// Folder of the temporary files, which take up to 400 bytes per pixel for the reference's generators; null for the system's folder.
    /// </summary>
    [Option("Folder of the temporary files of --exact, up to 400 bytes a pixel (default the system's).", Values = "DIR")]
    [Needs(nameof(Exact))]
    public string? Scratch { get; init; }

    /// <summary>
    /// For an ONNX graph of another program: its values of black and white; null for −1 and 1, and for those that the graph shows if it
    /// takes bytes or scales its input as bytes are scaled.
    /// </summary>
    [Option(
        "Values of black and white for an .onnx graph: -1 and 1, 0 and 1, 0 and 255 (default: -1 and 1, or what a " +
            "graph shows that takes or scales bytes).")]
    [Served]
    public PixelRange? Range { get; init; }

    /// <summary>Whether a style picture is given.</summary>
    internal bool HasStyle => Style is not null || StylePicture is not null;

    /// <summary>Whether the style picture's label map is given.</summary>
    internal bool HasStyleLabels => StyleLabels is not null || StyleLabelsPicture is not null;

    /// <summary>The overlap of tiles, if there are any.</summary>
    internal int OverlapOfTiles => Overlap ?? 32;

    /// <summary>The length of longer pictures' longer side for a translation; null for their own.</summary>
    /// <param name="own">what the model's file says</param>
    internal int? LongSideOr(int? own) => Size is null ? LongSide ?? own : null;

    /// <exception cref="OptionsException">the settings don't fit the generator, or each other</exception>
    internal void RequireFitting(SavedGenerator generator)
    {
        if (Refusals(generator).Where(rule => rule.IsBroken).Select(rule => rule.Refusal).Concat(OptionsValidation.OutOfRange(this))
            .FirstOrDefault() is { } refusal)
        {
            throw new OptionsException(refusal);
        }
    }

    private IEnumerable<(bool IsBroken, string Refusal)> Refusals(SavedGenerator generator)
    {
        var (spec, multiple, (dropout, eval)) = (generator.Spec, generator.Spec.SideMultiple, (DropoutSeed is not null, Eval));
        return
        [
            (eval && generator.LacksStatistics,
                "--eval needs the running statistics of training, which this file lacks: it was exported with each picture's own " +
                    "(ilgpugan export --batch-norm picture, the default of ONNX)"),
            (eval && generator.DropsStatistics,
                $"--eval can't be combined with {generator.Path}: the running statistics of its instance norms are left out here, where " +
                    "each picture has its own; leave out --eval"),
            (dropout && Exact,
                "--exact can't be combined with --dropout-seed: masks are drawn for the whole picture"),
            (dropout && eval,
                "--eval can't be combined with --dropout-seed: it turns dropout off"),
            (dropout && (generator.UsesRunningStatistics || !generator.Network.Descendants().Any(m => m is Dropout or Dropout2d)),
                $"--dropout-seed does not fit {spec.Description}, which translates without dropout"),
            (Overlap is not null && (Tile is null || Exact) && spec is { FixedWidth: null, FixedHeight: null },
                $"--overlap {Overlap} is for tiles: {(Exact ? "it can't be combined with --exact" : "it needs --tile")}"),
            (spec.Labels is not null && (Tile is not null || Exact),
                "--tile and --exact are for pictures; label maps are translated whole"),
            (!Exact && Tile is { } tile
                && (tile < multiple || tile % multiple != 0 || OverlapOfTiles < 0 || OverlapOfTiles >= tile - OverlapOfTiles),
                $"--tile {Tile} must be a multiple of {multiple} for {spec.Description}, and more than twice --overlap {OverlapOfTiles}"),
            (Tile > spec.FixedWidth || Tile > spec.FixedHeight,
                $"--tile {Tile} is more than the {TrainedInputs.SizeOf(spec)} pixels that {spec.Description} takes; without --tile, " +
                    "larger pictures are translated in tiles of that size"),
            (InstanceMaps is not null && spec.Labels is not { HasBorders: true },
                $"--instances does not fit {spec.Description}: it takes no borders between instances"),
            (LongSide is not null && (spec.Labels is not null || Size is not null),
                $"--long-side {LongSide} is for pictures, not for label maps, and without --size"),
        ];
    }
}

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
    public string? Network { get; init; }

    /// <summary>The direction, for models with two generators; null for that of training.</summary>
    public Direction? Direction { get; init; }

    /// <summary>
    /// Use the running statistics of training in batch norms. By default the statistics of the picture itself are used, as in pix2pix
    /// (batch size 1), as exports do by default; instance norm is the same in both modes. ONNX graphs with running statistics always use
    /// them.
    /// </summary>
    public bool Eval { get; init; }

    /// <summary>
    /// Seed of dropout masks: dropout stays on, as in the reference, and each seed gives a different output. Null turns dropout off. Not
    /// with <see cref="Eval"/>, nor for a generator without dropout.
    /// </summary>
    public ulong? DropoutSeed { get; init; }

    /// <summary>
    /// Scale the picture to a square of this side first, as the reference's test does (to the crop size); null for the picture's own size.
    /// </summary>
    public int? Size { get; init; }

    /// <summary>Scale the result back to the picture's size if <see cref="Size"/> changed it.</summary>
    public bool KeepSize { get; init; }

    /// <summary>
    /// Translate a picture that is longer at this length of its longer side, in its proportions, and scale the result back to its size: a
    /// network draws strokes of so many pixels, whatever the picture's size. Null for the length that the model's file says, mostly none.
    /// Not with <see cref="Size"/>, tiles or <see cref="Exact"/>.
    /// </summary>
    public int? LongSide { get; init; }

    /// <summary>
    /// Reduce pictures that have more pixels to so many, in their proportions; null for no limit. Sides count as the network needs them,
    /// rounded up.
    /// </summary>
    public long? MaxPixels { get; init; }

    /// <summary>Translate whole pictures, even if they look like side-by-side pairs (<see cref="SideBySide"/>).</summary>
    public bool Whole { get; init; }

    /// <summary>For a generator that takes labels: names of the target labels, separated by commas.</summary>
    public string? Label { get; init; }

    /// <summary>For a generator that translates in several steps: their number; null for the default of its options.</summary>
    public int? Steps { get; init; }

    /// <summary>For a generator with random inputs: number of samples; null for one.</summary>
    public int? Samples { get; init; }

    /// <summary>Seed of the samples; null for 1.</summary>
    public ulong? Seed { get; init; }

    /// <summary>File of the style picture, for a generator that takes one.</summary>
    public string? Style { get; init; }

    /// <summary>The style picture, if it is not in a file.</summary>
    public Picture? StylePicture { get; init; }

    /// <summary>File of the style picture's label map, for a generator with a style per class.</summary>
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

    /// <summary>Whether a style picture is given.</summary>
    internal bool HasStyle => Style is not null || StylePicture is not null;

    /// <summary>Whether the style picture's label map is given.</summary>
    internal bool HasStyleLabels => StyleLabels is not null || StyleLabelsPicture is not null;

    /// <summary>
    /// For an ONNX graph of another program: its values of black and white; null for −1 and 1, and for those that the graph shows if it
    /// takes bytes or scales its input as bytes are scaled.
    /// </summary>
    public PixelRange? Range { get; init; }

    /// <summary>Side in pixels of the tiles for large pictures, to bound memory; null for no tiles.</summary>
    public int? Tile { get; init; }

    /// <summary>
    /// Overlap of tiles in pixels, where seams are blended; null for 32. Only with <see cref="Tile"/> and without <see cref="Exact"/>, or
    /// for a graph of one size, which takes larger pictures in tiles.
    /// </summary>
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
    public bool Exact { get; init; }

    /// <summary>
    /// Folder of the temporary files, which take up to 400 bytes per pixel for the reference's generators; null for the system's folder.
    /// </summary>
    public string? Scratch { get; init; }

    /// <summary>The overlap of tiles, if there are any.</summary>
    internal int OverlapOfTiles => Overlap ?? 32;

    /// <summary>The length of longer pictures' longer side for a translation; null for their own.</summary>
    /// <param name="own">what the model's file says</param>
    internal int? LongSideOr(int? own) => Size is null ? LongSide ?? own : null;

    /// <exception cref="OptionsException">the settings don't fit the generator, or each other</exception>
    internal void RequireFitting(SavedGenerator generator)
    {
        if (generator.LacksStatistics && Eval)
        {
            throw new OptionsException(
                "--eval needs the running statistics of training, which this file lacks: it was exported with each picture's own " +
                    "(ilgpugan export --batch-norm picture, the default of ONNX)");
        }

        if (generator.DropsStatistics && Eval)
        {
            throw new OptionsException(
                $"--eval can't be combined with {generator.Path}: the running statistics of its instance norms are left out here, where " +
                    "each picture has its own; leave out --eval");
        }

        if (this is { Exact: true, DropoutSeed: not null })
        {
            throw new OptionsException("--exact can't be combined with --dropout-seed: masks are drawn for the whole picture");
        }

        if (this is { Eval: true, DropoutSeed: not null })
        {
            throw new OptionsException("--eval can't be combined with --dropout-seed: it turns dropout off");
        }

        if (DropoutSeed is not null
            && (generator.UsesRunningStatistics || !generator.Network.Descendants().Any(module => module is Dropout or Dropout2d)))
        {
            throw new OptionsException($"--dropout-seed does not fit {generator.Spec.Description}, which translates without dropout");
        }

        if (Overlap is not null && (Tile is null || Exact) && generator.Spec is { FixedWidth: null, FixedHeight: null })
        {
            throw new OptionsException(
                $"--overlap {Overlap} is for tiles: {(Exact ? "it can't be combined with --exact" : "it needs --tile")}");
        }

        if (generator.Spec.Labels is not null && (Tile is not null || Exact))
        {
            throw new OptionsException("--tile and --exact are for pictures; label maps are translated whole");
        }

        var multiple = generator.Spec.SideMultiple;
        if (this is { Exact: false, Tile: { } tile }
            && (tile < multiple || tile % multiple != 0 || OverlapOfTiles < 0 || OverlapOfTiles >= tile - OverlapOfTiles))
        {
            throw new OptionsException($"--tile {tile} must be a multiple of {multiple} for {generator.Spec.Description}, and more than " +
                $"twice --overlap {OverlapOfTiles}");
        }

        if (Tile is { } most && (most > generator.Spec.FixedWidth || most > generator.Spec.FixedHeight))
        {
            throw new OptionsException(
                $"--tile {most} is more than the {TrainedInputs.SizeOf(generator.Spec)} pixels that {generator.Spec.Description} takes; " +
                    "without --tile, larger pictures are translated in tiles of that size");
        }

        if (InstanceMaps is not null && generator.Spec.Labels is not { HasBorders: true })
        {
            throw new OptionsException(
                $"--instances does not fit {generator.Spec.Description}: it takes no borders between instances");
        }

        if (Size is < 1 or > OptionsValidation.LargestSide)
        {
            throw new OptionsException($"--size must be between 1 and {OptionsValidation.LargestSide}, not {Size}");
        }

        if (LongSide is { } side
            && (side is < 1 or > OptionsValidation.LargestSide || generator.Spec.Labels is not null || Size is not null))
        {
            throw new OptionsException(
                $"--long-side {side} must be between 1 and {OptionsValidation.LargestSide}; it is for pictures, not for label maps, and " +
                    "without --size");
        }
    }
}

using IlgpuGan.Models.Interop;

namespace IlgpuGan.Models.Translation;

/// <summary>Settings of a translation. The defaults are deterministic and keep the input's size.</summary>
public sealed record TranslationSettings
{
    /// <summary>The direction, for a model with both; null for that of training.</summary>
    public Direction? Direction { get; init; }

    /// <summary>
    /// Use the running statistics of training in batch norms. By default it uses those of the picture itself, as pix2pix does in its paper
    /// and with batches of one; instance norm knows no difference. A graph that uses them itself is always computed so.
    /// </summary>
    public bool Eval { get; init; }

    /// <summary>Seed of dropout masks: dropout stays on, as in the reference, and each seed gives a variation. Null turns it off.</summary>
    public ulong? DropoutSeed { get; init; }

    /// <summary>
    /// Scale the picture to a square of this side before (the reference's test does, to the crop size); null for its own size.
    /// </summary>
    public int? Size { get; init; }

    /// <summary>Scale the result back to the picture's size if <see cref="Size"/> changed it.</summary>
    public bool KeepSize { get; init; }

    /// <summary>Translate pictures as they are, even those that look like pairs side by side (<see cref="SideBySide"/>).</summary>
    public bool Whole { get; init; }

    /// <summary>For a generator that takes labels: the target's, by name, several separated by commas.</summary>
    public string? Label { get; init; }

    /// <summary>For a generator with many answers: how many of them; null for one.</summary>
    public int? Samples { get; init; }

    /// <summary>Seed of those answers; null for 1.</summary>
    public ulong? Seed { get; init; }

    /// <summary>File of the picture whose style is taken over, for a generator that does so.</summary>
    public string? Style { get; init; }

    /// <summary>The style picture itself, if it has no file.</summary>
    public Picture? StylePicture { get; init; }

    /// <summary>File of that picture's label map, for a generator that takes a style over class by class.</summary>
    public string? StyleLabels { get; init; }

    /// <summary>
    /// That label map itself, where it lies in no file; as <see cref="PictureFile.LoadIndices"/> reads it, where classes are numbers.
    /// </summary>
    public Picture? StyleLabelsPicture { get; init; }

    /// <summary>
    /// Files of instance maps by the inputs that they belong to, for a generator that reads label maps and the borders between instances;
    /// without one, the borders are those between classes. See <see cref="FileTranslation.InstancesOf"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? InstanceMaps { get; init; }

    /// <summary>Whether a style picture is given.</summary>
    internal bool HasStyle => Style is not null || StylePicture is not null;

    /// <summary>Whether that picture's label map is there.</summary>
    internal bool HasStyleLabels => StyleLabels is not null || StyleLabelsPicture is not null;

    /// <summary>For an ONNX graph of another program: what black and white are to it; null for −1 and 1.</summary>
    public PixelRange? Range { get; init; }

    /// <summary>Side in pixels of the tiles in which large pictures are translated, to bound memory; null for no tiles.</summary>
    public int? Tile { get; init; }

    /// <summary>Pixels by which tiles overlap; their seams are blended there.</summary>
    public int Overlap { get; init; } = 32;

    /// <summary>
    /// Translates large pictures layer by layer through temporary files instead of tile by tile: norms use the statistics of the whole
    /// picture, and there are no seams. The result is the untiled one within one level of 256, in the memory of a <see cref="Tile"/>.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>Folder of those temporary files, up to 400 bytes a pixel for the reference's generators; null for the system's.</summary>
    public string? Scratch { get; init; }
}

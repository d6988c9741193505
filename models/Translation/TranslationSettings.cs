using IlgpuGan.Models.Data;
using IlgpuGan.Models.Interop;

namespace IlgpuGan.Models.Translation;

/// <summary>How pictures are translated. The defaults give the same output for the same input, at the input's own size.</summary>
public sealed record TranslationSettings
{
    /// <summary>Which way, where the model knows both; null for the direction of training.</summary>
    public Direction? Direction { get; init; }

    /// <summary>
    /// Batch norm by the running statistics of training. By default it uses those of the picture itself, as pix2pix does in its paper and
    /// with batches of one; instance norm knows no difference.
    /// </summary>
    public bool Eval { get; init; }

    /// <summary>Leaves dropout on, as the reference does, with masks of this seed: other seeds, other variations. Null for none.</summary>
    public ulong? DropoutSeed { get; init; }

    /// <summary>
    /// Scale the picture to a square of this side before (the reference's test does, to the crop size); null for its own size.
    /// </summary>
    public int? Size { get; init; }

    /// <summary>Scale the result back to the picture's size if <see cref="Size"/> changed it.</summary>
    public bool KeepSize { get; init; }

    /// <summary>For a generator that takes labels: the target's, by name, several separated by commas.</summary>
    public string? Label { get; init; }

    /// <summary>For a generator with many answers: how many of them; null for one.</summary>
    public int? Samples { get; init; }

    /// <summary>What those answers are drawn from; null for 1.</summary>
    public ulong? Seed { get; init; }

    /// <summary>File of the picture whose style is taken over, for a generator that does so.</summary>
    public string? Style { get; init; }

    /// <summary>That picture itself, where it lies in no file.</summary>
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

    /// <summary>Whether the style of a picture is to be taken over.</summary>
    internal bool HasStyle => Style is not null || StylePicture is not null;

    /// <summary>Whether that picture's label map is there.</summary>
    internal bool HasStyleLabels => StyleLabels is not null || StyleLabelsPicture is not null;

    /// <summary>For an ONNX graph of another program: what black and white are to it; null for −1 and 1.</summary>
    public PixelRange? Range { get; init; }

    /// <summary>
    /// Only one picture is to be translated: nothing is prepared that pays from the second on. Results differ by rounding.
    /// </summary>
    public bool Once { get; init; }

    /// <summary>Whether weights are brought once into the form that kernels read.</summary>
    internal bool PreparesWeights => this is not { Once: true, Tile: null, Exact: false };

    /// <summary>Side of the tiles in which big pictures are translated, to bound memory; null for whole.</summary>
    public int? Tile { get; init; }

    /// <summary>Pixels by which tiles overlap; their seams are blended there.</summary>
    public int Overlap { get; init; } = 32;

    /// <summary>
    /// Big pictures layer by layer through temporary files instead of tile by tile: norms take the statistics of the whole picture, and no
    /// pixel misses what lies beyond a seam. The result is the whole picture's within one level, in the memory of a <see cref="Tile"/>.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>Folder of those temporary files, up to 400 bytes a pixel for the reference's generators; null for the system's.</summary>
    public string? Scratch { get; init; }
}

using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.Models.Evaluation;

/// <summary>The subject and settings of an evaluation.</summary>
internal sealed record EvaluationRequest
{
    /// <summary>A run's folder or a file with a generator.</summary>
    public string Model { get; init; } = "";

    /// <summary>Folder of the data set.</summary>
    public string Data { get; init; } = "";

    [Option("Split of the data set.", Values = "NAME")]
    public string Split { get; init; } = "val";

    /// <summary>The part of the split, and the number of parts that its pairs are dealt out to; null for the whole split.</summary>
    internal (int Number, int Parts)? Part { get; init; }

    [Option("Direction of the translation, for a model with both (default that of training).")]
    public Direction? Direction { get; init; }

    [Option("Use the running statistics of training in batch norms.")]
    public bool Eval { get; init; }

    [Option(
        "Steps of each translation, for a generator that takes several (default that of its training's options).", Least = 1)]
    public int? Steps { get; init; }

    [Option("Undoes --no-labels.", Off = "Ignore label maps, and train no segmenter.")]
    public bool Labels { get; init; } = true;

    /// <summary>Unpaired data always are compared as sets.</summary>
    [Option("Also evaluate pairs as sets: two-sample test and patch distance.")]
    public bool Sets { get; init; }

    /// <summary>Whether each picture must have scores (<c>--csv</c>), which needs pairs.</summary>
    public bool Scores { get; init; }

    [Option(
        "An .onnx graph (such as Inception) whose features are used to compare sets: Fréchet distance, precision, recall.",
        Values = "FILE")]
    public string? Features { get; init; }

    [Option("The graph's values for black and white: -1 and 1 (default), 0 and 1, 0 and 255.", Name = "features-range")]
    [Needs(nameof(Features))]
    public PixelRange FeatureRange { get; init; }

    [Option(
        "Resize pictures to a square of this side for the graph (default: the graph's side, or the pictures').",
        Name = "features-side", Least = 1, Most = 4096), Needs(nameof(Features))]
    public int? FeatureSide { get; init; }

    /// <summary>If the model is a file, null for no files.</summary>
    [Option(
        "Output folder of evaluation.json, evaluation.csv and the pictures (default the run's folder).",
        Name = "out", Values = "DIR")]
    public string? Output { get; init; }

    public SegmenterSettings Segmenter { get; init; } = new();

    /// <summary>How the model translates.</summary>
    internal TranslationSettings Translation => new() { Direction = Direction, Eval = Eval, Steps = Steps };

    /// <summary>Folder for segmenters that several evaluations share; null for the runs' folders.</summary>
    public string? SegmenterFolder { get; init; }
}

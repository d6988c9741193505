using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.Serve;

/// <summary>The query of a translation request: options of the command <c>translate</c>, under the same names.</summary>
/// <param name="Settings">the settings of that command</param>
/// <param name="Answer">index of the output to return, from 0</param>
internal sealed record TranslationQuery(TranslationSettings Settings, int Answer)
{
    private const int MostAnswers = 100;
    private const int MostSteps = 1000;

    /// <summary>Each tile is a forward pass. A square of 3 megapixels has 784 with tiles of 96 pixels and the default overlap.</summary>
    private const int MostTiles = 1000;

    /// <summary>The options that a query may have.</summary>
    public static IReadOnlyList<QueryOption> Options { get; } =
    [
        new("direction", "Direction of the translation, for a model with both.", "string", Values: ["AtoB", "BtoA"]),
        new("label", "Target label, for a model that takes labels; several are separated by commas.", "string"),
        new("samples", "Number of outputs, for a model with random outputs.", "integer", 1, MostAnswers),
        new("answer", "Index of the output to return.", "integer", 1, MostAnswers),
        new("seed", "Seed of the outputs.", "integer", 0),
        new("steps", "Number of steps, for a model that translates in several.", "integer", 1, MostSteps),
        new("eval", "Use the running statistics of training in batch norms instead of the picture's own.", "boolean"),
        new("dropout-seed", "Keep dropout on, with masks of this seed.", "integer", 0),
        new("size", "Resize the picture to a square of this side first.", "integer", 1, OptionsValidation.LargestSide),
        new(
            "long-side", "Translate a longer picture at this length of its longer side, and scale the result back.", "integer", 1,
            OptionsValidation.LargestSide),
        new("keep-size", "Resize the result back to the picture's size.", "boolean"),
        new("whole", "Translate the whole picture, even if it has the shape of the model's pairs, not only its input half.", "boolean"),
        new("tile", $"Translate in tiles of this side, at most {MostTiles} of them.", "integer", 1),
        new("overlap", "Pixels by which tiles overlap.", "integer", 0),
        new(
            "range", "Values of black and white for an ONNX graph of another program: -1 and 1, 0 and 1, 0 and 255 " +
                "(default: -1 and 1, or what a graph shows that takes or scales bytes).", "string",
            Values: ["signed", "unit", "bytes"]),
        AnswerFormat.Option,
    ];

    /// <exception cref="Refusal">an option is unknown, given twice or out of bounds</exception>
    public static TranslationQuery Of(IQueryCollection query)
    {
        var reader = new QueryReader(query, Options);
        var samples = reader.Whole("samples");
        var answer = reader.Whole("answer") ?? 1;
        if (answer > (samples ?? 1))
        {
            throw Refusal.Bad($"answer {answer} needs at least as many samples; set samples, too");
        }

        return new TranslationQuery(
            new TranslationSettings
            {
                Direction = reader.Choice<Direction>("direction"),
                Label = reader.Text("label"),
                Samples = samples,
                Seed = reader.Seed("seed"),
                Steps = reader.Whole("steps"),
                Eval = reader.Flag("eval"),
                DropoutSeed = reader.Seed("dropout-seed"),
                Size = reader.Whole("size"),
                LongSide = reader.Whole("long-side"),
                KeepSize = reader.Flag("keep-size"),
                Whole = reader.Flag("whole"),
                Tile = reader.Whole("tile"),
                Overlap = reader.Whole("overlap"),
                MostTiles = MostTiles,
                Range = reader.Choice<PixelRange>("range"),
            },
            answer - 1);
    }
}

using IlgpuGan.Models.Translation;

namespace IlgpuGan.Serve;

/// <summary>What a request's query asks of a translation: the options of the command <c>translate</c> under their names there.</summary>
/// <param name="Settings">as that command has them</param>
/// <param name="Answer">which of several answers, from 0</param>
internal sealed record TranslationQuery(TranslationSettings Settings, int Answer)
{
    private const int MostAnswers = 100;
    private const int LargestSide = 1 << 15;

    /// <summary>Names, and what a value is.</summary>
    public static IReadOnlyList<QueryOption> Options { get; } =
    [
        new("direction", "Direction of the translation, for a model with both.", "string", Values: ["AtoB", "BtoA"]),
        new("label", "Target label, for a model that takes labels; several are separated by commas.", "string"),
        new("samples", "Number of outputs, for a model with random outputs.", "integer", 1, MostAnswers),
        new("answer", "Index of the output to return.", "integer", 1, MostAnswers),
        new("seed", "Seed of the outputs.", "integer", 0),
        new("eval", "Use the running statistics of training in batch norms instead of the picture's own.", "boolean"),
        new("dropout-seed", "Keep dropout on, with masks of this seed.", "integer", 0),
        new("size", "Resize the picture to a square of this side first.", "integer", 1, LargestSide),
        new("keep-size", "Resize the result back to the picture's size.", "boolean"),
        new("whole", "Translate a picture as it is, even if it has the shape of the model's pairs: not the input half alone.", "boolean"),
        new("tile", "Translate in tiles of this side.", "integer", 1, LargestSide),
        new("overlap", "Pixels by which tiles overlap.", "integer", 0, LargestSide),
    ];

    /// <exception cref="Refusal">an option is unknown, said twice or out of bounds</exception>
    public static TranslationQuery Of(IQueryCollection query)
    {
        var asked = new QueryText(query, Options);
        var samples = asked.Whole("samples");
        var answer = asked.Whole("answer") ?? 1;
        if (answer > (samples ?? 1))
        {
            throw Refusal.Bad($"answer {answer} needs at least as many samples; set samples, too");
        }

        return new TranslationQuery(
            new TranslationSettings
            {
                Direction = DirectionOf(asked),
                Label = asked.Text("label"),
                Samples = samples,
                Seed = asked.Seed("seed"),
                Eval = asked.Flag("eval"),
                DropoutSeed = asked.Seed("dropout-seed"),
                Size = asked.Whole("size"),
                KeepSize = asked.Flag("keep-size"),
                Whole = asked.Flag("whole"),
                Tile = asked.Whole("tile"),
                Overlap = asked.Whole("overlap") ?? new TranslationSettings().Overlap,
            },
            answer - 1);
    }

    private static Direction? DirectionOf(QueryText asked) => asked.Text("direction") switch
    {
        null => null,
        { } text when text.Equals("AtoB", StringComparison.OrdinalIgnoreCase) => Direction.AToB,
        { } text when text.Equals("BtoA", StringComparison.OrdinalIgnoreCase) => Direction.BToA,
        { } other => throw Refusal.Bad($"direction can't be '{QueryText.Shortened(other)}'; it can be AtoB or BtoA"),
    };
}

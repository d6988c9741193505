using IlgpuGan.Models.Data;
using IlgpuGan.Models.Translation;
using Microsoft.AspNetCore.Http;

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
        new("direction", "Which way, where the model knows both.", "string", Values: ["AtoB", "BtoA"]),
        new("label", "What to turn the picture into, for a model that takes labels; several are separated by commas.", "string"),
        new("samples", "How many answers there are, for a model that has many.", "integer", 1, MostAnswers),
        new("answer", "Which of them to send.", "integer", 1, MostAnswers),
        new("seed", "What the answers are drawn from.", "integer", 0),
        new("eval", "Batch norm by the running statistics of training instead of the picture's own.", "boolean"),
        new("dropout-seed", "Leave dropout on, with masks of this seed.", "integer", 0),
        new("size", "Scale the picture to a square of this side first.", "integer", 1, LargestSide),
        new("keep-size", "Scale the result back to the picture's size.", "boolean"),
        new("tile", "Translate in tiles of this side.", "integer", 1, LargestSide),
        new("overlap", "Pixels by which tiles overlap.", "integer", 0, LargestSide),
        new(
            "prepared",
            "With weights prepared for many pictures: faster, and as 'translate' does with a folder; else as with one file. They differ " +
                "by rounding.",
            "boolean"),
    ];

    /// <exception cref="Refusal">an option is unknown, said twice or out of bounds</exception>
    public static TranslationQuery Of(IQueryCollection query)
    {
        var asked = new QueryText(query, Options);
        var samples = asked.Whole("samples");
        var answer = asked.Whole("answer") ?? 1;
        if (answer > (samples ?? 1))
        {
            throw Refusal.Bad($"answer {answer} is one of at least as many; give samples, too");
        }

        var prepared = asked.Flag("prepared");
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
                Tile = asked.Whole("tile"),
                Overlap = asked.Whole("overlap") ?? new TranslationSettings().Overlap,
                Once = !prepared && (samples ?? 1) == 1,
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

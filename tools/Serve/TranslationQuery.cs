using System.Globalization;
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
        foreach (var (name, values) in query)
        {
            if (Options.All(o => o.Name != name))
            {
                throw Refusal.Bad($"there is no option '{Shortened(name)}'; there are {string.Join(", ", Options.Select(o => o.Name))}");
            }

            if (values.Count != 1)
            {
                throw Refusal.Bad($"the option {name} is given {values.Count} times");
            }
        }

        var samples = Whole(query, "samples");
        var answer = Whole(query, "answer") ?? 1;
        if (answer > (samples ?? 1))
        {
            throw Refusal.Bad($"answer {answer} is one of at least as many; give samples, too");
        }

        var prepared = Flag(query, "prepared");
        return new TranslationQuery(
            new TranslationSettings
            {
                Direction = DirectionOf(query),
                Label = Text(query, "label"),
                Samples = samples,
                Seed = Seed(query, "seed"),
                Eval = Flag(query, "eval"),
                DropoutSeed = Seed(query, "dropout-seed"),
                Size = Whole(query, "size"),
                KeepSize = Flag(query, "keep-size"),
                Tile = Whole(query, "tile"),
                Overlap = Whole(query, "overlap") ?? new TranslationSettings().Overlap,
                Once = !prepared && (samples ?? 1) == 1,
            },
            answer - 1);
    }

    private static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? values[0] ?? "" : null;

    private static Direction? DirectionOf(IQueryCollection query) => Text(query, "direction") switch
    {
        null => null,
        { } text when text.Equals("AtoB", StringComparison.OrdinalIgnoreCase) => Direction.AToB,
        { } text when text.Equals("BtoA", StringComparison.OrdinalIgnoreCase) => Direction.BToA,
        { } other => throw Refusal.Bad($"direction can't be '{Shortened(other)}'; it can be AtoB or BtoA"),
    };

    private static bool Flag(IQueryCollection query, string name) => Text(query, name) switch
    {
        null or "false" => false,
        "" or "true" => true,
        { } other => throw Refusal.Bad($"{name} can't be '{Shortened(other)}'; it can be true or false"),
    };

    private static int? Whole(IQueryCollection query, string name)
    {
        if (Text(query, name) is not { } text)
        {
            return null;
        }

        var option = Options.First(o => o.Name == name);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= option.Least && value <= option.Most
            ? value
            : throw Refusal.Bad($"{name} must be a whole number between {option.Least} and {option.Most}, not '{Shortened(text)}'");
    }

    private static ulong? Seed(IQueryCollection query, string name) => Text(query, name) is not { } text ? null
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : throw Refusal.Bad($"{name} must be a whole number from 0, not '{Shortened(text)}'");

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";
}

/// <summary>An option of the interface.</summary>
/// <param name="Name">in the query</param>
/// <param name="Help">one sentence</param>
/// <param name="Type">in the terms of JSON schemas</param>
/// <param name="Least">of a number</param>
/// <param name="Most">of a number; null for no bound</param>
/// <param name="Values">of a text with few</param>
internal sealed record QueryOption(
    string Name, string Help, string Type, int? Least = null, int? Most = null, IReadOnlyList<string>? Values = null);

using IlgpuGan.Models.Families;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.Serve;

/// <summary>Which of its outputs a request is answered with.</summary>
internal sealed record AnswerChoice
{
    [Option("Index of the output to return.", Least = 1)]
    [Served(Most = 100)]
    public int Answer { get; init; } = 1;
}

/// <summary>The query of a translation request: options of the command <c>translate</c>, under the same names.</summary>
/// <param name="Settings">the settings of that command</param>
/// <param name="Answer">index of the output to return, from 0</param>
internal sealed record TranslationQuery(TranslationSettings Settings, int Answer)
{
    /// <summary>Each tile is a forward pass. A square of 3 megapixels has 784 with tiles of 96 pixels and the default overlap.</summary>
    private const int MostTiles = 1000;

    /// <summary>The options that a query may have.</summary>
    public static QueryOptions Options { get; } =
        new([.. QueryOptions.Of<TranslationSettings>(), .. QueryOptions.Of<AnswerChoice>(), .. QueryOptions.Of<AnswerFormatChoice>()]);

    /// <exception cref="Refusal">an option is unknown, given twice or out of bounds</exception>
    public static TranslationQuery Of(IQueryCollection query)
    {
        var (settings, choice) = (new TranslationSettings { MostTiles = MostTiles }, new AnswerChoice());
        Options.Read(query, settings, choice);
        return choice.Answer <= (settings.Samples ?? 1)
            ? new TranslationQuery(settings, choice.Answer - 1)
            : throw Refusal.Bad($"answer {choice.Answer} needs at least as many samples; set samples, too");
    }
}

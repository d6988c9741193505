using IlgpuGan.Models.Families;

namespace IlgpuGan.Serve;

/// <summary>What a request's query asks of a picture that is made: the options of the command <c>generate</c> under their names.</summary>
internal static class GenerationQuery
{
    private const int LargestSide = 1 << 15;
    private const int MostScales = 1000;

    /// <summary>Names, and what a value is.</summary>
    public static IReadOnlyList<QueryOption> Options { get; } =
    [
        new("seed", "Seed of the picture.", "integer", 0),
        new("label", "Class, or comma-separated attributes, for a model with labels.", "string"),
        new("size", "Width and height in pixels, as 320x200, for a model that supports any size.", "string"),
        new(
            "from-scale",
            "For a pyramid, the coarsest scale with new noise, from 0; with a picture, the scale at which it is injected.", "integer", 0,
            MostScales),
        new("super-resolve", "Enlarge the training picture four times (super-resolution).", "boolean"),
    ];

    /// <exception cref="Refusal">an option is unknown, said twice or out of bounds</exception>
    public static GenerationRequest Of(IQueryCollection query)
    {
        var asked = new QueryText(query, Options);
        var standard = new GenerationRequest();
        return standard with
        {
            Seed = asked.Seed("seed") ?? standard.Seed,
            Label = asked.Text("label"),
            Size = asked.Text("size") is { } size ? SizeOf(size) : null,
            FromScale = asked.Whole("from-scale"),
            SuperResolve = asked.Flag("super-resolve"),
        };
    }

    private static (int Width, int Height) SizeOf(string text) =>
        text.Split('x') is [var width, var height] && SideOf(width) is { } w && SideOf(height) is { } h ? (w, h)
            : throw Refusal.Bad(
                $"size must be a width and a height between 1 and {LargestSide} such as 320x200, not '{QueryText.Shortened(text)}'");

    private static int? SideOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side is >= 1 and <= LargestSide ? side : null;
}

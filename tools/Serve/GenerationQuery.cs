using IlgpuGan.Models.Families;
using IlgpuGan.Tensors;

namespace IlgpuGan.Serve;

/// <summary>The query of a generation request: options of the command <c>generate</c>, under the same names.</summary>
internal static class GenerationQuery
{
    private const int MostScales = 1000;

    /// <summary>The options that a query may have.</summary>
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
        AnswerFormat.Option,
    ];

    /// <exception cref="Refusal">an option is unknown, given twice or out of bounds</exception>
    public static GenerationRequest Of(IQueryCollection query)
    {
        var reader = new QueryReader(query, Options);
        var defaults = new GenerationRequest();
        return defaults with
        {
            Seed = reader.Seed("seed") ?? defaults.Seed,
            Label = reader.Text("label"),
            Size = reader.Text("size") is { } size ? SizeOf(size) : null,
            FromScale = reader.Whole("from-scale"),
            SuperResolve = reader.Flag("super-resolve"),
        };
    }

    private static Size2d SizeOf(string text) =>
        text.Split('x') is [var width, var height] && SideOf(width) is { } w && SideOf(height) is { } h ? new Size2d(Height: h, Width: w)
            : throw Refusal.Bad($"size must be a width and a height between 1 and {OptionsValidation.LargestSide} such as 320x200, not " +
                $"'{QueryReader.Shortened(text)}'");

    private static int? SideOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side)
            && side is >= 1 and <= OptionsValidation.LargestSide
            ? side
            : null;
}

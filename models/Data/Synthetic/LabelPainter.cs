using System.Numerics;

namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>Paints the label map of a facade: one flat colour per kind of element, without antialiasing.</summary>
internal static class LabelPainter
{
    /// <summary>Names of the elements by their colours in label maps, 0xRRGGBB.</summary>
    public static IReadOnlyDictionary<int, string> ColourNames { get; } = Enum.GetValues<FacadePart>().ToDictionary(
        kind => (int)Vector3.Dot(Vector3.Round(255 * ColourOf(kind)), new Vector3(1 << 16, 1 << 8, 1)),
        kind => string.Concat(kind.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $" {letter}" : $"{letter}"))
            .ToLowerInvariant());

    public static byte[] Paint(FacadePlan plan, int size)
    {
        var canvas = new Canvas(size);
        foreach (var element in plan.Elements)
        {
            canvas.Mark(element.Box, element.Shape, ColourOf(element.Kind));
        }

        return canvas.ToBytes();
    }

    /// <summary>The class of every pixel: the number of its <see cref="FacadePart"/>.</summary>
    public static byte[] PaintClasses(FacadePlan plan, int size) =>
        [.. Numbers(plan, size, (element, _) => (int)element.Kind).Select(n => (byte)n)];

    /// <summary>The instance number of every pixel: 1 for the first painted element.</summary>
    public static ushort[] PaintInstances(FacadePlan plan, int size) =>
        [.. Numbers(plan, size, (_, index) => index + 1).Select(n => (ushort)n)];

    private static IEnumerable<int> Numbers(FacadePlan plan, int size, Func<FacadeElement, int, int> number)
    {
        var canvas = new Canvas(size);
        foreach (var (index, element) in plan.Elements.Index())
        {
            canvas.Mark(element.Box, element.Shape, Rgb(number(element, index)));
        }

        var bytes = canvas.ToBytes();
        return Enumerable.Range(0, size * size).Select(i => (bytes[3 * i] << 16) | (bytes[(3 * i) + 1] << 8) | bytes[(3 * i) + 2]);
    }

    private static Vector3 ColourOf(FacadePart kind) => kind switch
    {
        FacadePart.SkyLitFromLeft => Rgb(0x00D0FF),
        FacadePart.SkyLitFromRight => Rgb(0x0090FF),
        FacadePart.CreamPlaster => Rgb(0xFFD040),
        FacadePart.RosePlaster => Rgb(0xFF90A0),
        FacadePart.Brick => Rgb(0xB02000),
        FacadePart.Stone => Rgb(0xA0A0A0),
        FacadePart.Roof => Rgb(0x7000A0),
        FacadePart.Chimney => Rgb(0xC040FF),
        FacadePart.Cornice => Rgb(0xFFFFFF),
        FacadePart.Pilaster => Rgb(0xD0FFD0),
        FacadePart.Window => Rgb(0x0000C0),
        FacadePart.LitWindow => Rgb(0x4040FF),
        FacadePart.Sill => Rgb(0xFFFF00),
        FacadePart.Shutter => Rgb(0x00A060),
        FacadePart.Balcony => Rgb(0x303030),
        FacadePart.Door => Rgb(0xFF6000),
        FacadePart.Shop => Rgb(0x00FFC0),
        FacadePart.Awning => Rgb(0xFF00C0),
        FacadePart.Ground => Rgb(0x606030),
        _ => Rgb(0x00FF00),
    };

    private static Vector3 Rgb(int hex) => new Vector3(hex >> 16, hex >> 8 & 255, hex & 255) / 255;
}

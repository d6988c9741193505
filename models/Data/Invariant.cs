using System.Runtime.CompilerServices;

namespace IlgpuGan.Models.Data;

/// <summary>An interpolated text in the invariant culture: its numbers are the same whatever the language of the machine.</summary>
[InterpolatedStringHandler]
internal ref struct Invariant(int literalLength, int holes)
{
    private DefaultInterpolatedStringHandler _text = new(literalLength, holes, CultureInfo.InvariantCulture);

    public static string Text(Invariant text) => text._text.ToStringAndClear();

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value, int alignment = 0, string? format = null) => _text.AppendFormatted(value, alignment, format);
}

/// <summary>Pages are written in the invariant culture.</summary>
internal static class InvariantPages
{
    public static StringBuilder Add(this StringBuilder page, Invariant text) => page.Append(Invariant.Text(text));
}

using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors;

/// <summary>Why something is refused: an interpolated text that is made only where it is.</summary>
[InterpolatedStringHandler]
internal ref struct Reason
{
    private DefaultInterpolatedStringHandler _text;
    private string? _given;

    public Reason(int literalLength, int holes, bool isNeeded, out bool isMade)
    {
        isMade = isNeeded;
        if (isNeeded)
        {
            _text = new(literalLength, holes);
        }
    }

    public static implicit operator Reason(string text) => new() { _given = text };

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value, int alignment = 0, string? format = null) => _text.AppendFormatted(value, alignment, format);

    public override string ToString() => _given ?? _text.ToStringAndClear();
}

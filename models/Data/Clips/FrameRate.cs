namespace IlgpuGan.Models.Data.Clips;

/// <summary>Frames a second as a fraction, such as 30000/1001.</summary>
public readonly record struct FrameRate(long Numerator, long Denominator)
{
    /// <summary>The highest rate of cameras; a higher one is the resolution of the clip's clock.</summary>
    private const double Most = 1000;

    /// <summary>Whether it can be a frame rate.</summary>
    internal bool IsOfFrames => PerSecond <= Most;

    public double PerSecond => (double)Numerator / Denominator;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    /// <summary>Parses <c>30000/1001</c>; null where that is no rate.</summary>
    internal static FrameRate? Parse(string? text) =>
        text?.Split('/') is [var above, var below]
        && long.TryParse(above, NumberStyles.None, CultureInfo.InvariantCulture, out var numerator)
        && long.TryParse(below, NumberStyles.None, CultureInfo.InvariantCulture, out var denominator)
        && numerator > 0 && denominator > 0
            ? new FrameRate(numerator, denominator)
            : null;
}

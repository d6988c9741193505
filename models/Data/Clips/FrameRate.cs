namespace IlgpuGan.Models.Data.Clips;

/// <summary>Frames per second as a fraction, such as 30000/1001.</summary>
internal readonly record struct FrameRate(long Numerator, long Denominator)
{
    /// <summary>Highest plausible rate; a higher value is the resolution of the clip's clock.</summary>
    private const double Most = 1000;

    /// <summary>Whether the value can be a frame rate.</summary>
    internal bool IsPlausible => PerSecond <= Most;

    public double PerSecond => (double)Numerator / Denominator;

    public override string ToString() => Invariant.Text($"{Numerator}/{Denominator}");

    /// <summary>Parses <c>30000/1001</c>; null if the text is no rate.</summary>
    internal static FrameRate? Parse(string? text) =>
        text?.Split('/') is [var above, var below]
        && long.TryParse(above, NumberStyles.None, CultureInfo.InvariantCulture, out var numerator)
        && long.TryParse(below, NumberStyles.None, CultureInfo.InvariantCulture, out var denominator)
        && numerator > 0 && denominator > 0
            ? new FrameRate(numerator, denominator)
            : null;
}

namespace IlgpuGan.Tensors.Devices;

/// <summary>Coefficients as users write them: 0.999, where the float is 0.99900001287.</summary>
internal static class WrittenNumber
{
    /// <summary>Enough for a sign, seven digits, a point and an exponent.</summary>
    private const int MaxLength = 16;

    /// <summary>
    /// The number of seven significant digits that is nearest to a float, which is what was written if it had no more. It goes by the
    /// number's text: the rounding of a conversion to .NET's decimal type is not the same in all of its versions.
    /// </summary>
    public static double Of(float value)
    {
        Span<char> text = stackalloc char[MaxLength];
        value.TryFormat(text, out var length, "E6", CultureInfo.InvariantCulture);
        return double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}

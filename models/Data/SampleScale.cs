namespace IlgpuGan.Models.Data;

/// <summary>Between stored samples and a network's numbers: 0 … full scale is −1 … 1.</summary>
internal static class SampleScale
{
    private static readonly float[] s_bytes = [.. Enumerable.Range(0, 256).Select(v => ((v / 255f) - 0.5f) / 0.5f)];

    /// <summary>The number of each of the 256 levels, with the reference's rounding.</summary>
    public static ReadOnlySpan<float> OfBytes => s_bytes;

    public static float OfWord(ushort value) => ((value / 65535f) - 0.5f) / 0.5f;

    /// <summary>
    /// The nearest level; what lies outside [−1, 1] is clipped. (Cutting the fraction off, as the reference does, darkens by half a level
    /// and loses a level in 63 of the 256 even where nothing changed.)
    /// </summary>
    public static byte ToByte(float value) => (byte)MathF.Round(Math.Clamp((value + 1) * 127.5f, 0, 255));

    public static ushort ToWord(float value) => (ushort)MathF.Round(Math.Clamp((value + 1) * 32767.5f, 0, 65535));
}

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Models.Data;

/// <summary>Converts between stored levels and a network's values: 0 … full scale is −1 … 1.</summary>
internal static class SampleScale
{
    private static readonly float[] s_bytes = [.. Enumerable.Range(0, 256).Select(v => ((v / 255f) - 0.5f) / 0.5f)];

    /// <summary>The value of each of the 256 levels, with the reference's rounding.</summary>
    public static ReadOnlySpan<float> OfBytes => s_bytes;

    public static float OfWord(ushort value) => ((value / 65535f) - 0.5f) / 0.5f;

    /// <summary>
    /// The nearest level; values outside [−1, 1] are clipped. (Truncation, as in the reference, darkens by half a level on average and
    /// changes 63 of the 256 levels even for identical pictures.)
    /// </summary>
    public static byte ToByte(float value) => (byte)MathF.Round(Math.Clamp((value + 1) * 127.5f, 0, 255));

    public static ushort ToWord(float value) => (ushort)MathF.Round(Math.Clamp((value + 1) * 32767.5f, 0, 65535));

    /// <summary><see cref="ToByte"/> of each value.</summary>
    public static void ToBytes(ReadOnlySpan<float> values, Span<byte> levels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(levels.Length, values.Length);
        var i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref var from = ref MemoryMarshal.GetReference(values);
            ref var to = ref MemoryMarshal.GetReference(levels);
            for (; i <= values.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
            {
                Vector128.Narrow(
                    Vector128.Narrow(Rounded(ref from, i), Rounded(ref from, i + 4)),
                    Vector128.Narrow(Rounded(ref from, i + 8), Rounded(ref from, i + 12))).StoreUnsafe(ref to, (nuint)i);
            }
        }

        for (; i < values.Length; i++)
        {
            levels[i] = ToByte(values[i]);
        }
    }

    /// <summary><see cref="ToWord"/> of each value.</summary>
    public static void ToWords(ReadOnlySpan<float> values, Span<ushort> levels)
    {
        for (var i = 0; i < values.Length; i++)
        {
            levels[i] = ToWord(values[i]);
        }
    }

    /// <summary>Levels of four consecutive values.</summary>
    private static Vector128<uint> Rounded(ref float values, int place)
    {
        var scaled = (Vector128.LoadUnsafe(ref values, (nuint)place) + Vector128<float>.One) * 127.5f;
        return Vector128.ConvertToInt32(Vector128.Round(Vector128.Min(Vector128.Max(scaled, default), Vector128.Create(255f)))).AsUInt32();
    }
}

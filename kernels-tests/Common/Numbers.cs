using System.Runtime.InteropServices;

namespace IlgpuGan.TestsCommon;

/// <summary>Test data and comparisons.</summary>
internal static class Numbers
{
    /// <summary>Random numbers in [low, high); deterministic.</summary>
    public static float[] Some(long count, int seed = 1, double low = -2, double high = 2)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(low + (random.NextDouble() * (high - low)));
        }

        return values;
    }

    /// <summary>Asserts that two arrays hold the same bits, including those of NaNs.</summary>
    public static void AssertSameBits(float[] actual, float[] expected, string what)
    {
        var bits = MemoryMarshal.Cast<float, int>(actual);
        var expectedBits = MemoryMarshal.Cast<float, int>(expected);
        if (!bits.SequenceEqual(expectedBits))
        {
            Assert.That(bits.ToArray(), Is.EqualTo(expectedBits.ToArray()), what); // Reports the position.
        }
    }

    /// <summary>Asserts |actual − expected| ≤ tolerance · max(|expected|, floor) for each element; NaN and infinities must agree.</summary>
    public static void AssertClose(float[] actual, double[] expected, double tolerance, double floor = 1)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        for (var i = 0; i < actual.Length; i++)
        {
            var e = expected[i];
            if (double.IsNaN(e) || Math.Abs(e) > float.MaxValue)
            {
                Assert.That(actual[i], Is.EqualTo((float)e), $"element {i}");
            }
            else if (!(Math.Abs(actual[i] - e) <= tolerance * Math.Max(Math.Abs(e), floor)))
            {
                Assert.Fail($"element {i} of {actual.Length}: {actual[i]:R} instead of {e:R}");
            }
        }
    }

    /// <summary>Distance between a float and the exact value in units in the last place of the exact value's float.</summary>
    public static double UlpError(float actual, double exact)
    {
        var rounded = (float)exact;
        if (actual.Equals(rounded))
        {
            return 0;
        }

        if (!float.IsFinite(actual) || !float.IsFinite(rounded))
        {
            return double.PositiveInfinity;
        }

        var magnitude = Math.Max(Math.Abs(rounded), 1.17549435e-38f);
        return Math.Abs(actual - exact) / (MathF.BitIncrement(magnitude) - magnitude);
    }

    /// <summary>CRC-32 as the PNG standard defines it, bit by bit.</summary>
    public static uint Crc32ByBits(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    public static double[] Double(float[] values) => Array.ConvertAll(values, v => (double)v);
}

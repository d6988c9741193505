namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Numbers at which arithmetic goes wrong first, and random ones.</summary>
internal static class Samples
{
    public static readonly int[] Int32 = [0, 1, -1, 2, -2, 3, 7, 8, 31, 32, 33, 63, 64, 255, 256, -256, 65535, 65536, 0x12345678,
        int.MaxValue, int.MinValue, int.MaxValue - 1, int.MinValue + 1, .. Random(7, r => r.Next(int.MinValue, int.MaxValue))];

    public static readonly uint[] UInt32 = [.. Int32.Select(v => (uint)v)];

    public static readonly long[] Int64 = [.. Int32.Select(v => (long)v), long.MaxValue, long.MinValue, long.MinValue + 1, 1L << 32,
        -(1L << 32), 1L << 53, .. Random(9, r => r.NextInt64(long.MinValue, long.MaxValue))];

    public static readonly ulong[] UInt64 = [.. Int64.Select(v => (ulong)v)];

    public static readonly short[] Int16 = [.. Int32.Select(v => (short)v)];

    public static readonly ushort[] UInt16 = [.. Int32.Select(v => (ushort)v)];

    public static readonly sbyte[] Int8 = [.. Int32.Select(v => (sbyte)v)];

    public static readonly byte[] UInt8 = [.. Int32.Select(v => (byte)v)];

    /// <summary>Without NaN, infinities and denormals.</summary>
    public static readonly float[] Ordinary32 = [0f, 1f, -1f, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 3f, 0.1f, 1e-10f, -1e10f, 12345.678f,
        0.9999999f, 1.0000001f, .. Random(20, r => (r.NextSingle() - 0.5f) * 20)];

    public static readonly float[] Float32 = [.. Ordinary32, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity,
        float.MaxValue, float.MinValue, float.Epsilon, -1e-40f, 16777216f, 2147483648f, -2147483648f, 4294967296f, 9.3e18f];

    public static readonly double[] Ordinary64 = [.. Ordinary32.Select(v => (double)v), 1e-100, -1e100, Math.PI, Math.E];

    public static readonly double[] Float64 = [.. Ordinary64, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        double.MaxValue, double.Epsilon, 2147483647.5, -2147483648.5, 4294967295.5, 9.3e18, 1.9e19];

    /// <summary>Every first with every second.</summary>
    public static (T[] First, T[] Second) Pairs<T>(T[] firsts, T[] seconds) =>
        ([.. firsts.SelectMany(a => seconds.Select(_ => a))], [.. firsts.SelectMany(_ => seconds)]);

    private static IEnumerable<T> Random<T>(int count, Func<Random, T> next)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => next(random))];
    }
}

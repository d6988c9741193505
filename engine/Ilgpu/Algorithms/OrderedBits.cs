namespace ILGPU.Algorithms.RadixSortOperations;

/// <summary>
/// Unsigned numbers in the order of other types' values, which is .NET's: a NaN comes before every number, whatever its sign and payload,
/// and the zeros are equal.
/// </summary>
internal static class OrderedBits
{
    public static uint Of(byte value) => value;

    public static uint Of(ushort value) => value;

    public static uint Of(uint value) => value;

    public static ulong Of(ulong value) => value;

    public static uint Of(sbyte value) => (uint)(value - sbyte.MinValue);

    public static uint Of(short value) => (uint)(value - short.MinValue);

    public static uint Of(int value) => (uint)value ^ 0x8000_0000;

    public static ulong Of(long value) => (ulong)value ^ 0x8000_0000_0000_0000;

    // Magnitudes order numbers; negative ones go the other way, below the middle, and NaN, whose magnitude is beyond infinity's, to the
    // bottom.
    public static uint Of(Half value)
    {
        uint bits = Interop.FloatAsInt(value);
        uint magnitude = bits & 0x7FFF;
        if (magnitude > 0x7C00)
        {
            return 0;
        }

        return bits == magnitude ? 0x8000 + magnitude : 0x8000 - magnitude;
    }

    public static uint Of(float value)
    {
        uint bits = Interop.FloatAsInt(value);
        uint magnitude = bits & 0x7FFF_FFFF;
        if (magnitude > 0x7F80_0000)
        {
            return 0;
        }

        return bits == magnitude ? 0x8000_0000 + magnitude : 0x8000_0000 - magnitude;
    }

    public static ulong Of(double value)
    {
        ulong bits = Interop.FloatAsInt(value);
        ulong magnitude = bits & 0x7FFF_FFFF_FFFF_FFFF;
        if (magnitude > 0x7FF0_0000_0000_0000)
        {
            return 0;
        }

        return bits == magnitude ? 0x8000_0000_0000_0000 + magnitude : 0x8000_0000_0000_0000 - magnitude;
    }
}

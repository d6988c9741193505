using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>
/// Storage for the upper half of a single-precision number: 8 bits of exponent, 7 of mantissa. Arithmetic is done on the
/// <see cref="float"/> it converts to. An addition to ILGPU's API.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct BFloat16 : IEquatable<BFloat16>
{
    public static readonly BFloat16 Zero = new(0x0000);

    public static readonly BFloat16 One = new(0x3F80);

    private BFloat16(ushort rawValue) => RawValue = rawValue;

    /// <summary>The 16 bits.</summary>
    public ushort RawValue { get; }

    public static BFloat16 FromRawValue(ushort rawValue) => new(rawValue);

    public bool Equals(BFloat16 other) => ((float)this).Equals(other);

    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    public override int GetHashCode() => ((float)this).GetHashCode();

    public override string ToString() => ((float)this).ToString();

    public static implicit operator float(BFloat16 value) => Interop.IntAsFloat((uint)value.RawValue << 16);

    /// <summary>Rounds to nearest even; NaN stays NaN.</summary>
    public static explicit operator BFloat16(float value)
    {
        uint bits = Interop.FloatAsInt(value);
        uint rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
        bool isNaN = (bits & 0x7FFFFFFFu) > 0x7F800000u;
        return new((ushort)(isNaN ? (bits >> 16) | 0x40u : rounded));
    }

    public static bool operator ==(BFloat16 first, BFloat16 second) => (float)first == (float)second;

    public static bool operator !=(BFloat16 first, BFloat16 second) => (float)first != (float)second;
}

using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>
/// The IEEE 754 binary16 number. Arithmetic is done in single precision and rounded once, to nearest even, which gives exactly the
/// results of half precision arithmetic for +, -, * and /.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Half : IEquatable<Half>, IComparable<Half>
{
    public static readonly Half Zero = new(0x0000);

    public static readonly Half One = new(0x3C00);

    public static readonly Half NaN = new(0xFE00);

    public static readonly Half PositiveInfinity = new(0x7C00);

    public static readonly Half NegativeInfinity = new(0xFC00);

    /// <summary>The most negative number, -65504.</summary>
    public static readonly Half MinValue = new(0xFBFF);

    /// <summary>The largest number, 65504.</summary>
    public static readonly Half MaxValue = new(0x7BFF);

    /// <summary>The smallest positive number, 2^-24.</summary>
    public static readonly Half Epsilon = new(0x0001);

    internal Half(ushort rawValue) => RawValue = rawValue;

    internal ushort RawValue { get; }

    public static Half Abs(Half value) => new((ushort)(value.RawValue & 0x7FFF));

    public static bool IsNaN(Half value) => (value.RawValue & 0x7FFF) > 0x7C00;

    public static bool IsZero(Half value) => (value.RawValue & 0x7FFF) == 0;

    public static bool IsInfinity(Half value) => (value.RawValue & 0x7FFF) == 0x7C00;

    public static bool IsPositiveInfinity(Half value) => value.RawValue == 0x7C00;

    public static bool IsNegativeInfinity(Half value) => value.RawValue == 0xFC00;

    public static bool IsFinite(Half value) => (value.RawValue & 0x7C00) != 0x7C00;

    public bool Equals(Half other) => this == other || (IsNaN(this) && IsNaN(other));

    public override bool Equals(object? obj) => obj is Half other && Equals(other);

    public override int GetHashCode() => ((float)this).GetHashCode();

    public int CompareTo(Half other) => ((float)this).CompareTo(other);

    public override string ToString() => ((float)this).ToString();

    public static implicit operator float(Half value) => (float)BitConverter.UInt16BitsToHalf(value.RawValue);

    public static implicit operator double(Half value) => (float)value;

    public static explicit operator Half(float value) => new(BitConverter.HalfToUInt16Bits((System.Half)value));

    /// <remarks>Rounded to single precision first, on every device alike.</remarks>
    public static explicit operator Half(double value) => (Half)(float)value;

    public static explicit operator Half(sbyte value) => (Half)(float)value;

    public static explicit operator sbyte(Half value) => (sbyte)(float)value;

    public static explicit operator Half(byte value) => (Half)(float)value;

    public static explicit operator byte(Half value) => (byte)(float)value;

    public static explicit operator Half(short value) => (Half)(float)value;

    public static explicit operator short(Half value) => (short)(float)value;

    public static explicit operator Half(ushort value) => (Half)(float)value;

    public static explicit operator ushort(Half value) => (ushort)(float)value;

    public static explicit operator Half(int value) => (Half)(float)value;

    public static explicit operator int(Half value) => (int)(float)value;

    public static explicit operator Half(uint value) => (Half)(float)value;

    public static explicit operator uint(Half value) => (uint)(float)value;

    public static explicit operator Half(long value) => (Half)(float)value;

    public static explicit operator long(Half value) => (long)(float)value;

    public static explicit operator Half(ulong value) => (Half)(float)value;

    public static explicit operator ulong(Half value) => (ulong)(float)value;

    public static Half operator +(Half first, Half second) => (Half)((float)first + (float)second);

    public static Half operator -(Half first, Half second) => (Half)((float)first - (float)second);

    public static Half operator *(Half first, Half second) => (Half)((float)first * (float)second);

    public static Half operator /(Half first, Half second) => (Half)((float)first / (float)second);

    public static Half operator -(Half value) => new((ushort)(value.RawValue ^ 0x8000));

    public static bool operator ==(Half first, Half second) => (float)first == (float)second;

    public static bool operator !=(Half first, Half second) => (float)first != (float)second;

    public static bool operator <(Half first, Half second) => (float)first < (float)second;

    public static bool operator <=(Half first, Half second) => (float)first <= (float)second;

    public static bool operator >(Half first, Half second) => (float)first > (float)second;

    public static bool operator >=(Half first, Half second) => (float)first >= (float)second;
}

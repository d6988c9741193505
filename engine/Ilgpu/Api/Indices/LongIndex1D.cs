using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>A one-dimensional index (or extent) of 64-bit components. Arithmetic and comparisons work component by component.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct LongIndex1D : ILongIndex<LongIndex1D, Index1D>, IEquatable<LongIndex1D>
{
    /// <summary>The index whose components are all -1.</summary>
    public static readonly LongIndex1D Invalid = new(-1);

    public static readonly LongIndex1D Zero = new(0);

    public static readonly LongIndex1D One = new(1);

    public LongIndex1D(long x)
    {
        X = x;
    }

    public long X { get; }

    /// <summary>Whether every component is zero.</summary>
    public bool IsFirst => X == 0;

    /// <summary>The product of the components.</summary>
    public long Size => X;

    public IndexType IndexType => IndexType.LongIndex1D;

    public static LongIndex1D Min(LongIndex1D first, LongIndex1D second) => new(Math.Min(first.X, second.X));

    public static LongIndex1D Max(LongIndex1D first, LongIndex1D second) => new(Math.Max(first.X, second.X));

    public static LongIndex1D Clamp(LongIndex1D value, LongIndex1D min, LongIndex1D max) => Max(Min(value, max), min);

    public static LongIndex1D Add(LongIndex1D first, LongIndex1D second) => first + second;

    public static LongIndex1D Subtract(LongIndex1D first, LongIndex1D second) => first - second;

    public static LongIndex1D Multiply(LongIndex1D first, LongIndex1D second) => first * second;

    public static LongIndex1D Divide(LongIndex1D first, LongIndex1D second) => first / second;

    /// <summary>Whether 0 ≤ component &lt; dimension holds for every component.</summary>
    public bool InBounds(LongIndex1D dimension) =>
        X >= 0 && X < dimension.X;

    /// <summary>Whether 0 ≤ component ≤ dimension holds for every component.</summary>
    public bool InBoundsInclusive(LongIndex1D dimension) =>
        X >= 0 && X <= dimension.X;

    public LongIndex1D Add(LongIndex1D rhs) => this + rhs;

    public LongIndex1D Subtract(LongIndex1D rhs) => this - rhs;

    /// <summary>Narrows every component to 32 bits.</summary>
    /// <exception cref="OverflowException">A component does not fit (on the host; kernels wrap).</exception>
    public Index1D ToIntIndex() => new(checked((int)X));

    public bool Equals(LongIndex1D other) => this == other;

    public override bool Equals(object? obj) => obj is LongIndex1D other && this == other;

    public override int GetHashCode() => X.GetHashCode();

    public override string ToString() => $"({X})";

    public static implicit operator LongIndex1D(long value) => new(value);

    public static implicit operator long(LongIndex1D index) => index.X;

    public static explicit operator ulong(LongIndex1D index) => (ulong)index.X;

    public static explicit operator Index1D(LongIndex1D index) => index.ToIntIndex();

    public static LongIndex1D operator +(LongIndex1D first, LongIndex1D second) => new(first.X + second.X);

    public static LongIndex1D operator -(LongIndex1D first, LongIndex1D second) => new(first.X - second.X);

    public static LongIndex1D operator *(LongIndex1D first, LongIndex1D second) => new(first.X * second.X);

    public static LongIndex1D operator /(LongIndex1D first, LongIndex1D second) => new(first.X / second.X);

    public static bool operator ==(LongIndex1D first, LongIndex1D second) => first.X == second.X;

    public static bool operator !=(LongIndex1D first, LongIndex1D second) => !(first == second);
}

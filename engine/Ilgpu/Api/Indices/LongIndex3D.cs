using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>A three-dimensional index (or extent) of 64-bit components. Arithmetic and comparisons work component by component.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct LongIndex3D : ILongIndex<LongIndex3D, Index3D>, IEquatable<LongIndex3D>
{
    /// <summary>The index whose components are all -1.</summary>
    public static readonly LongIndex3D Invalid = new(-1, -1, -1);

    public static readonly LongIndex3D Zero = new(0, 0, 0);

    public static readonly LongIndex3D One = new(1, 1, 1);

    public LongIndex3D(long x, long y, long z)
    {
        X = x;
        Y = y;
        Z = z;
    }

    /// <summary>Every component is <paramref name="value"/>.</summary>
    public LongIndex3D(long value)
        : this(value, value, value)
    {
    }

    public LongIndex3D(LongIndex2D xy, long z)
        : this(xy.X, xy.Y, z)
    {
    }

    public LongIndex3D(long x, LongIndex2D yz)
        : this(x, yz.X, yz.Y)
    {
    }

    public long X { get; }

    public long Y { get; }

    public long Z { get; }

    public LongIndex2D XY => new(X, Y);

    public LongIndex2D YZ => new(Y, Z);

    /// <summary>Whether every component is zero.</summary>
    public bool IsFirst => X == 0 && Y == 0 && Z == 0;

    /// <summary>The product of the components.</summary>
    public long Size => X * Y * Z;

    public IndexType IndexType => IndexType.LongIndex3D;

    public static LongIndex3D Min(LongIndex3D first, LongIndex3D second) =>
        new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z));

    public static LongIndex3D Max(LongIndex3D first, LongIndex3D second) =>
        new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z));

    public static LongIndex3D Clamp(LongIndex3D value, LongIndex3D min, LongIndex3D max) => Max(Min(value, max), min);

    public static LongIndex3D Add(LongIndex3D first, LongIndex3D second) => first + second;

    public static LongIndex3D Subtract(LongIndex3D first, LongIndex3D second) => first - second;

    public static LongIndex3D Multiply(LongIndex3D first, LongIndex3D second) => first * second;

    public static LongIndex3D Divide(LongIndex3D first, LongIndex3D second) => first / second;

    /// <summary>Whether 0 ≤ component &lt; dimension holds for every component.</summary>
    public bool InBounds(LongIndex3D dimension) =>
        X >= 0 && X < dimension.X && Y >= 0 && Y < dimension.Y && Z >= 0 && Z < dimension.Z;

    /// <summary>Whether 0 ≤ component ≤ dimension holds for every component.</summary>
    public bool InBoundsInclusive(LongIndex3D dimension) =>
        X >= 0 && X <= dimension.X && Y >= 0 && Y <= dimension.Y && Z >= 0 && Z <= dimension.Z;

    public LongIndex3D Add(LongIndex3D rhs) => this + rhs;

    public LongIndex3D Subtract(LongIndex3D rhs) => this - rhs;

    /// <summary>Narrows every component to 32 bits.</summary>
    /// <exception cref="OverflowException">A component does not fit (on the host; kernels wrap).</exception>
    public Index3D ToIntIndex() => new(checked((int)X), checked((int)Y), checked((int)Z));

    public (long X, long Y, long Z) ToValueTuple() => (X, Y, Z);

    public void Deconstruct(out long x, out long y, out long z)
    {
        x = X;
        y = Y;
        z = Z;
    }

    public bool Equals(LongIndex3D other) => this == other;

    public override bool Equals(object? obj) => obj is LongIndex3D other && this == other;

    public override int GetHashCode() => HashCode.Combine(X, Y, Z);

    public override string ToString() => $"({X}, {Y}, {Z})";

    public static implicit operator LongIndex3D((long, long, long) value) => new(value.Item1, value.Item2, value.Item3);

    public static explicit operator Index3D(LongIndex3D index) => index.ToIntIndex();

    public static LongIndex3D operator +(LongIndex3D first, LongIndex3D second) =>
        new(first.X + second.X, first.Y + second.Y, first.Z + second.Z);

    public static LongIndex3D operator -(LongIndex3D first, LongIndex3D second) =>
        new(first.X - second.X, first.Y - second.Y, first.Z - second.Z);

    public static LongIndex3D operator *(LongIndex3D first, LongIndex3D second) =>
        new(first.X * second.X, first.Y * second.Y, first.Z * second.Z);

    public static LongIndex3D operator /(LongIndex3D first, LongIndex3D second) =>
        new(first.X / second.X, first.Y / second.Y, first.Z / second.Z);

    public static bool operator ==(LongIndex3D first, LongIndex3D second) =>
        first.X == second.X && first.Y == second.Y && first.Z == second.Z;

    public static bool operator !=(LongIndex3D first, LongIndex3D second) => !(first == second);
}

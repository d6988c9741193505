using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>A two-dimensional index (or extent) of 64-bit components. Arithmetic and comparisons work component by component.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct LongIndex2D : ILongIndex<LongIndex2D, Index2D>, IEquatable<LongIndex2D>
{
    /// <summary>The index whose components are all -1.</summary>
    public static readonly LongIndex2D Invalid = new(-1, -1);

    public static readonly LongIndex2D Zero = new(0, 0);

    public static readonly LongIndex2D One = new(1, 1);

    public LongIndex2D(long x, long y)
    {
        X = x;
        Y = y;
    }

    /// <summary>Every component is <paramref name="value"/>.</summary>
    public LongIndex2D(long value)
        : this(value, value)
    {
    }

    public long X { get; }

    public long Y { get; }

    /// <summary>Whether every component is zero.</summary>
    public bool IsFirst => X == 0 && Y == 0;

    /// <summary>The product of the components.</summary>
    public long Size => X * Y;

    public IndexType IndexType => IndexType.LongIndex2D;

    public static LongIndex2D Min(LongIndex2D first, LongIndex2D second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y));

    public static LongIndex2D Max(LongIndex2D first, LongIndex2D second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y));

    public static LongIndex2D Clamp(LongIndex2D value, LongIndex2D min, LongIndex2D max) => Max(Min(value, max), min);

    public static LongIndex2D Add(LongIndex2D first, LongIndex2D second) => first + second;

    public static LongIndex2D Subtract(LongIndex2D first, LongIndex2D second) => first - second;

    public static LongIndex2D Multiply(LongIndex2D first, LongIndex2D second) => first * second;

    public static LongIndex2D Divide(LongIndex2D first, LongIndex2D second) => first / second;

    /// <summary>Whether 0 ≤ component &lt; dimension holds for every component.</summary>
    public bool InBounds(LongIndex2D dimension) =>
        X >= 0 && X < dimension.X && Y >= 0 && Y < dimension.Y;

    /// <summary>Whether 0 ≤ component ≤ dimension holds for every component.</summary>
    public bool InBoundsInclusive(LongIndex2D dimension) =>
        X >= 0 && X <= dimension.X && Y >= 0 && Y <= dimension.Y;

    public LongIndex2D Add(LongIndex2D rhs) => this + rhs;

    public LongIndex2D Subtract(LongIndex2D rhs) => this - rhs;

    /// <summary>Narrows every component to 32 bits.</summary>
    /// <exception cref="OverflowException">A component does not fit (on the host; kernels wrap).</exception>
    public Index2D ToIntIndex() => new(checked((int)X), checked((int)Y));

    public (long X, long Y) ToValueTuple() => (X, Y);

    public void Deconstruct(out long x, out long y)
    {
        x = X;
        y = Y;
    }

    public bool Equals(LongIndex2D other) => this == other;

    public override bool Equals(object? obj) => obj is LongIndex2D other && this == other;

    public override int GetHashCode() => HashCode.Combine(X, Y);

    public override string ToString() => $"({X}, {Y})";

    public static implicit operator LongIndex2D((long, long) value) => new(value.Item1, value.Item2);

    public static explicit operator Index2D(LongIndex2D index) => index.ToIntIndex();

    public static LongIndex2D operator +(LongIndex2D first, LongIndex2D second) => new(first.X + second.X, first.Y + second.Y);

    public static LongIndex2D operator -(LongIndex2D first, LongIndex2D second) => new(first.X - second.X, first.Y - second.Y);

    public static LongIndex2D operator *(LongIndex2D first, LongIndex2D second) => new(first.X * second.X, first.Y * second.Y);

    public static LongIndex2D operator /(LongIndex2D first, LongIndex2D second) => new(first.X / second.X, first.Y / second.Y);

    public static bool operator ==(LongIndex2D first, LongIndex2D second) => first.X == second.X && first.Y == second.Y;

    public static bool operator !=(LongIndex2D first, LongIndex2D second) => !(first == second);
}

using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>A two-dimensional index (or extent) of 32-bit components. Arithmetic and comparisons work component by component.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Index2D : IIntIndex<Index2D, LongIndex2D>, IIntrinsicIndex, IEquatable<Index2D>
{
    /// <summary>The index whose components are all -1.</summary>
    public static readonly Index2D Invalid = new(-1, -1);

    public static readonly Index2D Zero = new(0, 0);

    public static readonly Index2D One = new(1, 1);

    public Index2D(int x, int y)
    {
        X = x;
        Y = y;
    }

    /// <summary>Every component is <paramref name="value"/>.</summary>
    public Index2D(int value)
        : this(value, value)
    {
    }

    public int X { get; }

    public int Y { get; }

    /// <summary>Whether every component is zero.</summary>
    public bool IsFirst => X == 0 && Y == 0;

    /// <summary>The product of the components, in 32 bits.</summary>
    public int Size => X * Y;

    /// <summary>The product of the components, in 64 bits.</summary>
    public long LongSize => (long)X * Y;

    long IIndex.Size => LongSize;

    public IndexType IndexType => IndexType.Index2D;

    public static Index2D Min(Index2D first, Index2D second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y));

    public static Index2D Max(Index2D first, Index2D second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y));

    public static Index2D Clamp(Index2D value, Index2D min, Index2D max) => Max(Min(value, max), min);

    public static Index2D Add(Index2D first, Index2D second) => first + second;

    public static Index2D Subtract(Index2D first, Index2D second) => first - second;

    public static Index2D Multiply(Index2D first, Index2D second) => first * second;

    public static Index2D Divide(Index2D first, Index2D second) => first / second;

    /// <summary>Whether 0 ≤ component &lt; dimension holds for every component.</summary>
    public bool InBounds(Index2D dimension) =>
        X >= 0 && X < dimension.X && Y >= 0 && Y < dimension.Y;

    /// <summary>Whether 0 ≤ component ≤ dimension holds for every component.</summary>
    public bool InBoundsInclusive(Index2D dimension) =>
        X >= 0 && X <= dimension.X && Y >= 0 && Y <= dimension.Y;

    public Index2D Add(Index2D rhs) => this + rhs;

    public Index2D Subtract(Index2D rhs) => this - rhs;

    public LongIndex2D ToLongIndex() => new(X, Y);

    public (int X, int Y) ToValueTuple() => (X, Y);

    public void Deconstruct(out int x, out int y)
    {
        x = X;
        y = Y;
    }

    public bool Equals(Index2D other) => this == other;

    public override bool Equals(object? obj) => obj is Index2D other && this == other;

    public override int GetHashCode() => HashCode.Combine(X, Y);

    public override string ToString() => $"({X}, {Y})";

    public static implicit operator Index2D((int, int) value) => new(value.Item1, value.Item2);

    public static implicit operator LongIndex2D(Index2D index) => index.ToLongIndex();

    public static Index2D operator +(Index2D first, Index2D second) => new(first.X + second.X, first.Y + second.Y);

    public static Index2D operator -(Index2D first, Index2D second) => new(first.X - second.X, first.Y - second.Y);

    public static Index2D operator *(Index2D first, Index2D second) => new(first.X * second.X, first.Y * second.Y);

    public static Index2D operator /(Index2D first, Index2D second) => new(first.X / second.X, first.Y / second.Y);

    public static bool operator ==(Index2D first, Index2D second) => first.X == second.X && first.Y == second.Y;

    public static bool operator !=(Index2D first, Index2D second) => !(first == second);
}

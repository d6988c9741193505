using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>A one-dimensional index (or extent) of 32-bit components. Arithmetic and comparisons work component by component.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Index1D : IIntIndex<Index1D, LongIndex1D>, IIntrinsicIndex, IEquatable<Index1D>
{
    /// <summary>The index whose components are all -1.</summary>
    public static readonly Index1D Invalid = new(-1);

    public static readonly Index1D Zero = new(0);

    public static readonly Index1D One = new(1);

    public Index1D(int x)
    {
        X = x;
    }

    public int X { get; }

    /// <summary>Whether every component is zero.</summary>
    public bool IsFirst => X == 0;

    /// <summary>The product of the components, in 32 bits.</summary>
    public int Size => X;

    /// <summary>The product of the components, in 64 bits.</summary>
    public long LongSize => (long)X;

    long IIndex.Size => LongSize;

    public IndexType IndexType => IndexType.Index1D;

    public static Index1D Min(Index1D first, Index1D second) => new(Math.Min(first.X, second.X));

    public static Index1D Max(Index1D first, Index1D second) => new(Math.Max(first.X, second.X));

    public static Index1D Clamp(Index1D value, Index1D min, Index1D max) => Max(Min(value, max), min);

    public static Index1D Add(Index1D first, Index1D second) => first + second;

    public static Index1D Subtract(Index1D first, Index1D second) => first - second;

    public static Index1D Multiply(Index1D first, Index1D second) => first * second;

    public static Index1D Divide(Index1D first, Index1D second) => first / second;

    /// <summary>Whether 0 ≤ component &lt; dimension holds for every component.</summary>
    public bool InBounds(Index1D dimension) =>
        X >= 0 && X < dimension.X;

    /// <summary>Whether 0 ≤ component ≤ dimension holds for every component.</summary>
    public bool InBoundsInclusive(Index1D dimension) =>
        X >= 0 && X <= dimension.X;

    public Index1D Add(Index1D rhs) => this + rhs;

    public Index1D Subtract(Index1D rhs) => this - rhs;

    public LongIndex1D ToLongIndex() => new(X);

    public bool Equals(Index1D other) => this == other;

    public override bool Equals(object? obj) => obj is Index1D other && this == other;

    public override int GetHashCode() => X.GetHashCode();

    public override string ToString() => $"({X})";

    public static implicit operator Index1D(int value) => new(value);

    public static implicit operator int(Index1D index) => index.X;

    public static explicit operator uint(Index1D index) => (uint)index.X;

    public static implicit operator LongIndex1D(Index1D index) => index.ToLongIndex();

    public static Index1D operator +(Index1D first, Index1D second) => new(first.X + second.X);

    public static Index1D operator -(Index1D first, Index1D second) => new(first.X - second.X);

    public static Index1D operator *(Index1D first, Index1D second) => new(first.X * second.X);

    public static Index1D operator /(Index1D first, Index1D second) => new(first.X / second.X);

    public static bool operator ==(Index1D first, Index1D second) => first.X == second.X;

    public static bool operator !=(Index1D first, Index1D second) => !(first == second);
}

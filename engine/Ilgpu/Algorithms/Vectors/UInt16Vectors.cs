// Written by tools/type-tables: change it there.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Algorithms.Random;
using ILGPU.Runtime;

namespace ILGPU.Algorithms.Vectors;

/// <summary>Two elements of type <see cref="ushort"/>.</summary>
public readonly record struct UInt16x2(ushort X, ushort Y)
    : IVectorType<UInt16x2, ushort>
{
    public static int Length => 2;

    public static UInt16x2 Invalid => FromScalar(ushort.MaxValue);

    public static UInt16x2 Zero => default;

    public static UInt16x2 One => FromScalar(1);

    public static UInt16x2 FromScalar(ushort scalar) => new(scalar, scalar);

    public static UInt16x2 Min(UInt16x2 first, UInt16x2 second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y));

    public static UInt16x2 Max(UInt16x2 first, UInt16x2 second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y));

    public static UInt16x2 Clamp(UInt16x2 value, UInt16x2 min, UInt16x2 max) => Max(Min(value, max), min);

    public static UInt16x2 Abs(UInt16x2 value) => value;

    public static ushort GetRandomScalar<TRandom>(ref TRandom random, ushort min, ushort max)
        where TRandom : struct, IRandomProvider => (ushort)RandomExtensions.Next(ref random, min, max);

    public static UInt16x2 GetRandom<TRandom>(ref TRandom random, UInt16x2 min, UInt16x2 max)
        where TRandom : struct, IRandomProvider =>
        new(GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y));

    public static UInt16x2 FromElementView<TStride>(ArrayView1D<ushort, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public static UInt16x2 FromElementView(SingleVectorView<ushort> sourceView, Index1D index) =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public void ToElementView<TStride>(ArrayView1D<ushort, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public void ToElementView(SingleVectorView<ushort> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public ReadOnlySpan<ushort> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<UInt16x2, ushort>(ref Unsafe.AsRef(in this)), 2);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<UInt16x2, ushort>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static UInt16x2 operator +(UInt16x2 first, UInt16x2 second) => new((ushort)(first.X + second.X), (ushort)(first.Y + second.Y));

    public static UInt16x2 operator -(UInt16x2 first, UInt16x2 second) => new((ushort)(first.X - second.X), (ushort)(first.Y - second.Y));

    public static UInt16x2 operator *(UInt16x2 first, UInt16x2 second) => new((ushort)(first.X * second.X), (ushort)(first.Y * second.Y));

    public static UInt16x2 operator /(UInt16x2 first, UInt16x2 second) => new((ushort)(first.X / second.X), (ushort)(first.Y / second.Y));

    public static UInt16x2 operator -(UInt16x2 value) => default(UInt16x2) - value;

    public static UInt16x2 operator +(UInt16x2 value) => value;

    public static UInt16x2 operator ++(UInt16x2 value) => value + One;

    public static UInt16x2 operator --(UInt16x2 value) => value - One;
}

/// <summary>Four elements of type <see cref="ushort"/>.</summary>
public readonly record struct UInt16x4(ushort X, ushort Y, ushort Z, ushort W)
    : IVectorType<UInt16x4, ushort>
{
    public static int Length => 4;

    public static UInt16x4 Invalid => FromScalar(ushort.MaxValue);

    public static UInt16x4 Zero => default;

    public static UInt16x4 One => FromScalar(1);

    public static UInt16x4 FromScalar(ushort scalar) => new(
            scalar, scalar, scalar, scalar);

    public static UInt16x4 Min(UInt16x4 first, UInt16x4 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W));

    public static UInt16x4 Max(UInt16x4 first, UInt16x4 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W));

    public static UInt16x4 Clamp(UInt16x4 value, UInt16x4 min, UInt16x4 max) => Max(Min(value, max), min);

    public static UInt16x4 Abs(UInt16x4 value) => value;

    public static ushort GetRandomScalar<TRandom>(ref TRandom random, ushort min, ushort max)
        where TRandom : struct, IRandomProvider => (ushort)RandomExtensions.Next(ref random, min, max);

    public static UInt16x4 GetRandom<TRandom>(ref TRandom random, UInt16x4 min, UInt16x4 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W));

    public static UInt16x4 FromElementView<TStride>(ArrayView1D<ushort, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public static UInt16x4 FromElementView(SingleVectorView<ushort> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public void ToElementView<TStride>(ArrayView1D<ushort, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public void ToElementView(SingleVectorView<ushort> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public ReadOnlySpan<ushort> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<UInt16x4, ushort>(ref Unsafe.AsRef(in this)), 4);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<UInt16x4, ushort>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
        iterator.Iterate(Z, 2);
        iterator.Iterate(W, 3);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static UInt16x4 operator +(UInt16x4 first, UInt16x4 second) => new(
            (ushort)(first.X + second.X), (ushort)(first.Y + second.Y), (ushort)(first.Z + second.Z), (ushort)(first.W + second.W));

    public static UInt16x4 operator -(UInt16x4 first, UInt16x4 second) => new(
            (ushort)(first.X - second.X), (ushort)(first.Y - second.Y), (ushort)(first.Z - second.Z), (ushort)(first.W - second.W));

    public static UInt16x4 operator *(UInt16x4 first, UInt16x4 second) => new(
            (ushort)(first.X * second.X), (ushort)(first.Y * second.Y), (ushort)(first.Z * second.Z), (ushort)(first.W * second.W));

    public static UInt16x4 operator /(UInt16x4 first, UInt16x4 second) => new(
            (ushort)(first.X / second.X), (ushort)(first.Y / second.Y), (ushort)(first.Z / second.Z), (ushort)(first.W / second.W));

    public static UInt16x4 operator -(UInt16x4 value) => default(UInt16x4) - value;

    public static UInt16x4 operator +(UInt16x4 value) => value;

    public static UInt16x4 operator ++(UInt16x4 value) => value + One;

    public static UInt16x4 operator --(UInt16x4 value) => value - One;
}

/// <summary>Eight elements of type <see cref="ushort"/>.</summary>
public readonly record struct UInt16x8(ushort X, ushort Y, ushort Z, ushort W, ushort I, ushort J, ushort K, ushort L)
    : IVectorType<UInt16x8, ushort>
{
    public static int Length => 8;

    public static UInt16x8 Invalid => FromScalar(ushort.MaxValue);

    public static UInt16x8 Zero => default;

    public static UInt16x8 One => FromScalar(1);

    public static UInt16x8 FromScalar(ushort scalar) => new(
            scalar, scalar, scalar, scalar,
            scalar, scalar, scalar, scalar);

    public static UInt16x8 Min(UInt16x8 first, UInt16x8 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W),
            Math.Min(first.I, second.I), Math.Min(first.J, second.J), Math.Min(first.K, second.K), Math.Min(first.L, second.L));

    public static UInt16x8 Max(UInt16x8 first, UInt16x8 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W),
            Math.Max(first.I, second.I), Math.Max(first.J, second.J), Math.Max(first.K, second.K), Math.Max(first.L, second.L));

    public static UInt16x8 Clamp(UInt16x8 value, UInt16x8 min, UInt16x8 max) => Max(Min(value, max), min);

    public static UInt16x8 Abs(UInt16x8 value) => value;

    public static ushort GetRandomScalar<TRandom>(ref TRandom random, ushort min, ushort max)
        where TRandom : struct, IRandomProvider => (ushort)RandomExtensions.Next(ref random, min, max);

    public static UInt16x8 GetRandom<TRandom>(ref TRandom random, UInt16x8 min, UInt16x8 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W),
            GetRandomScalar(ref random, min.I, max.I), GetRandomScalar(ref random, min.J, max.J),
            GetRandomScalar(ref random, min.K, max.K), GetRandomScalar(ref random, min.L, max.L));

    public static UInt16x8 FromElementView<TStride>(ArrayView1D<ushort, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public static UInt16x8 FromElementView(SingleVectorView<ushort> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public void ToElementView<TStride>(ArrayView1D<ushort, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
        targetView[index + 4] = I;
        targetView[index + 5] = J;
        targetView[index + 6] = K;
        targetView[index + 7] = L;
    }

    public void ToElementView(SingleVectorView<ushort> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
        targetView[index + 4] = I;
        targetView[index + 5] = J;
        targetView[index + 6] = K;
        targetView[index + 7] = L;
    }

    public ReadOnlySpan<ushort> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<UInt16x8, ushort>(ref Unsafe.AsRef(in this)), 8);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<UInt16x8, ushort>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
        iterator.Iterate(Z, 2);
        iterator.Iterate(W, 3);
        iterator.Iterate(I, 4);
        iterator.Iterate(J, 5);
        iterator.Iterate(K, 6);
        iterator.Iterate(L, 7);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static UInt16x8 operator +(UInt16x8 first, UInt16x8 second) => new(
            (ushort)(first.X + second.X), (ushort)(first.Y + second.Y), (ushort)(first.Z + second.Z), (ushort)(first.W + second.W),
            (ushort)(first.I + second.I), (ushort)(first.J + second.J), (ushort)(first.K + second.K), (ushort)(first.L + second.L));

    public static UInt16x8 operator -(UInt16x8 first, UInt16x8 second) => new(
            (ushort)(first.X - second.X), (ushort)(first.Y - second.Y), (ushort)(first.Z - second.Z), (ushort)(first.W - second.W),
            (ushort)(first.I - second.I), (ushort)(first.J - second.J), (ushort)(first.K - second.K), (ushort)(first.L - second.L));

    public static UInt16x8 operator *(UInt16x8 first, UInt16x8 second) => new(
            (ushort)(first.X * second.X), (ushort)(first.Y * second.Y), (ushort)(first.Z * second.Z), (ushort)(first.W * second.W),
            (ushort)(first.I * second.I), (ushort)(first.J * second.J), (ushort)(first.K * second.K), (ushort)(first.L * second.L));

    public static UInt16x8 operator /(UInt16x8 first, UInt16x8 second) => new(
            (ushort)(first.X / second.X), (ushort)(first.Y / second.Y), (ushort)(first.Z / second.Z), (ushort)(first.W / second.W),
            (ushort)(first.I / second.I), (ushort)(first.J / second.J), (ushort)(first.K / second.K), (ushort)(first.L / second.L));

    public static UInt16x8 operator -(UInt16x8 value) => default(UInt16x8) - value;

    public static UInt16x8 operator +(UInt16x8 value) => value;

    public static UInt16x8 operator ++(UInt16x8 value) => value + One;

    public static UInt16x8 operator --(UInt16x8 value) => value - One;
}

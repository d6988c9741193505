// Written by tools/type-tables: change it there.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Algorithms.Random;
using ILGPU.Runtime;

namespace ILGPU.Algorithms.Vectors;

/// <summary>Two elements of type <see cref="short"/>.</summary>
public readonly record struct Int16x2(short X, short Y)
    : IVectorType<Int16x2, short>
{
    public static int Length => 2;

    public static Int16x2 Invalid => FromScalar(short.MinValue);

    public static Int16x2 Zero => default;

    public static Int16x2 One => FromScalar(1);

    public static Int16x2 FromScalar(short scalar) => new(scalar, scalar);

    public static Int16x2 Min(Int16x2 first, Int16x2 second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y));

    public static Int16x2 Max(Int16x2 first, Int16x2 second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y));

    public static Int16x2 Clamp(Int16x2 value, Int16x2 min, Int16x2 max) => Max(Min(value, max), min);

    public static Int16x2 Abs(Int16x2 value) => new(Math.Abs(value.X), Math.Abs(value.Y));

    public static short GetRandomScalar<TRandom>(ref TRandom random, short min, short max)
        where TRandom : struct, IRandomProvider => (short)RandomExtensions.Next(ref random, min, max);

    public static Int16x2 GetRandom<TRandom>(ref TRandom random, Int16x2 min, Int16x2 max)
        where TRandom : struct, IRandomProvider =>
        new(GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y));

    public static Int16x2 FromElementView<TStride>(ArrayView1D<short, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public static Int16x2 FromElementView(SingleVectorView<short> sourceView, Index1D index) =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public void ToElementView<TStride>(ArrayView1D<short, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public void ToElementView(SingleVectorView<short> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public ReadOnlySpan<short> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Int16x2, short>(ref Unsafe.AsRef(in this)), 2);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<Int16x2, short>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static Int16x2 operator +(Int16x2 first, Int16x2 second) => new((short)(first.X + second.X), (short)(first.Y + second.Y));

    public static Int16x2 operator -(Int16x2 first, Int16x2 second) => new((short)(first.X - second.X), (short)(first.Y - second.Y));

    public static Int16x2 operator *(Int16x2 first, Int16x2 second) => new((short)(first.X * second.X), (short)(first.Y * second.Y));

    public static Int16x2 operator /(Int16x2 first, Int16x2 second) => new((short)(first.X / second.X), (short)(first.Y / second.Y));

    public static Int16x2 operator -(Int16x2 value) => default(Int16x2) - value;

    public static Int16x2 operator +(Int16x2 value) => value;

    public static Int16x2 operator ++(Int16x2 value) => value + One;

    public static Int16x2 operator --(Int16x2 value) => value - One;
}

/// <summary>Four elements of type <see cref="short"/>.</summary>
public readonly record struct Int16x4(short X, short Y, short Z, short W)
    : IVectorType<Int16x4, short>
{
    public static int Length => 4;

    public static Int16x4 Invalid => FromScalar(short.MinValue);

    public static Int16x4 Zero => default;

    public static Int16x4 One => FromScalar(1);

    public static Int16x4 FromScalar(short scalar) => new(
            scalar, scalar, scalar, scalar);

    public static Int16x4 Min(Int16x4 first, Int16x4 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W));

    public static Int16x4 Max(Int16x4 first, Int16x4 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W));

    public static Int16x4 Clamp(Int16x4 value, Int16x4 min, Int16x4 max) => Max(Min(value, max), min);

    public static Int16x4 Abs(Int16x4 value) => new(
            Math.Abs(value.X), Math.Abs(value.Y), Math.Abs(value.Z), Math.Abs(value.W));

    public static short GetRandomScalar<TRandom>(ref TRandom random, short min, short max)
        where TRandom : struct, IRandomProvider => (short)RandomExtensions.Next(ref random, min, max);

    public static Int16x4 GetRandom<TRandom>(ref TRandom random, Int16x4 min, Int16x4 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W));

    public static Int16x4 FromElementView<TStride>(ArrayView1D<short, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public static Int16x4 FromElementView(SingleVectorView<short> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public void ToElementView<TStride>(ArrayView1D<short, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public void ToElementView(SingleVectorView<short> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public ReadOnlySpan<short> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Int16x4, short>(ref Unsafe.AsRef(in this)), 4);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<Int16x4, short>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
        iterator.Iterate(Z, 2);
        iterator.Iterate(W, 3);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static Int16x4 operator +(Int16x4 first, Int16x4 second) => new(
            (short)(first.X + second.X), (short)(first.Y + second.Y), (short)(first.Z + second.Z), (short)(first.W + second.W));

    public static Int16x4 operator -(Int16x4 first, Int16x4 second) => new(
            (short)(first.X - second.X), (short)(first.Y - second.Y), (short)(first.Z - second.Z), (short)(first.W - second.W));

    public static Int16x4 operator *(Int16x4 first, Int16x4 second) => new(
            (short)(first.X * second.X), (short)(first.Y * second.Y), (short)(first.Z * second.Z), (short)(first.W * second.W));

    public static Int16x4 operator /(Int16x4 first, Int16x4 second) => new(
            (short)(first.X / second.X), (short)(first.Y / second.Y), (short)(first.Z / second.Z), (short)(first.W / second.W));

    public static Int16x4 operator -(Int16x4 value) => default(Int16x4) - value;

    public static Int16x4 operator +(Int16x4 value) => value;

    public static Int16x4 operator ++(Int16x4 value) => value + One;

    public static Int16x4 operator --(Int16x4 value) => value - One;
}

/// <summary>Eight elements of type <see cref="short"/>.</summary>
public readonly record struct Int16x8(short X, short Y, short Z, short W, short I, short J, short K, short L)
    : IVectorType<Int16x8, short>
{
    public static int Length => 8;

    public static Int16x8 Invalid => FromScalar(short.MinValue);

    public static Int16x8 Zero => default;

    public static Int16x8 One => FromScalar(1);

    public static Int16x8 FromScalar(short scalar) => new(
            scalar, scalar, scalar, scalar,
            scalar, scalar, scalar, scalar);

    public static Int16x8 Min(Int16x8 first, Int16x8 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W),
            Math.Min(first.I, second.I), Math.Min(first.J, second.J), Math.Min(first.K, second.K), Math.Min(first.L, second.L));

    public static Int16x8 Max(Int16x8 first, Int16x8 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W),
            Math.Max(first.I, second.I), Math.Max(first.J, second.J), Math.Max(first.K, second.K), Math.Max(first.L, second.L));

    public static Int16x8 Clamp(Int16x8 value, Int16x8 min, Int16x8 max) => Max(Min(value, max), min);

    public static Int16x8 Abs(Int16x8 value) => new(
            Math.Abs(value.X), Math.Abs(value.Y), Math.Abs(value.Z), Math.Abs(value.W),
            Math.Abs(value.I), Math.Abs(value.J), Math.Abs(value.K), Math.Abs(value.L));

    public static short GetRandomScalar<TRandom>(ref TRandom random, short min, short max)
        where TRandom : struct, IRandomProvider => (short)RandomExtensions.Next(ref random, min, max);

    public static Int16x8 GetRandom<TRandom>(ref TRandom random, Int16x8 min, Int16x8 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W),
            GetRandomScalar(ref random, min.I, max.I), GetRandomScalar(ref random, min.J, max.J),
            GetRandomScalar(ref random, min.K, max.K), GetRandomScalar(ref random, min.L, max.L));

    public static Int16x8 FromElementView<TStride>(ArrayView1D<short, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public static Int16x8 FromElementView(SingleVectorView<short> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public void ToElementView<TStride>(ArrayView1D<short, TStride> targetView, Index1D index)
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

    public void ToElementView(SingleVectorView<short> targetView, Index1D index)
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

    public ReadOnlySpan<short> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Int16x8, short>(ref Unsafe.AsRef(in this)), 8);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<Int16x8, short>
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

    public static Int16x8 operator +(Int16x8 first, Int16x8 second) => new(
            (short)(first.X + second.X), (short)(first.Y + second.Y), (short)(first.Z + second.Z), (short)(first.W + second.W),
            (short)(first.I + second.I), (short)(first.J + second.J), (short)(first.K + second.K), (short)(first.L + second.L));

    public static Int16x8 operator -(Int16x8 first, Int16x8 second) => new(
            (short)(first.X - second.X), (short)(first.Y - second.Y), (short)(first.Z - second.Z), (short)(first.W - second.W),
            (short)(first.I - second.I), (short)(first.J - second.J), (short)(first.K - second.K), (short)(first.L - second.L));

    public static Int16x8 operator *(Int16x8 first, Int16x8 second) => new(
            (short)(first.X * second.X), (short)(first.Y * second.Y), (short)(first.Z * second.Z), (short)(first.W * second.W),
            (short)(first.I * second.I), (short)(first.J * second.J), (short)(first.K * second.K), (short)(first.L * second.L));

    public static Int16x8 operator /(Int16x8 first, Int16x8 second) => new(
            (short)(first.X / second.X), (short)(first.Y / second.Y), (short)(first.Z / second.Z), (short)(first.W / second.W),
            (short)(first.I / second.I), (short)(first.J / second.J), (short)(first.K / second.K), (short)(first.L / second.L));

    public static Int16x8 operator -(Int16x8 value) => default(Int16x8) - value;

    public static Int16x8 operator +(Int16x8 value) => value;

    public static Int16x8 operator ++(Int16x8 value) => value + One;

    public static Int16x8 operator --(Int16x8 value) => value - One;
}

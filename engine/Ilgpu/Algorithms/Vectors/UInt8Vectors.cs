// Written by tools/type-tables: change it there.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Algorithms.Random;
using ILGPU.Runtime;

namespace ILGPU.Algorithms.Vectors;

/// <summary>Two elements of type <see cref="byte"/>.</summary>
public readonly record struct UInt8x2(byte X, byte Y)
    : IVectorType<UInt8x2, byte>
{
    public static int Length => 2;

    public static UInt8x2 Invalid => FromScalar(byte.MaxValue);

    public static UInt8x2 Zero => default;

    public static UInt8x2 One => FromScalar(1);

    public static UInt8x2 FromScalar(byte scalar) => new(scalar, scalar);

    public static UInt8x2 Min(UInt8x2 first, UInt8x2 second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y));

    public static UInt8x2 Max(UInt8x2 first, UInt8x2 second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y));

    public static UInt8x2 Clamp(UInt8x2 value, UInt8x2 min, UInt8x2 max) => Max(Min(value, max), min);

    public static UInt8x2 Abs(UInt8x2 value) => value;

    public static byte GetRandomScalar<TRandom>(ref TRandom random, byte min, byte max)
        where TRandom : struct, IRandomProvider => (byte)RandomExtensions.Next(ref random, min, max);

    public static UInt8x2 GetRandom<TRandom>(ref TRandom random, UInt8x2 min, UInt8x2 max)
        where TRandom : struct, IRandomProvider =>
        new(GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y));

    public static UInt8x2 FromElementView<TStride>(ArrayView1D<byte, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public static UInt8x2 FromElementView(SingleVectorView<byte> sourceView, Index1D index) =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public void ToElementView<TStride>(ArrayView1D<byte, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public void ToElementView(SingleVectorView<byte> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public ReadOnlySpan<byte> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<UInt8x2, byte>(ref Unsafe.AsRef(in this)), 2);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<UInt8x2, byte>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static UInt8x2 operator +(UInt8x2 first, UInt8x2 second) => new((byte)(first.X + second.X), (byte)(first.Y + second.Y));

    public static UInt8x2 operator -(UInt8x2 first, UInt8x2 second) => new((byte)(first.X - second.X), (byte)(first.Y - second.Y));

    public static UInt8x2 operator *(UInt8x2 first, UInt8x2 second) => new((byte)(first.X * second.X), (byte)(first.Y * second.Y));

    public static UInt8x2 operator /(UInt8x2 first, UInt8x2 second) => new((byte)(first.X / second.X), (byte)(first.Y / second.Y));

    public static UInt8x2 operator -(UInt8x2 value) => default(UInt8x2) - value;

    public static UInt8x2 operator +(UInt8x2 value) => value;

    public static UInt8x2 operator ++(UInt8x2 value) => value + One;

    public static UInt8x2 operator --(UInt8x2 value) => value - One;
}

/// <summary>Four elements of type <see cref="byte"/>.</summary>
public readonly record struct UInt8x4(byte X, byte Y, byte Z, byte W)
    : IVectorType<UInt8x4, byte>
{
    public static int Length => 4;

    public static UInt8x4 Invalid => FromScalar(byte.MaxValue);

    public static UInt8x4 Zero => default;

    public static UInt8x4 One => FromScalar(1);

    public static UInt8x4 FromScalar(byte scalar) => new(
            scalar, scalar, scalar, scalar);

    public static UInt8x4 Min(UInt8x4 first, UInt8x4 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W));

    public static UInt8x4 Max(UInt8x4 first, UInt8x4 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W));

    public static UInt8x4 Clamp(UInt8x4 value, UInt8x4 min, UInt8x4 max) => Max(Min(value, max), min);

    public static UInt8x4 Abs(UInt8x4 value) => value;

    public static byte GetRandomScalar<TRandom>(ref TRandom random, byte min, byte max)
        where TRandom : struct, IRandomProvider => (byte)RandomExtensions.Next(ref random, min, max);

    public static UInt8x4 GetRandom<TRandom>(ref TRandom random, UInt8x4 min, UInt8x4 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W));

    public static UInt8x4 FromElementView<TStride>(ArrayView1D<byte, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public static UInt8x4 FromElementView(SingleVectorView<byte> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public void ToElementView<TStride>(ArrayView1D<byte, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public void ToElementView(SingleVectorView<byte> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public ReadOnlySpan<byte> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<UInt8x4, byte>(ref Unsafe.AsRef(in this)), 4);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<UInt8x4, byte>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
        iterator.Iterate(Z, 2);
        iterator.Iterate(W, 3);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static UInt8x4 operator +(UInt8x4 first, UInt8x4 second) => new(
            (byte)(first.X + second.X), (byte)(first.Y + second.Y), (byte)(first.Z + second.Z), (byte)(first.W + second.W));

    public static UInt8x4 operator -(UInt8x4 first, UInt8x4 second) => new(
            (byte)(first.X - second.X), (byte)(first.Y - second.Y), (byte)(first.Z - second.Z), (byte)(first.W - second.W));

    public static UInt8x4 operator *(UInt8x4 first, UInt8x4 second) => new(
            (byte)(first.X * second.X), (byte)(first.Y * second.Y), (byte)(first.Z * second.Z), (byte)(first.W * second.W));

    public static UInt8x4 operator /(UInt8x4 first, UInt8x4 second) => new(
            (byte)(first.X / second.X), (byte)(first.Y / second.Y), (byte)(first.Z / second.Z), (byte)(first.W / second.W));

    public static UInt8x4 operator -(UInt8x4 value) => default(UInt8x4) - value;

    public static UInt8x4 operator +(UInt8x4 value) => value;

    public static UInt8x4 operator ++(UInt8x4 value) => value + One;

    public static UInt8x4 operator --(UInt8x4 value) => value - One;
}

/// <summary>Eight elements of type <see cref="byte"/>.</summary>
public readonly record struct UInt8x8(byte X, byte Y, byte Z, byte W, byte I, byte J, byte K, byte L)
    : IVectorType<UInt8x8, byte>
{
    public static int Length => 8;

    public static UInt8x8 Invalid => FromScalar(byte.MaxValue);

    public static UInt8x8 Zero => default;

    public static UInt8x8 One => FromScalar(1);

    public static UInt8x8 FromScalar(byte scalar) => new(
            scalar, scalar, scalar, scalar,
            scalar, scalar, scalar, scalar);

    public static UInt8x8 Min(UInt8x8 first, UInt8x8 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W),
            Math.Min(first.I, second.I), Math.Min(first.J, second.J), Math.Min(first.K, second.K), Math.Min(first.L, second.L));

    public static UInt8x8 Max(UInt8x8 first, UInt8x8 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W),
            Math.Max(first.I, second.I), Math.Max(first.J, second.J), Math.Max(first.K, second.K), Math.Max(first.L, second.L));

    public static UInt8x8 Clamp(UInt8x8 value, UInt8x8 min, UInt8x8 max) => Max(Min(value, max), min);

    public static UInt8x8 Abs(UInt8x8 value) => value;

    public static byte GetRandomScalar<TRandom>(ref TRandom random, byte min, byte max)
        where TRandom : struct, IRandomProvider => (byte)RandomExtensions.Next(ref random, min, max);

    public static UInt8x8 GetRandom<TRandom>(ref TRandom random, UInt8x8 min, UInt8x8 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W),
            GetRandomScalar(ref random, min.I, max.I), GetRandomScalar(ref random, min.J, max.J),
            GetRandomScalar(ref random, min.K, max.K), GetRandomScalar(ref random, min.L, max.L));

    public static UInt8x8 FromElementView<TStride>(ArrayView1D<byte, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public static UInt8x8 FromElementView(SingleVectorView<byte> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public void ToElementView<TStride>(ArrayView1D<byte, TStride> targetView, Index1D index)
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

    public void ToElementView(SingleVectorView<byte> targetView, Index1D index)
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

    public ReadOnlySpan<byte> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<UInt8x8, byte>(ref Unsafe.AsRef(in this)), 8);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<UInt8x8, byte>
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

    public static UInt8x8 operator +(UInt8x8 first, UInt8x8 second) => new(
            (byte)(first.X + second.X), (byte)(first.Y + second.Y), (byte)(first.Z + second.Z), (byte)(first.W + second.W),
            (byte)(first.I + second.I), (byte)(first.J + second.J), (byte)(first.K + second.K), (byte)(first.L + second.L));

    public static UInt8x8 operator -(UInt8x8 first, UInt8x8 second) => new(
            (byte)(first.X - second.X), (byte)(first.Y - second.Y), (byte)(first.Z - second.Z), (byte)(first.W - second.W),
            (byte)(first.I - second.I), (byte)(first.J - second.J), (byte)(first.K - second.K), (byte)(first.L - second.L));

    public static UInt8x8 operator *(UInt8x8 first, UInt8x8 second) => new(
            (byte)(first.X * second.X), (byte)(first.Y * second.Y), (byte)(first.Z * second.Z), (byte)(first.W * second.W),
            (byte)(first.I * second.I), (byte)(first.J * second.J), (byte)(first.K * second.K), (byte)(first.L * second.L));

    public static UInt8x8 operator /(UInt8x8 first, UInt8x8 second) => new(
            (byte)(first.X / second.X), (byte)(first.Y / second.Y), (byte)(first.Z / second.Z), (byte)(first.W / second.W),
            (byte)(first.I / second.I), (byte)(first.J / second.J), (byte)(first.K / second.K), (byte)(first.L / second.L));

    public static UInt8x8 operator -(UInt8x8 value) => default(UInt8x8) - value;

    public static UInt8x8 operator +(UInt8x8 value) => value;

    public static UInt8x8 operator ++(UInt8x8 value) => value + One;

    public static UInt8x8 operator --(UInt8x8 value) => value - One;
}

// Written by tools/type-tables: change it there.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Algorithms.Random;
using ILGPU.Runtime;

namespace ILGPU.Algorithms.Vectors;

/// <summary>Two elements of type <see cref="sbyte"/>.</summary>
public readonly record struct Int8x2(sbyte X, sbyte Y)
    : IVectorType<Int8x2, sbyte>
{
    public static int Length => 2;

    public static Int8x2 Invalid => FromScalar(sbyte.MinValue);

    public static Int8x2 Zero => default;

    public static Int8x2 One => FromScalar(1);

    public static Int8x2 FromScalar(sbyte scalar) => new(scalar, scalar);

    public static Int8x2 Min(Int8x2 first, Int8x2 second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y));

    public static Int8x2 Max(Int8x2 first, Int8x2 second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y));

    public static Int8x2 Clamp(Int8x2 value, Int8x2 min, Int8x2 max) => Max(Min(value, max), min);

    public static Int8x2 Abs(Int8x2 value) => new(Math.Abs(value.X), Math.Abs(value.Y));

    public static sbyte GetRandomScalar<TRandom>(ref TRandom random, sbyte min, sbyte max)
        where TRandom : struct, IRandomProvider => (sbyte)RandomExtensions.Next(ref random, min, max);

    public static Int8x2 GetRandom<TRandom>(ref TRandom random, Int8x2 min, Int8x2 max)
        where TRandom : struct, IRandomProvider =>
        new(GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y));

    public static Int8x2 FromElementView<TStride>(ArrayView1D<sbyte, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public static Int8x2 FromElementView(SingleVectorView<sbyte> sourceView, Index1D index) =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public void ToElementView<TStride>(ArrayView1D<sbyte, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public void ToElementView(SingleVectorView<sbyte> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public ReadOnlySpan<sbyte> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Int8x2, sbyte>(ref Unsafe.AsRef(in this)), 2);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<Int8x2, sbyte>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static Int8x2 operator +(Int8x2 first, Int8x2 second) => new((sbyte)(first.X + second.X), (sbyte)(first.Y + second.Y));

    public static Int8x2 operator -(Int8x2 first, Int8x2 second) => new((sbyte)(first.X - second.X), (sbyte)(first.Y - second.Y));

    public static Int8x2 operator *(Int8x2 first, Int8x2 second) => new((sbyte)(first.X * second.X), (sbyte)(first.Y * second.Y));

    public static Int8x2 operator /(Int8x2 first, Int8x2 second) => new((sbyte)(first.X / second.X), (sbyte)(first.Y / second.Y));

    public static Int8x2 operator -(Int8x2 value) => default(Int8x2) - value;

    public static Int8x2 operator +(Int8x2 value) => value;

    public static Int8x2 operator ++(Int8x2 value) => value + One;

    public static Int8x2 operator --(Int8x2 value) => value - One;
}

/// <summary>Four elements of type <see cref="sbyte"/>.</summary>
public readonly record struct Int8x4(sbyte X, sbyte Y, sbyte Z, sbyte W)
    : IVectorType<Int8x4, sbyte>
{
    public static int Length => 4;

    public static Int8x4 Invalid => FromScalar(sbyte.MinValue);

    public static Int8x4 Zero => default;

    public static Int8x4 One => FromScalar(1);

    public static Int8x4 FromScalar(sbyte scalar) => new(
            scalar, scalar, scalar, scalar);

    public static Int8x4 Min(Int8x4 first, Int8x4 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W));

    public static Int8x4 Max(Int8x4 first, Int8x4 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W));

    public static Int8x4 Clamp(Int8x4 value, Int8x4 min, Int8x4 max) => Max(Min(value, max), min);

    public static Int8x4 Abs(Int8x4 value) => new(
            Math.Abs(value.X), Math.Abs(value.Y), Math.Abs(value.Z), Math.Abs(value.W));

    public static sbyte GetRandomScalar<TRandom>(ref TRandom random, sbyte min, sbyte max)
        where TRandom : struct, IRandomProvider => (sbyte)RandomExtensions.Next(ref random, min, max);

    public static Int8x4 GetRandom<TRandom>(ref TRandom random, Int8x4 min, Int8x4 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W));

    public static Int8x4 FromElementView<TStride>(ArrayView1D<sbyte, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public static Int8x4 FromElementView(SingleVectorView<sbyte> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public void ToElementView<TStride>(ArrayView1D<sbyte, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public void ToElementView(SingleVectorView<sbyte> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public ReadOnlySpan<sbyte> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Int8x4, sbyte>(ref Unsafe.AsRef(in this)), 4);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<Int8x4, sbyte>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
        iterator.Iterate(Z, 2);
        iterator.Iterate(W, 3);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static Int8x4 operator +(Int8x4 first, Int8x4 second) => new(
            (sbyte)(first.X + second.X), (sbyte)(first.Y + second.Y), (sbyte)(first.Z + second.Z), (sbyte)(first.W + second.W));

    public static Int8x4 operator -(Int8x4 first, Int8x4 second) => new(
            (sbyte)(first.X - second.X), (sbyte)(first.Y - second.Y), (sbyte)(first.Z - second.Z), (sbyte)(first.W - second.W));

    public static Int8x4 operator *(Int8x4 first, Int8x4 second) => new(
            (sbyte)(first.X * second.X), (sbyte)(first.Y * second.Y), (sbyte)(first.Z * second.Z), (sbyte)(first.W * second.W));

    public static Int8x4 operator /(Int8x4 first, Int8x4 second) => new(
            (sbyte)(first.X / second.X), (sbyte)(first.Y / second.Y), (sbyte)(first.Z / second.Z), (sbyte)(first.W / second.W));

    public static Int8x4 operator -(Int8x4 value) => default(Int8x4) - value;

    public static Int8x4 operator +(Int8x4 value) => value;

    public static Int8x4 operator ++(Int8x4 value) => value + One;

    public static Int8x4 operator --(Int8x4 value) => value - One;
}

/// <summary>Eight elements of type <see cref="sbyte"/>.</summary>
public readonly record struct Int8x8(sbyte X, sbyte Y, sbyte Z, sbyte W, sbyte I, sbyte J, sbyte K, sbyte L)
    : IVectorType<Int8x8, sbyte>
{
    public static int Length => 8;

    public static Int8x8 Invalid => FromScalar(sbyte.MinValue);

    public static Int8x8 Zero => default;

    public static Int8x8 One => FromScalar(1);

    public static Int8x8 FromScalar(sbyte scalar) => new(
            scalar, scalar, scalar, scalar,
            scalar, scalar, scalar, scalar);

    public static Int8x8 Min(Int8x8 first, Int8x8 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W),
            Math.Min(first.I, second.I), Math.Min(first.J, second.J), Math.Min(first.K, second.K), Math.Min(first.L, second.L));

    public static Int8x8 Max(Int8x8 first, Int8x8 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W),
            Math.Max(first.I, second.I), Math.Max(first.J, second.J), Math.Max(first.K, second.K), Math.Max(first.L, second.L));

    public static Int8x8 Clamp(Int8x8 value, Int8x8 min, Int8x8 max) => Max(Min(value, max), min);

    public static Int8x8 Abs(Int8x8 value) => new(
            Math.Abs(value.X), Math.Abs(value.Y), Math.Abs(value.Z), Math.Abs(value.W),
            Math.Abs(value.I), Math.Abs(value.J), Math.Abs(value.K), Math.Abs(value.L));

    public static sbyte GetRandomScalar<TRandom>(ref TRandom random, sbyte min, sbyte max)
        where TRandom : struct, IRandomProvider => (sbyte)RandomExtensions.Next(ref random, min, max);

    public static Int8x8 GetRandom<TRandom>(ref TRandom random, Int8x8 min, Int8x8 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W),
            GetRandomScalar(ref random, min.I, max.I), GetRandomScalar(ref random, min.J, max.J),
            GetRandomScalar(ref random, min.K, max.K), GetRandomScalar(ref random, min.L, max.L));

    public static Int8x8 FromElementView<TStride>(ArrayView1D<sbyte, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public static Int8x8 FromElementView(SingleVectorView<sbyte> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public void ToElementView<TStride>(ArrayView1D<sbyte, TStride> targetView, Index1D index)
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

    public void ToElementView(SingleVectorView<sbyte> targetView, Index1D index)
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

    public ReadOnlySpan<sbyte> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Int8x8, sbyte>(ref Unsafe.AsRef(in this)), 8);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<Int8x8, sbyte>
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

    public static Int8x8 operator +(Int8x8 first, Int8x8 second) => new(
            (sbyte)(first.X + second.X), (sbyte)(first.Y + second.Y), (sbyte)(first.Z + second.Z), (sbyte)(first.W + second.W),
            (sbyte)(first.I + second.I), (sbyte)(first.J + second.J), (sbyte)(first.K + second.K), (sbyte)(first.L + second.L));

    public static Int8x8 operator -(Int8x8 first, Int8x8 second) => new(
            (sbyte)(first.X - second.X), (sbyte)(first.Y - second.Y), (sbyte)(first.Z - second.Z), (sbyte)(first.W - second.W),
            (sbyte)(first.I - second.I), (sbyte)(first.J - second.J), (sbyte)(first.K - second.K), (sbyte)(first.L - second.L));

    public static Int8x8 operator *(Int8x8 first, Int8x8 second) => new(
            (sbyte)(first.X * second.X), (sbyte)(first.Y * second.Y), (sbyte)(first.Z * second.Z), (sbyte)(first.W * second.W),
            (sbyte)(first.I * second.I), (sbyte)(first.J * second.J), (sbyte)(first.K * second.K), (sbyte)(first.L * second.L));

    public static Int8x8 operator /(Int8x8 first, Int8x8 second) => new(
            (sbyte)(first.X / second.X), (sbyte)(first.Y / second.Y), (sbyte)(first.Z / second.Z), (sbyte)(first.W / second.W),
            (sbyte)(first.I / second.I), (sbyte)(first.J / second.J), (sbyte)(first.K / second.K), (sbyte)(first.L / second.L));

    public static Int8x8 operator -(Int8x8 value) => default(Int8x8) - value;

    public static Int8x8 operator +(Int8x8 value) => value;

    public static Int8x8 operator ++(Int8x8 value) => value + One;

    public static Int8x8 operator --(Int8x8 value) => value - One;
}

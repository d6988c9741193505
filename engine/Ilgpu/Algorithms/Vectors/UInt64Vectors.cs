// Written by tools/type-tables: change it there.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Algorithms.Random;
using ILGPU.Runtime;

namespace ILGPU.Algorithms.Vectors;

/// <summary>Two elements of type <see cref="ulong"/>.</summary>
public readonly record struct UInt64x2(ulong X, ulong Y)
    : IVectorType<UInt64x2, ulong>, IAccumulationVectorType<UInt64x2>
{
    public static int Length => 2;

    public static UInt64x2 Invalid => FromScalar(ulong.MaxValue);

    public static UInt64x2 Zero => default;

    public static UInt64x2 One => FromScalar(1);

    public static UInt64x2 FromScalar(ulong scalar) => new(scalar, scalar);

    public static UInt64x2 Min(UInt64x2 first, UInt64x2 second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y));

    public static UInt64x2 Max(UInt64x2 first, UInt64x2 second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y));

    public static UInt64x2 Clamp(UInt64x2 value, UInt64x2 min, UInt64x2 max) => Max(Min(value, max), min);

    public static UInt64x2 Abs(UInt64x2 value) => value;

    public static ulong GetRandomScalar<TRandom>(ref TRandom random, ulong min, ulong max)
        where TRandom : struct, IRandomProvider => RandomExtensions.Next(ref random, min, max);

    public static UInt64x2 GetRandom<TRandom>(ref TRandom random, UInt64x2 min, UInt64x2 max)
        where TRandom : struct, IRandomProvider =>
        new(GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y));

    public static UInt64x2 FromElementView<TStride>(ArrayView1D<ulong, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public static UInt64x2 FromElementView(SingleVectorView<ulong> sourceView, Index1D index) =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public void ToElementView<TStride>(ArrayView1D<ulong, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public void ToElementView(SingleVectorView<ulong> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public ReadOnlySpan<ulong> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<UInt64x2, ulong>(ref Unsafe.AsRef(in this)), 2);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<UInt64x2, ulong>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
    }

    public static void AtomicAdd(ref UInt64x2 target, UInt64x2 value)
    {
        ref ulong elements = ref Unsafe.As<UInt64x2, ulong>(ref target);
        Atomic.Add(ref Unsafe.Add(ref elements, 0), value.X);
        Atomic.Add(ref Unsafe.Add(ref elements, 1), value.Y);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static UInt64x2 operator +(UInt64x2 first, UInt64x2 second) => new(first.X + second.X, first.Y + second.Y);

    public static UInt64x2 operator -(UInt64x2 first, UInt64x2 second) => new(first.X - second.X, first.Y - second.Y);

    public static UInt64x2 operator *(UInt64x2 first, UInt64x2 second) => new(first.X * second.X, first.Y * second.Y);

    public static UInt64x2 operator /(UInt64x2 first, UInt64x2 second) => new(first.X / second.X, first.Y / second.Y);

    public static UInt64x2 operator -(UInt64x2 value) => default(UInt64x2) - value;

    public static UInt64x2 operator +(UInt64x2 value) => value;

    public static UInt64x2 operator ++(UInt64x2 value) => value + One;

    public static UInt64x2 operator --(UInt64x2 value) => value - One;
}

/// <summary>Four elements of type <see cref="ulong"/>.</summary>
public readonly record struct UInt64x4(ulong X, ulong Y, ulong Z, ulong W)
    : IVectorType<UInt64x4, ulong>, IAccumulationVectorType<UInt64x4>
{
    public static int Length => 4;

    public static UInt64x4 Invalid => FromScalar(ulong.MaxValue);

    public static UInt64x4 Zero => default;

    public static UInt64x4 One => FromScalar(1);

    public static UInt64x4 FromScalar(ulong scalar) => new(
            scalar, scalar, scalar, scalar);

    public static UInt64x4 Min(UInt64x4 first, UInt64x4 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W));

    public static UInt64x4 Max(UInt64x4 first, UInt64x4 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W));

    public static UInt64x4 Clamp(UInt64x4 value, UInt64x4 min, UInt64x4 max) => Max(Min(value, max), min);

    public static UInt64x4 Abs(UInt64x4 value) => value;

    public static ulong GetRandomScalar<TRandom>(ref TRandom random, ulong min, ulong max)
        where TRandom : struct, IRandomProvider => RandomExtensions.Next(ref random, min, max);

    public static UInt64x4 GetRandom<TRandom>(ref TRandom random, UInt64x4 min, UInt64x4 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W));

    public static UInt64x4 FromElementView<TStride>(ArrayView1D<ulong, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public static UInt64x4 FromElementView(SingleVectorView<ulong> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public void ToElementView<TStride>(ArrayView1D<ulong, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public void ToElementView(SingleVectorView<ulong> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public ReadOnlySpan<ulong> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<UInt64x4, ulong>(ref Unsafe.AsRef(in this)), 4);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<UInt64x4, ulong>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
        iterator.Iterate(Z, 2);
        iterator.Iterate(W, 3);
    }

    public static void AtomicAdd(ref UInt64x4 target, UInt64x4 value)
    {
        ref ulong elements = ref Unsafe.As<UInt64x4, ulong>(ref target);
        Atomic.Add(ref Unsafe.Add(ref elements, 0), value.X);
        Atomic.Add(ref Unsafe.Add(ref elements, 1), value.Y);
        Atomic.Add(ref Unsafe.Add(ref elements, 2), value.Z);
        Atomic.Add(ref Unsafe.Add(ref elements, 3), value.W);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static UInt64x4 operator +(UInt64x4 first, UInt64x4 second) => new(
            first.X + second.X, first.Y + second.Y, first.Z + second.Z, first.W + second.W);

    public static UInt64x4 operator -(UInt64x4 first, UInt64x4 second) => new(
            first.X - second.X, first.Y - second.Y, first.Z - second.Z, first.W - second.W);

    public static UInt64x4 operator *(UInt64x4 first, UInt64x4 second) => new(
            first.X * second.X, first.Y * second.Y, first.Z * second.Z, first.W * second.W);

    public static UInt64x4 operator /(UInt64x4 first, UInt64x4 second) => new(
            first.X / second.X, first.Y / second.Y, first.Z / second.Z, first.W / second.W);

    public static UInt64x4 operator -(UInt64x4 value) => default(UInt64x4) - value;

    public static UInt64x4 operator +(UInt64x4 value) => value;

    public static UInt64x4 operator ++(UInt64x4 value) => value + One;

    public static UInt64x4 operator --(UInt64x4 value) => value - One;
}

/// <summary>Eight elements of type <see cref="ulong"/>.</summary>
public readonly record struct UInt64x8(ulong X, ulong Y, ulong Z, ulong W, ulong I, ulong J, ulong K, ulong L)
    : IVectorType<UInt64x8, ulong>, IAccumulationVectorType<UInt64x8>
{
    public static int Length => 8;

    public static UInt64x8 Invalid => FromScalar(ulong.MaxValue);

    public static UInt64x8 Zero => default;

    public static UInt64x8 One => FromScalar(1);

    public static UInt64x8 FromScalar(ulong scalar) => new(
            scalar, scalar, scalar, scalar,
            scalar, scalar, scalar, scalar);

    public static UInt64x8 Min(UInt64x8 first, UInt64x8 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W),
            Math.Min(first.I, second.I), Math.Min(first.J, second.J), Math.Min(first.K, second.K), Math.Min(first.L, second.L));

    public static UInt64x8 Max(UInt64x8 first, UInt64x8 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W),
            Math.Max(first.I, second.I), Math.Max(first.J, second.J), Math.Max(first.K, second.K), Math.Max(first.L, second.L));

    public static UInt64x8 Clamp(UInt64x8 value, UInt64x8 min, UInt64x8 max) => Max(Min(value, max), min);

    public static UInt64x8 Abs(UInt64x8 value) => value;

    public static ulong GetRandomScalar<TRandom>(ref TRandom random, ulong min, ulong max)
        where TRandom : struct, IRandomProvider => RandomExtensions.Next(ref random, min, max);

    public static UInt64x8 GetRandom<TRandom>(ref TRandom random, UInt64x8 min, UInt64x8 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W),
            GetRandomScalar(ref random, min.I, max.I), GetRandomScalar(ref random, min.J, max.J),
            GetRandomScalar(ref random, min.K, max.K), GetRandomScalar(ref random, min.L, max.L));

    public static UInt64x8 FromElementView<TStride>(ArrayView1D<ulong, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public static UInt64x8 FromElementView(SingleVectorView<ulong> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public void ToElementView<TStride>(ArrayView1D<ulong, TStride> targetView, Index1D index)
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

    public void ToElementView(SingleVectorView<ulong> targetView, Index1D index)
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

    public ReadOnlySpan<ulong> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<UInt64x8, ulong>(ref Unsafe.AsRef(in this)), 8);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<UInt64x8, ulong>
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

    public static void AtomicAdd(ref UInt64x8 target, UInt64x8 value)
    {
        ref ulong elements = ref Unsafe.As<UInt64x8, ulong>(ref target);
        Atomic.Add(ref Unsafe.Add(ref elements, 0), value.X);
        Atomic.Add(ref Unsafe.Add(ref elements, 1), value.Y);
        Atomic.Add(ref Unsafe.Add(ref elements, 2), value.Z);
        Atomic.Add(ref Unsafe.Add(ref elements, 3), value.W);
        Atomic.Add(ref Unsafe.Add(ref elements, 4), value.I);
        Atomic.Add(ref Unsafe.Add(ref elements, 5), value.J);
        Atomic.Add(ref Unsafe.Add(ref elements, 6), value.K);
        Atomic.Add(ref Unsafe.Add(ref elements, 7), value.L);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static UInt64x8 operator +(UInt64x8 first, UInt64x8 second) => new(
            first.X + second.X, first.Y + second.Y, first.Z + second.Z, first.W + second.W,
            first.I + second.I, first.J + second.J, first.K + second.K, first.L + second.L);

    public static UInt64x8 operator -(UInt64x8 first, UInt64x8 second) => new(
            first.X - second.X, first.Y - second.Y, first.Z - second.Z, first.W - second.W,
            first.I - second.I, first.J - second.J, first.K - second.K, first.L - second.L);

    public static UInt64x8 operator *(UInt64x8 first, UInt64x8 second) => new(
            first.X * second.X, first.Y * second.Y, first.Z * second.Z, first.W * second.W,
            first.I * second.I, first.J * second.J, first.K * second.K, first.L * second.L);

    public static UInt64x8 operator /(UInt64x8 first, UInt64x8 second) => new(
            first.X / second.X, first.Y / second.Y, first.Z / second.Z, first.W / second.W,
            first.I / second.I, first.J / second.J, first.K / second.K, first.L / second.L);

    public static UInt64x8 operator -(UInt64x8 value) => default(UInt64x8) - value;

    public static UInt64x8 operator +(UInt64x8 value) => value;

    public static UInt64x8 operator ++(UInt64x8 value) => value + One;

    public static UInt64x8 operator --(UInt64x8 value) => value - One;
}

// Written by tools/type-tables: change it there.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Algorithms.Random;
using ILGPU.Runtime;

namespace ILGPU.Algorithms.Vectors;

/// <summary>Two elements of type <see cref="float"/>.</summary>
public readonly record struct Float32x2(float X, float Y)
    : IVectorType<Float32x2, float>, IAccumulationVectorType<Float32x2>
{
    public static int Length => 2;

    public static Float32x2 Invalid => FromScalar(float.NaN);

    public static Float32x2 Zero => default;

    public static Float32x2 One => FromScalar(1);

    public static Float32x2 FromScalar(float scalar) => new(scalar, scalar);

    public static Float32x2 Min(Float32x2 first, Float32x2 second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y));

    public static Float32x2 Max(Float32x2 first, Float32x2 second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y));

    public static Float32x2 Clamp(Float32x2 value, Float32x2 min, Float32x2 max) => Max(Min(value, max), min);

    public static Float32x2 Abs(Float32x2 value) => new(Math.Abs(value.X), Math.Abs(value.Y));

    public static float GetRandomScalar<TRandom>(ref TRandom random, float min, float max)
        where TRandom : struct, IRandomProvider => RandomExtensions.Next(ref random, min, max);

    public static Float32x2 GetRandom<TRandom>(ref TRandom random, Float32x2 min, Float32x2 max)
        where TRandom : struct, IRandomProvider =>
        new(GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y));

    public static Float32x2 FromElementView<TStride>(ArrayView1D<float, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public static Float32x2 FromElementView(SingleVectorView<float> sourceView, Index1D index) =>
        new(sourceView[index + 0], sourceView[index + 1]);

    public void ToElementView<TStride>(ArrayView1D<float, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public void ToElementView(SingleVectorView<float> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
    }

    public ReadOnlySpan<float> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Float32x2, float>(ref Unsafe.AsRef(in this)), 2);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<Float32x2, float>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
    }

    public static void AtomicAdd(ref Float32x2 target, Float32x2 value)
    {
        ref float elements = ref Unsafe.As<Float32x2, float>(ref target);
        Atomic.Add(ref Unsafe.Add(ref elements, 0), value.X);
        Atomic.Add(ref Unsafe.Add(ref elements, 1), value.Y);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static Float32x2 operator +(Float32x2 first, Float32x2 second) => new(first.X + second.X, first.Y + second.Y);

    public static Float32x2 operator -(Float32x2 first, Float32x2 second) => new(first.X - second.X, first.Y - second.Y);

    public static Float32x2 operator *(Float32x2 first, Float32x2 second) => new(first.X * second.X, first.Y * second.Y);

    public static Float32x2 operator /(Float32x2 first, Float32x2 second) => new(first.X / second.X, first.Y / second.Y);

    public static Float32x2 operator -(Float32x2 value) => new(-value.X, -value.Y);

    public static Float32x2 operator +(Float32x2 value) => value;

    public static Float32x2 operator ++(Float32x2 value) => value + One;

    public static Float32x2 operator --(Float32x2 value) => value - One;
}

/// <summary>Four elements of type <see cref="float"/>.</summary>
public readonly record struct Float32x4(float X, float Y, float Z, float W)
    : IVectorType<Float32x4, float>, IAccumulationVectorType<Float32x4>
{
    public static int Length => 4;

    public static Float32x4 Invalid => FromScalar(float.NaN);

    public static Float32x4 Zero => default;

    public static Float32x4 One => FromScalar(1);

    public static Float32x4 FromScalar(float scalar) => new(
            scalar, scalar, scalar, scalar);

    public static Float32x4 Min(Float32x4 first, Float32x4 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W));

    public static Float32x4 Max(Float32x4 first, Float32x4 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W));

    public static Float32x4 Clamp(Float32x4 value, Float32x4 min, Float32x4 max) => Max(Min(value, max), min);

    public static Float32x4 Abs(Float32x4 value) => new(
            Math.Abs(value.X), Math.Abs(value.Y), Math.Abs(value.Z), Math.Abs(value.W));

    public static float GetRandomScalar<TRandom>(ref TRandom random, float min, float max)
        where TRandom : struct, IRandomProvider => RandomExtensions.Next(ref random, min, max);

    public static Float32x4 GetRandom<TRandom>(ref TRandom random, Float32x4 min, Float32x4 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W));

    public static Float32x4 FromElementView<TStride>(ArrayView1D<float, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public static Float32x4 FromElementView(SingleVectorView<float> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3]);

    public void ToElementView<TStride>(ArrayView1D<float, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public void ToElementView(SingleVectorView<float> targetView, Index1D index)
    {
        targetView[index + 0] = X;
        targetView[index + 1] = Y;
        targetView[index + 2] = Z;
        targetView[index + 3] = W;
    }

    public ReadOnlySpan<float> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Float32x4, float>(ref Unsafe.AsRef(in this)), 4);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<Float32x4, float>
    {
        iterator.Iterate(X, 0);
        iterator.Iterate(Y, 1);
        iterator.Iterate(Z, 2);
        iterator.Iterate(W, 3);
    }

    public static void AtomicAdd(ref Float32x4 target, Float32x4 value)
    {
        ref float elements = ref Unsafe.As<Float32x4, float>(ref target);
        Atomic.Add(ref Unsafe.Add(ref elements, 0), value.X);
        Atomic.Add(ref Unsafe.Add(ref elements, 1), value.Y);
        Atomic.Add(ref Unsafe.Add(ref elements, 2), value.Z);
        Atomic.Add(ref Unsafe.Add(ref elements, 3), value.W);
    }

    public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

    public static Float32x4 operator +(Float32x4 first, Float32x4 second) => new(
            first.X + second.X, first.Y + second.Y, first.Z + second.Z, first.W + second.W);

    public static Float32x4 operator -(Float32x4 first, Float32x4 second) => new(
            first.X - second.X, first.Y - second.Y, first.Z - second.Z, first.W - second.W);

    public static Float32x4 operator *(Float32x4 first, Float32x4 second) => new(
            first.X * second.X, first.Y * second.Y, first.Z * second.Z, first.W * second.W);

    public static Float32x4 operator /(Float32x4 first, Float32x4 second) => new(
            first.X / second.X, first.Y / second.Y, first.Z / second.Z, first.W / second.W);

    public static Float32x4 operator -(Float32x4 value) => new(
            -value.X, -value.Y, -value.Z, -value.W);

    public static Float32x4 operator +(Float32x4 value) => value;

    public static Float32x4 operator ++(Float32x4 value) => value + One;

    public static Float32x4 operator --(Float32x4 value) => value - One;
}

/// <summary>Eight elements of type <see cref="float"/>.</summary>
public readonly record struct Float32x8(float X, float Y, float Z, float W, float I, float J, float K, float L)
    : IVectorType<Float32x8, float>, IAccumulationVectorType<Float32x8>
{
    public static int Length => 8;

    public static Float32x8 Invalid => FromScalar(float.NaN);

    public static Float32x8 Zero => default;

    public static Float32x8 One => FromScalar(1);

    public static Float32x8 FromScalar(float scalar) => new(
            scalar, scalar, scalar, scalar,
            scalar, scalar, scalar, scalar);

    public static Float32x8 Min(Float32x8 first, Float32x8 second) => new(
            Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z), Math.Min(first.W, second.W),
            Math.Min(first.I, second.I), Math.Min(first.J, second.J), Math.Min(first.K, second.K), Math.Min(first.L, second.L));

    public static Float32x8 Max(Float32x8 first, Float32x8 second) => new(
            Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z), Math.Max(first.W, second.W),
            Math.Max(first.I, second.I), Math.Max(first.J, second.J), Math.Max(first.K, second.K), Math.Max(first.L, second.L));

    public static Float32x8 Clamp(Float32x8 value, Float32x8 min, Float32x8 max) => Max(Min(value, max), min);

    public static Float32x8 Abs(Float32x8 value) => new(
            Math.Abs(value.X), Math.Abs(value.Y), Math.Abs(value.Z), Math.Abs(value.W),
            Math.Abs(value.I), Math.Abs(value.J), Math.Abs(value.K), Math.Abs(value.L));

    public static float GetRandomScalar<TRandom>(ref TRandom random, float min, float max)
        where TRandom : struct, IRandomProvider => RandomExtensions.Next(ref random, min, max);

    public static Float32x8 GetRandom<TRandom>(ref TRandom random, Float32x8 min, Float32x8 max)
        where TRandom : struct, IRandomProvider =>
        new(
            GetRandomScalar(ref random, min.X, max.X), GetRandomScalar(ref random, min.Y, max.Y),
            GetRandomScalar(ref random, min.Z, max.Z), GetRandomScalar(ref random, min.W, max.W),
            GetRandomScalar(ref random, min.I, max.I), GetRandomScalar(ref random, min.J, max.J),
            GetRandomScalar(ref random, min.K, max.K), GetRandomScalar(ref random, min.L, max.L));

    public static Float32x8 FromElementView<TStride>(ArrayView1D<float, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public static Float32x8 FromElementView(SingleVectorView<float> sourceView, Index1D index) =>
        new(
            sourceView[index + 0], sourceView[index + 1], sourceView[index + 2], sourceView[index + 3],
            sourceView[index + 4], sourceView[index + 5], sourceView[index + 6], sourceView[index + 7]);

    public void ToElementView<TStride>(ArrayView1D<float, TStride> targetView, Index1D index)
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

    public void ToElementView(SingleVectorView<float> targetView, Index1D index)
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

    public ReadOnlySpan<float> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Float32x8, float>(ref Unsafe.AsRef(in this)), 8);

    public void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<Float32x8, float>
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

    public static void AtomicAdd(ref Float32x8 target, Float32x8 value)
    {
        ref float elements = ref Unsafe.As<Float32x8, float>(ref target);
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

    public static Float32x8 operator +(Float32x8 first, Float32x8 second) => new(
            first.X + second.X, first.Y + second.Y, first.Z + second.Z, first.W + second.W,
            first.I + second.I, first.J + second.J, first.K + second.K, first.L + second.L);

    public static Float32x8 operator -(Float32x8 first, Float32x8 second) => new(
            first.X - second.X, first.Y - second.Y, first.Z - second.Z, first.W - second.W,
            first.I - second.I, first.J - second.J, first.K - second.K, first.L - second.L);

    public static Float32x8 operator *(Float32x8 first, Float32x8 second) => new(
            first.X * second.X, first.Y * second.Y, first.Z * second.Z, first.W * second.W,
            first.I * second.I, first.J * second.J, first.K * second.K, first.L * second.L);

    public static Float32x8 operator /(Float32x8 first, Float32x8 second) => new(
            first.X / second.X, first.Y / second.Y, first.Z / second.Z, first.W / second.W,
            first.I / second.I, first.J / second.J, first.K / second.K, first.L / second.L);

    public static Float32x8 operator -(Float32x8 value) => new(
            -value.X, -value.Y, -value.Z, -value.W,
            -value.I, -value.J, -value.K, -value.L);

    public static Float32x8 operator +(Float32x8 value) => value;

    public static Float32x8 operator ++(Float32x8 value) => value + One;

    public static Float32x8 operator --(Float32x8 value) => value - One;
}

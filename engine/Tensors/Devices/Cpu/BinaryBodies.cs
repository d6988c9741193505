using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>A <see cref="BinaryFunction"/> on 16 lanes.</summary>
internal interface IBinaryBody
{
    static abstract Floats Apply(Floats a, Floats b);
}

internal static class BinaryBodies
{
    internal readonly struct Add : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => a + b;
    }

    internal readonly struct Subtract : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => a - b;
    }

    internal readonly struct Multiply : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => a * b;
    }

    internal readonly struct Divide : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => a / b;
    }

    /// <summary>NaN if either operand is.</summary>
    internal readonly struct Maximum : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.Max(a, b);
    }

    /// <summary>NaN if either operand is.</summary>
    internal readonly struct Minimum : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.Min(a, b);
    }

    internal readonly struct AbsoluteDifference : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.Abs(a - b);
    }

    internal readonly struct SquaredDifference : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b)
        {
            var difference = a - b;
            return difference * difference;
        }
    }

    internal readonly struct Power : IBinaryBody
    {
        public static Floats Apply(Floats a, Floats b)
        {
            Span<float> lanes = stackalloc float[Lanes.Count];
            for (var i = 0; i < lanes.Length; i++)
            {
                lanes[i] = MathF.Pow(a[i], b[i]);
            }

            return Vector512.Create<float>(lanes);
        }
    }

    internal readonly struct Mask : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.AndNot(a, Vector512.Equals(b, Floats.Zero));
    }

    internal readonly struct GreaterThan : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.GreaterThan(a, b) & Floats.One;
    }

    internal readonly struct GreaterThanOrEqual : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.GreaterThanOrEqual(a, b) & Floats.One;
    }

    internal readonly struct EqualTo : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.Equals(a, b) & Floats.One;
    }

    internal readonly struct SameAs : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) =>
            (Vector512.Equals(a, b) | (Vector512.IsNaN(a) & Vector512.IsNaN(b))) & Floats.One;
    }
}

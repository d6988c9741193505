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

    /// <summary>NaN if either is.</summary>
    internal readonly struct Maximum : IBinaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.Max(a, b);
    }

    /// <summary>NaN if either is.</summary>
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
}

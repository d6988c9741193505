using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>
/// A <see cref="BinaryFunction"/> as a type argument of loops: on 16 lanes for the processor, on one number for GPU kernels.
/// </summary>
internal interface IBinaryFunction
{
    static abstract Floats Apply(Floats a, Floats b);

    static abstract float Apply(float a, float b);
}

/// <summary>A device's loops over the elements of two arrays, compiled for each function.</summary>
internal interface IBinaryLoops
{
    /// <summary>y = f(a, b), along rows of the broadcast shapes.</summary>
    void Apply<TFunction>(DeviceSpan a, DeviceSpan b, DeviceSpan y, in StridedRows rows)
        where TFunction : struct, IBinaryFunction;
}

/// <summary>A struct for each <see cref="BinaryFunction"/>.</summary>
internal static class BinaryFunctions
{
    /// <summary>Makes a call by a device's loops.</summary>
    /// <exception cref="ArgumentOutOfRangeException">there is no such function</exception>
    public static void Run(BinaryCall call, IBinaryLoops loops)
    {
        var (f, a, b, y) = (call.F, call.A, call.B, call.Y);
        var rows = StridedRows.Broadcast(call.AShape, call.BShape, call.YShape);
        switch (f)
        {
            case BinaryFunction.Add: loops.Apply<Add>(a, b, y, rows); break;
            case BinaryFunction.Subtract: loops.Apply<Subtract>(a, b, y, rows); break;
            case BinaryFunction.Multiply: loops.Apply<Multiply>(a, b, y, rows); break;
            case BinaryFunction.Divide: loops.Apply<Divide>(a, b, y, rows); break;
            case BinaryFunction.Maximum: loops.Apply<Maximum>(a, b, y, rows); break;
            case BinaryFunction.Minimum: loops.Apply<Minimum>(a, b, y, rows); break;
            case BinaryFunction.AbsoluteDifference: loops.Apply<AbsoluteDifference>(a, b, y, rows); break;
            case BinaryFunction.SquaredDifference: loops.Apply<SquaredDifference>(a, b, y, rows); break;
            case BinaryFunction.Power: loops.Apply<Power>(a, b, y, rows); break;
            case BinaryFunction.Mask: loops.Apply<Mask>(a, b, y, rows); break;
            case BinaryFunction.GreaterThan: loops.Apply<GreaterThan>(a, b, y, rows); break;
            case BinaryFunction.GreaterThanOrEqual: loops.Apply<GreaterThanOrEqual>(a, b, y, rows); break;
            case BinaryFunction.EqualTo: loops.Apply<EqualTo>(a, b, y, rows); break;
            case BinaryFunction.SameAs: loops.Apply<SameAs>(a, b, y, rows); break;
            default: throw new ArgumentOutOfRangeException(nameof(call), f, message: null);
        }
    }

    internal readonly struct Add : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => a + b;

        public static float Apply(float a, float b) => a + b;
    }

    internal readonly struct Subtract : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => a - b;

        public static float Apply(float a, float b) => a - b;
    }

    internal readonly struct Multiply : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => a * b;

        public static float Apply(float a, float b) => a * b;
    }

    internal readonly struct Divide : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => a / b;

        public static float Apply(float a, float b) => a / b;
    }

    /// <summary>NaN if either operand is.</summary>
    internal readonly struct Maximum : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.Max(a, b);

        public static float Apply(float a, float b) => b > a || float.IsNaN(b) ? b : a;
    }

    /// <summary>NaN if either operand is.</summary>
    internal readonly struct Minimum : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.Min(a, b);

        public static float Apply(float a, float b) => b < a || float.IsNaN(b) ? b : a;
    }

    internal readonly struct AbsoluteDifference : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.Abs(a - b);

        public static float Apply(float a, float b) => MathF.Abs(a - b);
    }

    internal readonly struct SquaredDifference : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b)
        {
            var difference = a - b;
            return difference * difference;
        }

        public static float Apply(float a, float b)
        {
            var difference = a - b;
            return difference * difference;
        }
    }

    internal readonly struct Power : IBinaryFunction
    {
        public static Floats Apply(Floats a, Floats b)
        {
            Span<float> lanes = stackalloc float[Floats.Count];
            for (var i = 0; i < lanes.Length; i++)
            {
                lanes[i] = MathF.Pow(a[i], b[i]);
            }

            return Vector512.Create<float>(lanes);
        }

        public static float Apply(float a, float b) => MathF.Pow(a, b);
    }

    internal readonly struct Mask : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.AndNot(a, Vector512.Equals(b, Floats.Zero));

        public static float Apply(float a, float b) => b == 0 ? 0 : a;
    }

    internal readonly struct GreaterThan : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.GreaterThan(a, b) & Floats.One;

        public static float Apply(float a, float b) => a > b ? 1f : 0f;
    }

    internal readonly struct GreaterThanOrEqual : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.GreaterThanOrEqual(a, b) & Floats.One;

        public static float Apply(float a, float b) => a >= b ? 1f : 0f;
    }

    internal readonly struct EqualTo : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) => Vector512.Equals(a, b) & Floats.One;

        public static float Apply(float a, float b) => a == b ? 1f : 0f;
    }

    internal readonly struct SameAs : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats a, Floats b) =>
            (Vector512.Equals(a, b) | (Vector512.IsNaN(a) & Vector512.IsNaN(b))) & Floats.One;

        public static float Apply(float a, float b) => a == b || (float.IsNaN(a) && float.IsNaN(b)) ? 1f : 0f;
    }
}

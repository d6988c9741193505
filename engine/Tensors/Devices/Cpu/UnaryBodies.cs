using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.Intrinsics.Vector512;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>A <see cref="UnaryFunction"/> on 16 lanes.</summary>
internal interface IUnaryBody
{
    /// <summary>f(x).</summary>
    static abstract Floats Apply(Floats x, Floats p, Floats q);

    /// <summary>dy · f′, from x or from y = f(x) as <see cref="UnaryFunctions.GradientReadsOutput"/> says.</summary>
    static abstract Floats Gradient(Floats saved, Floats dy, Floats p, Floats q);
}

internal static class UnaryBodies
{
    /// <summary>No function at all: what a fused loop without an activation is given.</summary>
    internal readonly struct Identity : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy;
    }

    internal readonly struct Affine : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => MultiplyAddEstimate(p, x, q);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => p * dy;
    }

    internal readonly struct Relu : IUnaryBody
    {
        /// <summary>A NaN stays one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => ConditionalSelect(LessThanOrEqual(x, Floats.Zero), Floats.Zero, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) =>
            ConditionalSelect(LessThanOrEqual(saved, Floats.Zero), Floats.Zero, dy);
    }

    internal readonly struct LeakyRelu : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => ConditionalSelect(GreaterThan(x, Floats.Zero), x, p * x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) =>
            ConditionalSelect(GreaterThan(saved, Floats.Zero), dy, p * dy);
    }

    internal readonly struct Tanh : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Tanh(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * (Create(1f) - saved * saved);
    }

    internal readonly struct Sigmoid : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * (saved * (Create(1f) - saved));
    }

    internal readonly struct Softplus : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Softplus(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * VectorMath.Sigmoid(saved);
    }

    internal readonly struct Exp : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Exp(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * saved;
    }

    internal readonly struct Log : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Log(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy / saved;
    }

    internal readonly struct SquareRoot : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => Sqrt(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy / (saved + saved);
    }

    internal readonly struct Absolute : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => Abs(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * Sign.Apply(saved, p, q);
    }

    internal readonly struct Square : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => x * x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * (saved + saved);
    }

    internal readonly struct Reciprocal : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => Create(1f) / x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => -(dy * (saved * saved));
    }

    /// <summary>Lane by lane with the framework's pow: rare, and its accuracy matters more than its speed.</summary>
    internal readonly struct Power : IUnaryBody
    {
        public static Floats Apply(Floats x, Floats p, Floats q)
        {
            Span<float> lanes = stackalloc float[Lanes.Count];
            x.CopyTo(lanes);
            foreach (ref var lane in lanes)
            {
                lane = MathF.Pow(lane, p[0]);
            }

            return Create<float>(lanes);
        }

        // x⁰ is 1 at 0, too, where 0·0⁻¹ is no number.
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) =>
            p[0] == 0 ? Floats.Zero : dy * p * Apply(saved, p - Create(1f), q);
    }

    internal readonly struct Clamp : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => Min(Max(x, p), q);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) =>
            ConditionalSelect(GreaterThanOrEqual(saved, p) & LessThanOrEqual(saved, q), dy, Floats.Zero);
    }

    internal readonly struct Sign : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) =>
            (GreaterThan(x, Floats.Zero) & Create(1f)) - (LessThan(x, Floats.Zero) & Create(1f));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => Floats.Zero;
    }

    internal readonly struct Greater : IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Floats x, Floats p, Floats q) => GreaterThan(x, p) & Create(1f);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => Floats.Zero;
    }
}

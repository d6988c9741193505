namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>A <see cref="UnaryFunction"/> as kernels are compiled for it.</summary>
internal interface IUnaryFunction
{
    /// <summary>f(x).</summary>
    static abstract float Apply(float x, float p, float q);

    /// <summary>dy · f′, from x or from y = f(x) as <see cref="UnaryFunctions.GradientReadsOutput"/> says.</summary>
    static abstract float Gradient(float saved, float dy, float p, float q);
}

internal static class UnaryFunctors
{
    internal readonly struct Affine : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => MathF.FusedMultiplyAdd(p, x, q);

        public static float Gradient(float saved, float dy, float p, float q) => p * dy;
    }

    internal readonly struct Relu : IUnaryFunction
    {
        /// <summary>A NaN stays one.</summary>
        public static float Apply(float x, float p, float q) => x <= 0 ? 0 : x;

        public static float Gradient(float saved, float dy, float p, float q) => saved <= 0 ? 0 : dy;
    }

    internal readonly struct LeakyRelu : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => x > 0 ? x : p * x;

        public static float Gradient(float saved, float dy, float p, float q) => saved > 0 ? dy : p * dy;
    }

    internal readonly struct Tanh : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => MathF.Tanh(x);

        public static float Gradient(float saved, float dy, float p, float q) => dy * (1 - (saved * saved));
    }

    internal readonly struct Sigmoid : IUnaryFunction
    {
        /// <summary>From e^−|x|, which can't overflow.</summary>
        public static float Apply(float x, float p, float q)
        {
            var z = MathF.Exp(-MathF.Abs(x));
            return (x < 0 ? z : 1) / (1 + z);
        }

        public static float Gradient(float saved, float dy, float p, float q) => dy * (saved * (1 - saved));
    }

    internal readonly struct Softplus : IUnaryFunction
    {
        /// <summary>max(x, 0) + ln(1 + e^−|x|), with what the rounding of 1 + z lost put back.</summary>
        public static float Apply(float x, float p, float q)
        {
            var z = MathF.Exp(-MathF.Abs(x));
            var u = 1 + z;
            var log1p = MathF.Log(u) + ((z - (u - 1)) / u);
            return (x > 0 ? x : 0) + log1p;
        }

        public static float Gradient(float saved, float dy, float p, float q) => dy * Sigmoid.Apply(saved, p, q);
    }

    internal readonly struct Exp : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => MathF.Exp(x);

        public static float Gradient(float saved, float dy, float p, float q) => dy * saved;
    }

    internal readonly struct Log : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => MathF.Log(x);

        public static float Gradient(float saved, float dy, float p, float q) => dy / saved;
    }

    internal readonly struct SquareRoot : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => MathF.Sqrt(x);

        public static float Gradient(float saved, float dy, float p, float q) => dy / (saved + saved);
    }

    internal readonly struct Absolute : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => MathF.Abs(x);

        public static float Gradient(float saved, float dy, float p, float q) => dy * Sign.Apply(saved, p, q);
    }

    internal readonly struct Square : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => x * x;

        public static float Gradient(float saved, float dy, float p, float q) => dy * (saved + saved);
    }

    internal readonly struct Reciprocal : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => 1 / x;

        public static float Gradient(float saved, float dy, float p, float q) => -(dy * (saved * saved));
    }

    internal readonly struct Power : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => MathF.Pow(x, p);

        // x⁰ is 1 at 0, too, where 0·0⁻¹ is no number.
        public static float Gradient(float saved, float dy, float p, float q) => p == 0 ? 0 : dy * p * MathF.Pow(saved, p - 1);
    }

    internal readonly struct Clamp : IUnaryFunction
    {
        public static float Apply(float x, float p, float q)
        {
            var raised = x < p ? p : x;
            return raised > q ? q : raised;
        }

        public static float Gradient(float saved, float dy, float p, float q) => saved >= p && saved <= q ? dy : 0;
    }

    internal readonly struct Sign : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => x > 0 ? 1 : x < 0 ? -1 : 0;

        public static float Gradient(float saved, float dy, float p, float q) => 0;
    }

    internal readonly struct Greater : IUnaryFunction
    {
        public static float Apply(float x, float p, float q) => x > p ? 1 : 0;

        public static float Gradient(float saved, float dy, float p, float q) => 0;
    }
}

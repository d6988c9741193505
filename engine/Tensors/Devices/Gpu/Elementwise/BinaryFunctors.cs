namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>A <see cref="BinaryFunction"/> as a type argument of kernels.</summary>
internal interface IBinaryFunction
{
    static abstract float Apply(float a, float b);
}

internal static class BinaryFunctors
{
    internal readonly struct Add : IBinaryFunction
    {
        public static float Apply(float a, float b) => a + b;
    }

    internal readonly struct Subtract : IBinaryFunction
    {
        public static float Apply(float a, float b) => a - b;
    }

    internal readonly struct Multiply : IBinaryFunction
    {
        public static float Apply(float a, float b) => a * b;
    }

    internal readonly struct Divide : IBinaryFunction
    {
        public static float Apply(float a, float b) => a / b;
    }

    /// <summary>NaN if either is.</summary>
    internal readonly struct Maximum : IBinaryFunction
    {
        public static float Apply(float a, float b) => b > a || float.IsNaN(b) ? b : a;
    }

    /// <summary>NaN if either is.</summary>
    internal readonly struct Minimum : IBinaryFunction
    {
        public static float Apply(float a, float b) => b < a || float.IsNaN(b) ? b : a;
    }

    internal readonly struct AbsoluteDifference : IBinaryFunction
    {
        public static float Apply(float a, float b) => MathF.Abs(a - b);
    }

    internal readonly struct SquaredDifference : IBinaryFunction
    {
        public static float Apply(float a, float b)
        {
            var difference = a - b;
            return difference * difference;
        }
    }

    internal readonly struct Power : IBinaryFunction
    {
        public static float Apply(float a, float b) => MathF.Pow(a, b);
    }

    internal readonly struct Mask : IBinaryFunction
    {
        public static float Apply(float a, float b) => b == 0 ? 0 : a;
    }

    internal readonly struct GreaterThan : IBinaryFunction
    {
        public static float Apply(float a, float b) => a > b ? 1f : 0f;
    }

    internal readonly struct GreaterThanOrEqual : IBinaryFunction
    {
        public static float Apply(float a, float b) => a >= b ? 1f : 0f;
    }

    internal readonly struct EqualTo : IBinaryFunction
    {
        public static float Apply(float a, float b) => a == b ? 1f : 0f;
    }

    internal readonly struct SameAs : IBinaryFunction
    {
        public static float Apply(float a, float b) => a == b || (float.IsNaN(a) && float.IsNaN(b)) ? 1f : 0f;
    }
}

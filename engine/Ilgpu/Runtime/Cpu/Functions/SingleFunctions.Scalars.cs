using static System.Runtime.Intrinsics.Vector256;

namespace ILGPU.Runtime.CPU.Functions;

/// <content>The same for one number, in the first lane.</content>
internal static partial class SingleFunctions
{
    public static float Exp(float x) => Exp(CreateScalar(x)).ToScalar();

    public static float Exp2(float x) => Exp2(CreateScalar(x)).ToScalar();

    public static float Log(float x) => Log(CreateScalar(x)).ToScalar();

    public static float Log2(float x) => Log2(CreateScalar(x)).ToScalar();

    public static float Log10(float x) => Log10(CreateScalar(x)).ToScalar();

    public static float Sin(float x) => Sin(CreateScalar(x)).ToScalar();

    public static float Cos(float x) => Cos(CreateScalar(x)).ToScalar();

    public static float Tan(float x) => Tan(CreateScalar(x)).ToScalar();

    public static float Asin(float x) => Asin(CreateScalar(x)).ToScalar();

    public static float Acos(float x) => Acos(CreateScalar(x)).ToScalar();

    public static float Atan(float x) => Atan(CreateScalar(x)).ToScalar();

    public static float Sinh(float x) => Sinh(CreateScalar(x)).ToScalar();

    public static float Cosh(float x) => Cosh(CreateScalar(x)).ToScalar();

    public static float Tanh(float x) => Tanh(CreateScalar(x)).ToScalar();

    public static float Pow(float x, float y)
    {
        // One is raised by 0 in the other lanes, which asks nothing of C's library.
        var (numbers, exponents) = (Create(1f).WithElement(0, x), CreateScalar(y));
        return Pow(numbers, exponents).ToScalar();
    }
}

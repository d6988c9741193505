using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors;

/// <summary>
/// Arithmetic and comparison operators between tensors (with NumPy's broadcasting), numbers, and numbers that change from step to step.
/// Comparisons return masks of 0 and 1.
/// </summary>
public static class TensorOperators
{
    extension(Tensor)
    {
        public static Tensor operator +(Tensor a, Tensor b) => a.Add(b);

        public static Tensor operator -(Tensor a, Tensor b) => a.Subtract(b);

        public static Tensor operator *(Tensor a, Tensor b) => a.Multiply(b);

        public static Tensor operator /(Tensor a, Tensor b) => a.Divide(b);

        public static Tensor operator -(Tensor x) => x.Negate();

        public static Tensor operator +(Tensor x, float shift) => x.Affine(1, shift);

        public static Tensor operator +(float shift, Tensor x) => x.Affine(1, shift);

        public static Tensor operator -(Tensor x, float shift) => x.Affine(1, -shift);

        public static Tensor operator -(float shift, Tensor x) => x.Affine(-1, shift);

        public static Tensor operator *(Tensor x, float scale) => x.Affine(scale, 0);

        public static Tensor operator *(float scale, Tensor x) => x.Affine(scale, 0);

        public static Tensor operator /(Tensor x, float divisor) => x.DividedBy(divisor);

        public static Tensor operator +(Tensor x, StepNumber shift) => x.Add(shift);

        public static Tensor operator +(StepNumber shift, Tensor x) => x.Add(shift);

        public static Tensor operator -(Tensor x, StepNumber shift) => x.Subtract(shift);

        public static Tensor operator *(Tensor x, StepNumber scale) => x.Multiply(scale);

        public static Tensor operator *(StepNumber scale, Tensor x) => x.Multiply(scale);

        public static Tensor operator /(float dividend, Tensor x)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (dividend == 1)
            {
                return x.Reciprocal();
            }

            using var number = Tensor.Full(Shape.Scalar, dividend, x.Device);
            return number.Divide(x);
        }

        public static Tensor operator >(Tensor a, Tensor b) => a.GreaterThan(b);

        public static Tensor operator <(Tensor a, Tensor b) => a.LessThan(b);

        public static Tensor operator >=(Tensor a, Tensor b) => a.GreaterThanOrEqual(b);

        public static Tensor operator <=(Tensor a, Tensor b) => a.LessThanOrEqual(b);

        public static Tensor operator >(Tensor x, float number) => x.GreaterThan(number);

        public static Tensor operator <(Tensor x, float number) => x.LessThan(number);

        public static Tensor operator >=(Tensor x, float number) => x.GreaterThanOrEqual(number);

        public static Tensor operator <=(Tensor x, float number) => x.LessThanOrEqual(number);

        public static Tensor operator >(float number, Tensor x) => x.LessThan(number);

        public static Tensor operator <(float number, Tensor x) => x.GreaterThan(number);

        public static Tensor operator >=(float number, Tensor x) => x.LessThanOrEqual(number);

        public static Tensor operator <=(float number, Tensor x) => x.GreaterThanOrEqual(number);
    }
}

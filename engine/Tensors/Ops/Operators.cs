namespace IlgpuGan.Tensors.Ops;

/// <summary>Arithmetic signs on tensors, with NumPy's broadcasting, and with numbers.</summary>
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

        public static Tensor operator /(Tensor x, float divisor) => x.Affine(1 / divisor, 0);

        public static Tensor operator /(float dividend, Tensor x)
        {
            using var reciprocal = x.Reciprocal();
            return reciprocal.Affine(dividend, 0);
        }
    }
}

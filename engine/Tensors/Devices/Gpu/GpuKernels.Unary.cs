using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void Unary(UnaryFunction f, float p, float q, DeviceSpan x, DeviceSpan y)
    {
        switch (f)
        {
            case UnaryFunction.Affine: Unary<UnaryFunctors.Affine>(p, q, x, y); break;
            case UnaryFunction.Relu: Unary<UnaryFunctors.Relu>(p, q, x, y); break;
            case UnaryFunction.LeakyRelu: Unary<UnaryFunctors.LeakyRelu>(p, q, x, y); break;
            case UnaryFunction.Tanh: Unary<UnaryFunctors.Tanh>(p, q, x, y); break;
            case UnaryFunction.Sigmoid: Unary<UnaryFunctors.Sigmoid>(p, q, x, y); break;
            case UnaryFunction.Softplus: Unary<UnaryFunctors.Softplus>(p, q, x, y); break;
            case UnaryFunction.Exp: Unary<UnaryFunctors.Exp>(p, q, x, y); break;
            case UnaryFunction.Log: Unary<UnaryFunctors.Log>(p, q, x, y); break;
            case UnaryFunction.Sqrt: Unary<UnaryFunctors.SquareRoot>(p, q, x, y); break;
            case UnaryFunction.Abs: Unary<UnaryFunctors.Absolute>(p, q, x, y); break;
            case UnaryFunction.Square: Unary<UnaryFunctors.Square>(p, q, x, y); break;
            case UnaryFunction.Reciprocal: Unary<UnaryFunctors.Reciprocal>(p, q, x, y); break;
            case UnaryFunction.Power: Unary<UnaryFunctors.Power>(p, q, x, y); break;
            case UnaryFunction.Clamp: Unary<UnaryFunctors.Clamp>(p, q, x, y); break;
            case UnaryFunction.Sign: Unary<UnaryFunctors.Sign>(p, q, x, y); break;
            case UnaryFunction.GreaterThan: Unary<UnaryFunctors.Greater>(p, q, x, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(f), f, message: null);
        }
    }

    public void UnaryGradient(UnaryFunction f, float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx)
    {
        switch (f)
        {
            case UnaryFunction.Affine: UnaryGradient<UnaryFunctors.Affine>(p, q, saved, dy, dx); break;
            case UnaryFunction.Relu: UnaryGradient<UnaryFunctors.Relu>(p, q, saved, dy, dx); break;
            case UnaryFunction.LeakyRelu: UnaryGradient<UnaryFunctors.LeakyRelu>(p, q, saved, dy, dx); break;
            case UnaryFunction.Tanh: UnaryGradient<UnaryFunctors.Tanh>(p, q, saved, dy, dx); break;
            case UnaryFunction.Sigmoid: UnaryGradient<UnaryFunctors.Sigmoid>(p, q, saved, dy, dx); break;
            case UnaryFunction.Softplus: UnaryGradient<UnaryFunctors.Softplus>(p, q, saved, dy, dx); break;
            case UnaryFunction.Exp: UnaryGradient<UnaryFunctors.Exp>(p, q, saved, dy, dx); break;
            case UnaryFunction.Log: UnaryGradient<UnaryFunctors.Log>(p, q, saved, dy, dx); break;
            case UnaryFunction.Sqrt: UnaryGradient<UnaryFunctors.SquareRoot>(p, q, saved, dy, dx); break;
            case UnaryFunction.Abs: UnaryGradient<UnaryFunctors.Absolute>(p, q, saved, dy, dx); break;
            case UnaryFunction.Square: UnaryGradient<UnaryFunctors.Square>(p, q, saved, dy, dx); break;
            case UnaryFunction.Reciprocal: UnaryGradient<UnaryFunctors.Reciprocal>(p, q, saved, dy, dx); break;
            case UnaryFunction.Power: UnaryGradient<UnaryFunctors.Power>(p, q, saved, dy, dx); break;
            case UnaryFunction.Clamp: UnaryGradient<UnaryFunctors.Clamp>(p, q, saved, dy, dx); break;
            case UnaryFunction.Sign: UnaryGradient<UnaryFunctors.Sign>(p, q, saved, dy, dx); break;
            case UnaryFunction.GreaterThan: UnaryGradient<UnaryFunctors.Greater>(p, q, saved, dy, dx); break;
            default: throw new ArgumentOutOfRangeException(nameof(f), f, message: null);
        }
    }

    private void Unary<TFunction>(float p, float q, DeviceSpan x, DeviceSpan y)
        where TFunction : struct, IUnaryFunction =>
        queue.Launch(UnaryKernels.Apply<TFunction>, queue.ForElements(y.Length, Element.PerThread), x.View(), y.View(), p, q);

    private void UnaryGradient<TFunction>(float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx)
        where TFunction : struct, IUnaryFunction =>
        queue.Launch(
            UnaryKernels.Gradient<TFunction>, queue.ForElements(dx.Length, Element.PerThread), saved.View(), dy.View(), dx.View(), p, q);
}

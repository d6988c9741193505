using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void Unary(UnaryFunction f, float p, float q, DeviceSpan x, DeviceSpan y)
    {
        switch (f)
        {
            case UnaryFunction.Affine: Unary<UnaryBodies.Affine>(p, q, x, y); break;
            case UnaryFunction.Relu: Unary<UnaryBodies.Relu>(p, q, x, y); break;
            case UnaryFunction.LeakyRelu: Unary<UnaryBodies.LeakyRelu>(p, q, x, y); break;
            case UnaryFunction.Tanh: Unary<UnaryBodies.Tanh>(p, q, x, y); break;
            case UnaryFunction.Sigmoid: Unary<UnaryBodies.Sigmoid>(p, q, x, y); break;
            case UnaryFunction.Softplus: Unary<UnaryBodies.Softplus>(p, q, x, y); break;
            case UnaryFunction.Exp: Unary<UnaryBodies.Exp>(p, q, x, y); break;
            case UnaryFunction.Log: Unary<UnaryBodies.Log>(p, q, x, y); break;
            case UnaryFunction.Sqrt: Unary<UnaryBodies.SquareRoot>(p, q, x, y); break;
            case UnaryFunction.Abs: Unary<UnaryBodies.Absolute>(p, q, x, y); break;
            case UnaryFunction.Square: Unary<UnaryBodies.Square>(p, q, x, y); break;
            case UnaryFunction.Reciprocal: Unary<UnaryBodies.Reciprocal>(p, q, x, y); break;
            case UnaryFunction.Power: Unary<UnaryBodies.Power>(p, q, x, y); break;
            case UnaryFunction.Clamp: Unary<UnaryBodies.Clamp>(p, q, x, y); break;
            case UnaryFunction.Sign: Unary<UnaryBodies.Sign>(p, q, x, y); break;
            case UnaryFunction.GreaterThan: Unary<UnaryBodies.Greater>(p, q, x, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(f), f, message: null);
        }
    }

    public void UnaryGradient(UnaryFunction f, float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx)
    {
        switch (f)
        {
            case UnaryFunction.Affine: UnaryGradient<UnaryBodies.Affine>(p, q, saved, dy, dx); break;
            case UnaryFunction.Relu: UnaryGradient<UnaryBodies.Relu>(p, q, saved, dy, dx); break;
            case UnaryFunction.LeakyRelu: UnaryGradient<UnaryBodies.LeakyRelu>(p, q, saved, dy, dx); break;
            case UnaryFunction.Tanh: UnaryGradient<UnaryBodies.Tanh>(p, q, saved, dy, dx); break;
            case UnaryFunction.Sigmoid: UnaryGradient<UnaryBodies.Sigmoid>(p, q, saved, dy, dx); break;
            case UnaryFunction.Softplus: UnaryGradient<UnaryBodies.Softplus>(p, q, saved, dy, dx); break;
            case UnaryFunction.Exp: UnaryGradient<UnaryBodies.Exp>(p, q, saved, dy, dx); break;
            case UnaryFunction.Log: UnaryGradient<UnaryBodies.Log>(p, q, saved, dy, dx); break;
            case UnaryFunction.Sqrt: UnaryGradient<UnaryBodies.SquareRoot>(p, q, saved, dy, dx); break;
            case UnaryFunction.Abs: UnaryGradient<UnaryBodies.Absolute>(p, q, saved, dy, dx); break;
            case UnaryFunction.Square: UnaryGradient<UnaryBodies.Square>(p, q, saved, dy, dx); break;
            case UnaryFunction.Reciprocal: UnaryGradient<UnaryBodies.Reciprocal>(p, q, saved, dy, dx); break;
            case UnaryFunction.Power: UnaryGradient<UnaryBodies.Power>(p, q, saved, dy, dx); break;
            case UnaryFunction.Clamp: UnaryGradient<UnaryBodies.Clamp>(p, q, saved, dy, dx); break;
            case UnaryFunction.Sign: UnaryGradient<UnaryBodies.Sign>(p, q, saved, dy, dx); break;
            case UnaryFunction.GreaterThan: UnaryGradient<UnaryBodies.Greater>(p, q, saved, dy, dx); break;
            default: throw new ArgumentOutOfRangeException(nameof(f), f, message: null);
        }
    }

    private void Unary<TFunction>(float p, float q, DeviceSpan x, DeviceSpan y)
        where TFunction : struct, IUnaryBody =>
        For(Blocks.Count(y.Length), new UnaryTask<TFunction>(p, q, x, y));

    private void UnaryGradient<TFunction>(float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx)
        where TFunction : struct, IUnaryBody =>
        For(Blocks.Count(dx.Length), new UnaryGradientTask<TFunction>(p, q, saved, dy, dx));

    private readonly struct UnaryTask<TFunction>(float p, float q, DeviceSpan x, DeviceSpan y) : ITask
        where TFunction : struct, IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            var source = x.Pointer() + start;
            var destination = y.Pointer() + start;
            var vp = Vector512.Create(p);
            var vq = Vector512.Create(q);
            long i = 0;
            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                TFunction.Apply(Vector512.Load(source + i), vp, vq).Store(destination + i);
            }

            if (i < count)
            {
                Lanes.Store(TFunction.Apply(Lanes.Load(source + i, count - i), vp, vq), destination + i, count - i);
            }
        }
    }

    private readonly struct UnaryGradientTask<TFunction>(float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx) : ITask
        where TFunction : struct, IUnaryBody
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, dx.Length);
            var values = saved.Pointer() + start;
            var source = dy.Pointer() + start;
            var destination = dx.Pointer() + start;
            var vp = Vector512.Create(p);
            var vq = Vector512.Create(q);
            long i = 0;
            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                TFunction.Gradient(Vector512.Load(values + i), Vector512.Load(source + i), vp, vq).Store(destination + i);
            }

            if (i < count)
            {
                var rest = count - i;
                var tail = TFunction.Gradient(Lanes.Load(values + i, rest), Lanes.Load(source + i, rest), vp, vq);
                Lanes.Store(tail, destination + i, rest);
            }
        }
    }
}

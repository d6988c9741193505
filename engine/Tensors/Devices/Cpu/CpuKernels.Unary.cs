using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IUnaryLoops, IKernel<UnaryCall>, IKernel<UnaryGradientCall>, IKernel<MapCall>
{
    public void Run(UnaryCall call) => UnaryTable.Of(call.F).Apply(this, call.P, call.Q, call.X, call.Y);

    public void Run(UnaryGradientCall call) => UnaryTable.Of(call.F).Gradient(this, call.P, call.Q, call.Saved, call.Dy, call.Dx);

    public void Run(MapCall call) => call.F.Apply(this, call.X, call.Y);

    void IUnaryLoops.Apply<TFunction>(float p, float q, DeviceSpan x, DeviceSpan y) =>
        For(Blocks.Count(y.Length), new UnaryTask<TFunction>(p, q, x, y));

    void IUnaryLoops.Gradient<TFunction>(float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx) =>
        For(Blocks.Count(dx.Length), new UnaryGradientTask<TFunction>(p, q, saved, dy, dx));

    private readonly struct UnaryTask<TFunction>(float p, float q, DeviceSpan x, DeviceSpan y) : ITask
        where TFunction : struct, ILaneFunction
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
        where TFunction : struct, ILaneFunction
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

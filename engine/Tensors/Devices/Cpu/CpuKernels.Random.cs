using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<UniformCall>, IKernel<NormalCall>, IKernel<DropoutCall>
{
    public void Run(UniformCall call) =>
        For(Blocks.Count(call.Y.Length), new RandomTask<UniformBody>(Resolve(call.Key), 0, call.Y, call.Y));

    public void Run(NormalCall call) => For(Blocks.Count(call.Y.Length), new RandomTask<NormalBody>(Resolve(call.Key), 0, call.Y, call.Y));

    public void Run(DropoutCall call) =>
        For(Blocks.Count(call.Y.Length), new RandomTask<DropoutBody>(Resolve(call.Key), call.P, call.X, call.Y));

    /// <summary>The key with the present step's values from <see cref="StepNumbers"/>.</summary>
    private RandomKey Resolve(RandomKey key) =>
        key with { Step = key.Step + numbers[key.StepWord], Op = key.Op + numbers[key.StepWord + 1], StepWord = 0 };

    /// <summary>A function of 16 successive words of a random sequence.</summary>
    private interface IRandomBody
    {
        static abstract Floats Apply(Vector512<uint> words, Floats x, Floats p, Floats scale);
    }

    /// <summary>As <see cref="Philox.ToUniform"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Floats ToUniform(Vector512<uint> words) => Vector512.ConvertToSingle((words >>> 8).AsInt32()) * (1f / (1 << 24));

    private readonly struct UniformBody : IRandomBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Vector512<uint> words, Floats x, Floats p, Floats scale) => ToUniform(words);
    }

    /// <summary>As <see cref="Philox.ToNormal"/>: both lanes of a pair compute radius and angle, the even one keeps the cosine.</summary>
    private readonly struct NormalBody : IRandomBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Vector512<uint> words, Floats x, Floats p, Floats scale)
        {
            var pairs = words.AsUInt64();
            var even = Vector512.Create((ulong)uint.MaxValue);
            var first = ((pairs & even) | (pairs << 32)).AsUInt32();
            var second = ((pairs & ~even) | (pairs >>> 32)).AsUInt32();
            var u = ToUniform(first) + Vector512.Create(1f / (1 << 24));
            var radius = Vector512.Sqrt(VectorMath.Log(u) * -2f);
            var (sine, cosine) = VectorMath.SinCosTurns(ToUniform(second));
            return radius * Vector512.ConditionalSelect(even.AsSingle(), cosine, sine);
        }
    }

    private readonly struct DropoutBody : IRandomBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Floats Apply(Vector512<uint> words, Floats x, Floats p, Floats scale) =>
            Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(ToUniform(words), p), x * scale, Floats.Zero);
    }

    /// <summary>Only <see cref="DropoutBody"/> uses x.</summary>
    private readonly struct RandomTask<TFunction>(RandomKey key, float p, DeviceSpan x, DeviceSpan y) : ITask
        where TFunction : struct, IRandomBody
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            var source = x.Pointer() + start;
            var destination = y.Pointer() + start;
            var threshold = Vector512.Create(p);
            var scale = Vector512.Create(1 / (1 - p));
            long i = 0;
            for (; i <= count - PhiloxLanes.Count; i += PhiloxLanes.Count)
            {
                var (lower, upper) = PhiloxLanes.Words(key, (uint)((start + i) / 4));
                TFunction.Apply(lower, Vector512.Load(source + i), threshold, scale).Store(destination + i);
                TFunction.Apply(upper, Vector512.Load(source + i + Lanes.Count), threshold, scale).Store(destination + i + Lanes.Count);
            }

            if (i < count)
            {
                var (lower, upper) = PhiloxLanes.Words(key, (uint)((start + i) / 4));
                Tail(lower, source + i, destination + i, Math.Min(count - i, Lanes.Count), threshold, scale);
                Tail(upper, source + i + Lanes.Count, destination + i + Lanes.Count, count - i - Lanes.Count, threshold, scale);
            }
        }

        private static void Tail(Vector512<uint> words, float* source, float* destination, long count, Floats threshold, Floats scale) =>
            Lanes.Store(TFunction.Apply(words, Lanes.Load(source, count), threshold, scale), destination, count);
    }
}

using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>Kernels that measure a device's peak.</summary>
internal static class PeakKernels
{
    /// <summary>
    /// Independent chains of multiply-adds in a thread. A GPU needs few, since other warps hide latency; a processor behind OpenCL packs 16
    /// of them into a vector and needs several vectors to cover the latency of a multiply-add.
    /// </summary>
    public const int Chains = 64;

    /// <summary>Multiply-adds of each chain for one of the kernel's <c>turns</c>.</summary>
    public const int Unrolled = 4;

    /// <summary>y[i] = the sum of chains of x := x · factor + 1, <paramref name="turns"/> · <see cref="Unrolled"/> long.</summary>
    public static void FusedMultiplyAdd(ArrayView<float> y, float factor, int turns)
    {
        var i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        Chain chain = default;
        chain.Factor = factor;
        chain.First = i;
        var chains = Twice<Twice<Twice<Twice<Float4>>>>.Make(ref chain, 0);
        for (var turn = 0; turn < turns * Unrolled; turn++)
        {
            chains = Twice<Twice<Twice<Twice<Float4>>>>.Map(chains, ref chain, 0);
        }

        Twice<Twice<Twice<Twice<Float4>>>>.Each(chains, ref chain, 0);
        if (i < y.IntLength)
        {
            y[i] = chain.Sum;
        }
    }

    private struct Chain : ISource<float>, IMap<float>, ITarget<float>
    {
        public float Factor, Sum;

        public int First;

        public readonly float Get(int index) => First + index;

        public readonly float Of(int index, float value) => (value * Factor) + 1;

        public void Put(int index, float value) => Sum += value;
    }
}

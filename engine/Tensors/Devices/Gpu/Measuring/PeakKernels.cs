using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>Kernels that do nothing but what is to be measured.</summary>
internal static class PeakKernels
{
    /// <summary>
    /// Chains that wait for nothing but themselves. A GPU needs few, it has other warps; a processor behind OpenCL joins 16 of them to one
    /// vector and needs several of those to cover the latency of a multiply-add.
    /// </summary>
    public const int Chains = 64;

    /// <summary>Multiply-adds of each chain in one turn of the loop.</summary>
    public const int Unrolled = 4;

    /// <summary>y[i] = the sum of chains of x := x · factor + 1, <paramref name="turns"/> · <see cref="Unrolled"/> long.</summary>
    public static void FusedMultiplyAdd(ArrayView<float> y, float factor, int turns)
    {
        var i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        var chains = LocalMemory.Allocate<float>(Chains);
        for (var c = 0; c < Chains; c++)
        {
            chains[c] = i + c;
        }

        for (var turn = 0; turn < turns; turn++)
        {
            for (var k = 0; k < Unrolled; k++)
            {
                for (var c = 0; c < Chains; c++)
                {
                    chains[c] = (chains[c] * factor) + 1;
                }
            }
        }

        float sum = 0;
        for (var c = 0; c < Chains; c++)
        {
            sum += chains[c];
        }

        if (i < y.IntLength)
        {
            y[i] = sum;
        }
    }
}

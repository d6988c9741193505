using ILGPU;
using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu.Optimizers;

/// <summary>Updates of parameters.</summary>
internal static class OptimizerKernels
{
    /// <summary>Elements of a thread of <see cref="AdamOfAll"/>.</summary>
    public const int AdamPerThread = 8;

    /// <summary>
    /// All parameters in one launch, on CUDA: a group of threads finds its parameter in the table and works on
    /// <see cref="AdamPerThread"/> times its width of it.
    /// </summary>
    public static void AdamOfAll(ArrayView<long> table, int slots, AdamCoefficients c, ArrayView<uint> numbers, int rates)
    {
        if (!CudaAsm.IsSupported)
        {
            return;
        }

        var (row, firstGroup) = SlotTable.Find(table, slots, AdamTable.Columns, Grid.IdxX);
        var length = (int)table[row + AdamTable.Length];
        var weight = table[row + AdamTable.Weight];
        var gradient = table[row + AdamTable.Gradient];
        var first = table[row + AdamTable.FirstMoment];
        var second = table[row + AdamTable.SecondMoment];
        var stepSize = Interop.IntAsFloat(numbers[rates]);
        var inverseRootCorrection = Interop.IntAsFloat(numbers[rates + 1]);
        var start = ((Grid.IdxX - firstGroup) * Group.DimX * AdamPerThread) + Group.IdxX;
        for (var k = 0; k < AdamPerThread; k++)
        {
            var i = start + (k * Group.DimX);
            if (i < length)
            {
                var offset = (long)i * sizeof(float);
                var updated = AdamUpdate.Of(
                    DeviceAddress.Load(weight + offset), DeviceAddress.Load(gradient + offset),
                    DeviceAddress.Load(first + offset), DeviceAddress.Load(second + offset), c, stepSize, inverseRootCorrection);
                DeviceAddress.Store(weight + offset, updated.Weight);
                DeviceAddress.Store(first + offset, updated.First);
                DeviceAddress.Store(second + offset, updated.Second);
            }
        }
    }

    /// <summary>One parameter.</summary>
    public static void Adam(
        ArrayView<float> weight, ArrayView<float> gradient, ArrayView<float> first, ArrayView<float> second,
        AdamCoefficients c, ArrayView<uint> numbers, int rates)
    {
        var stepSize = Interop.IntAsFloat(numbers[rates]);
        var inverseRootCorrection = Interop.IntAsFloat(numbers[rates + 1]);
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < weight.IntLength)
            {
                (weight[i], first[i], second[i]) = AdamUpdate.Of(
                    weight[i], gradient[i], first[i], second[i], c, stepSize, inverseRootCorrection);
            }
        }
    }

    /// <summary>v = momentum·v + g, w −= rate·v; without a velocity w −= rate·g. The rate is read from the table of numbers.</summary>
    public static void Sgd(
        ArrayView<float> weight, ArrayView<float> gradient, ArrayView<float> velocity, ArrayView<uint> numbers, int learningRate, float momentum, float decay)
    {
        var rate = Interop.IntAsFloat(numbers[learningRate]);
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < weight.IntLength)
            {
                var w = weight[i];
                var step = MathF.FusedMultiplyAdd(decay, w, gradient[i]);
                if (velocity.IntLength > 0)
                {
                    step = MathF.FusedMultiplyAdd(momentum, velocity[i], step);
                    velocity[i] = step;
                }

                weight[i] = MathF.FusedMultiplyAdd(-rate, step, w);
            }
        }
    }
}

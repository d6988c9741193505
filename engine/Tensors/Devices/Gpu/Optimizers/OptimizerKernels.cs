using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu.Optimizers;

/// <summary>The constants of <see cref="SgdCall"/>, as a kernel argument.</summary>
/// <param name="IsNesterov">1 for Nesterov's momentum</param>
internal readonly record struct SgdFactors(float Momentum, float WeightDecay, byte IsNesterov);

/// <summary>Optimiser updates of parameters.</summary>
internal static class OptimizerKernels
{
    /// <summary>Elements that a thread of <see cref="AdamOfAll"/> processes.</summary>
    public const int AdamPerThread = 8;

    /// <summary>
    /// Adam for all parameters in one launch, on CUDA. A group finds its parameter in the table and updates <see cref="AdamPerThread"/>
    /// elements a thread, four at a time where all arrays start at multiples of 16 bytes.
    /// </summary>
    public static void AdamOfAll(ArrayView<long> table, int slots, AdamCoefficients c, ArrayView<uint> numbers, int rates)
    {
        if (!PtxMethods.AreSupported)
        {
            return;
        }

        var (row, firstGroup) = SlotTable.Find(table, slots, AdamTable.Columns, Grid.IdxX);
        var length = (int)table[row + AdamTable.Length];
        AdamArrays arrays = default;
        arrays.Weight = table[row + AdamTable.Weight];
        arrays.Gradient = table[row + AdamTable.Gradient];
        arrays.First = table[row + AdamTable.FirstMoment];
        arrays.Second = table[row + AdamTable.SecondMoment];
        arrays.StepSize = Interop.IntAsFloat(numbers[rates]);
        arrays.InverseRootCorrection = Interop.IntAsFloat(numbers[rates + 1]);
        arrays.WeightKept = Interop.IntAsFloat(numbers[rates + 2]);
        var start = (Grid.IdxX - firstGroup) * Group.DimX * AdamPerThread;
        if (arrays.AreAligned)
        {
            for (var k = 0; k < AdamPerThread / AdamArrays.Width; k++)
            {
                var i = start + (((k * Group.DimX) + Group.IdxX) * AdamArrays.Width);
                if (i + AdamArrays.Width <= length)
                {
                    arrays.UpdateFour(i, c);
                }
                else
                {
                    for (var rest = i; rest < length; rest++)
                    {
                        arrays.Update(rest, c);
                    }
                }
            }

            return;
        }

        for (var k = 0; k < AdamPerThread; k++)
        {
            var i = start + (k * Group.DimX) + Group.IdxX;
            if (i < length)
            {
                arrays.Update(i, c);
            }
        }
    }

    /// <summary>Adam for one parameter.</summary>
    public static void Adam(
        ArrayView<float> weight, ArrayView<float> gradient, ArrayView<float> first, ArrayView<float> second,
        AdamCoefficients c, ArrayView<uint> numbers, int rates)
    {
        var stepSize = Interop.IntAsFloat(numbers[rates]);
        var inverseRootCorrection = Interop.IntAsFloat(numbers[rates + 1]);
        var weightKept = Interop.IntAsFloat(numbers[rates + 2]);
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < weight.IntLength)
            {
                (weight[i], first[i], second[i]) = AdamUpdate.Of(
                    weight[i], gradient[i], first[i], second[i], c, stepSize, inverseRootCorrection, weightKept);
            }
        }
    }

    /// <summary>
    /// v = momentum·v + g, w −= rate·v; with Nesterov w −= rate·(momentum·v + g) with the new v; without a velocity w −= rate·g. The rate
    /// is read from the step numbers.
    /// </summary>
    public static void Sgd(
        ArrayView<float> weight, ArrayView<float> gradient, ArrayView<float> velocity, SgdFactors c, ArrayView<uint> numbers,
        int learningRate)
    {
        var rate = Interop.IntAsFloat(numbers[learningRate]);
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < weight.IntLength)
            {
                var w = weight[i];
                var step = MathF.FusedMultiplyAdd(c.WeightDecay, w, gradient[i]);
                if (velocity.IntLength > 0)
                {
                    var v = MathF.FusedMultiplyAdd(c.Momentum, velocity[i], step);
                    velocity[i] = v;
                    step = c.IsNesterov != 0 ? MathF.FusedMultiplyAdd(c.Momentum, v, step) : v;
                }

                weight[i] = MathF.FusedMultiplyAdd(-rate, step, w);
            }
        }
    }

    /// <summary>RMSProp for one parameter, in PyTorch's and TensorFlow's conventions. The rates are read from the step numbers.</summary>
    public static void RmsProp(
        ArrayView<float> weight, ArrayView<float> gradient, ArrayView<float> meanSquare, ArrayView<float> velocity,
        RmsPropFactors c, ArrayView<uint> numbers, int rates)
    {
        var ofQuotient = Interop.IntAsFloat(numbers[rates]);
        var ofStep = Interop.IntAsFloat(numbers[rates + 1]);
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < weight.IntLength)
            {
                var w = weight[i];
                var g = MathF.FusedMultiplyAdd(c.WeightDecay, w, gradient[i]);
                var s = MathF.FusedMultiplyAdd(c.OneMinusDecay * g, g, meanSquare[i] * c.Decay);
                meanSquare[i] = s;
                var step = g / (MathF.Sqrt(s + c.InnerEpsilon) + c.OuterEpsilon) * ofQuotient;
                if (velocity.IntLength > 0)
                {
                    step = MathF.FusedMultiplyAdd(c.Momentum, velocity[i], step);
                    velocity[i] = step;
                }

                weight[i] = MathF.FusedMultiplyAdd(-ofStep, step, w);
            }
        }
    }

    /// <summary>y += weight·(x − y), with the weight read from the step numbers.</summary>
    public static void Lerp(ArrayView<float> x, ArrayView<uint> numbers, int weight, ArrayView<float> y)
    {
        var t = Interop.IntAsFloat(numbers[weight]);
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = MathF.FusedMultiplyAdd(t, x[i] - y[i], y[i]);
            }
        }
    }
}

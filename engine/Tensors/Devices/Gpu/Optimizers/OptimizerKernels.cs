using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu.Optimizers;

/// <summary>Updates of one parameter.</summary>
internal static class OptimizerKernels
{
    public static void Adam(
        ArrayView<float> weight, ArrayView<float> gradient, ArrayView<float> first, ArrayView<float> second, AdamCoefficients c)
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < weight.IntLength)
            {
                var w = weight[i];
                var g = MathF.FusedMultiplyAdd(c.WeightDecay, w, gradient[i]);
                var m = MathF.FusedMultiplyAdd(c.OneMinusBeta1, g, first[i] * c.Beta1);
                var v = MathF.FusedMultiplyAdd(c.OneMinusBeta2 * g, g, second[i] * c.Beta2);
                var denominator = MathF.FusedMultiplyAdd(MathF.Sqrt(v), c.InverseRootCorrection, c.Epsilon);
                weight[i] = w - (m * c.StepSize / denominator);
                first[i] = m;
                second[i] = v;
            }
        }
    }

    /// <summary>v = momentum·v + g, w −= rate·v; without a velocity w −= rate·g.</summary>
    public static void Sgd(
        ArrayView<float> weight, ArrayView<float> gradient, ArrayView<float> velocity, float rate, float momentum, float decay)
    {
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

using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>Unary functions and their gradients: two kernels, compiled once for each function.</summary>
internal static class UnaryKernels
{
    /// <summary>y = f(x); y may be x.</summary>
    public static void Apply<TFunction>(ArrayView<float> x, ArrayView<float> y, float p, float q)
        where TFunction : struct, IUnaryFunction
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = TFunction.Apply(x[i], p, q);
            }
        }
    }

    /// <summary>dx = dy · f′; dx may be dy.</summary>
    public static void Gradient<TFunction>(ArrayView<float> saved, ArrayView<float> dy, ArrayView<float> dx, float p, float q)
        where TFunction : struct, IUnaryFunction
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < dx.IntLength)
            {
                dx[i] = TFunction.Gradient(saved[i], dy[i], p, q);
            }
        }
    }
}

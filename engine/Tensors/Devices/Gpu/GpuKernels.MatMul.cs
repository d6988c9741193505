using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void MatMul(DeviceSpan a, DeviceSpan b, DeviceSpan c, in MatMulGeometry g) =>
        Multiply(a.View(), b.View(), c.View(), g, AreAligned(a, b, c));

    private void Multiply(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, in MatMulGeometry g, bool isAligned)
    {
        if (!TryProduct(MatMulProduct.Of(a, b, c, g), MatMulProduct.IsAlongDepth(g), isAligned))
        {
            queue.Launch(
                DirectMatMul.Run, queue.ForElements(c.Length), a, b, c, g.M, g.N, g.K, Flag(g.TransposeA), Flag(g.TransposeB));
        }
    }

    /// <summary>Kernels have no <c>bool</c> parameters.</summary>
    private static byte Flag(bool value) => value ? (byte)1 : (byte)0;
}

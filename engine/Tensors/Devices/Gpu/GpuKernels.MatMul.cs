using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void MatMul(DeviceSpan a, DeviceSpan b, DeviceSpan c, in MatMulGeometry g)
    {
        if (!TryProduct(MatMulProduct.Of(a.View(), b.View(), c.View(), g), MatMulProduct.IsAlongDepth(g), AreAligned(a, b, c)))
        {
            queue.Launch(
                DirectMatMul.Run, queue.ForElements(c.Length), a.View(), b.View(), c.View(),
                g.M, g.N, g.K, Flag(g.TransposeA), Flag(g.TransposeB));
        }
    }

    /// <summary>Kernels have no <c>bool</c> parameters.</summary>
    private static byte Flag(bool value) => value ? (byte)1 : (byte)0;
}

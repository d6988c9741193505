using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<MatMulCall>
{
    public void Run(MatMulCall call) => Multiply(call.A.View(), call.B.View(), call.C.View(), call.G, AreAligned(call.A, call.B, call.C));

    private void Multiply(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, in MatMulGeometry g, bool isAligned)
    {
        if (!TryProduct(MatMulProduct.Of(a, b, c, g), MatMulProduct.IsAlongDepth(g), isAligned))
        {
            queue.Launch(
                DirectMatMul.Run, queue.ForElements(c.Length), a, b, c,
                new MatMulExtents(g.M, g.N, g.K, Flag(g.TransposeA), Flag(g.TransposeB)));
        }
    }

    /// <summary>Kernels have no <c>bool</c> parameters.</summary>
    private static byte Flag(bool value) => value ? (byte)1 : (byte)0;
}

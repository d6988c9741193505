using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    private readonly MatrixProduct _product = new(threads);

    public void MatMul(DeviceSpan a, DeviceSpan b, DeviceSpan c, in MatMulGeometry g)
    {
        _product.Run(MicroKernel, a.Pointer(), b.Pointer(), c.Pointer(), g);
        KeepAlive(a, b, c, null);
    }
}

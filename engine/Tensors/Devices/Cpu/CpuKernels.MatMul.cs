using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<MatMulCall>
{
    private readonly MatrixProduct _product = new(threads);

    public void Run(MatMulCall call)
    {
        var (a, b, c, g) = call;
        _product.Run(MicroKernel, a.Pointer(), b.Pointer(), c.Pointer(), g);
        KeepAlive(a, b, c, null);
    }
}

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>The kernels of the processor, one file a family. Every loop is split by shape, so that bits don't depend on the thread count.</summary>
internal sealed partial class CpuKernels(CpuThreads threads) : IKernels
{
    private readonly CpuThreads _threads = threads;
}

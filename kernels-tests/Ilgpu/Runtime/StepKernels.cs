using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Tensors.Devices.Gpu;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>The kernels that a training step loads on an sm_90 card: recorded on a driver whose launches do nothing.</summary>
internal static unsafe class StepKernels
{
    public static IReadOnlyList<MethodInfo> Of(string kind, int size)
    {
        CudaApi driver = PtxDriver.With((
            "cuLaunchKernel",
            (IntPtr)(delegate* unmanaged<IntPtr, uint, uint, uint, uint, uint, uint, uint, IntPtr, void**, void**, CudaError>)&DoNothing));
        var context = Context.Create(builder => builder.Cuda(driver));
        using var device = new GpuDevice("recorder", context, context.GetCudaDevice(2).CreateCudaAccelerator(context));
        using BenchStep step = BenchStep.OfTraining(FamilyCatalog.Find(kind)!, size, batch: 1, device);
        step.Run();
        return [.. device.Queue.LoadedKernels];
    }

    [UnmanagedCallersOnly]
    private static CudaError DoNothing(
        IntPtr function, uint gridX, uint gridY, uint gridZ, uint groupX, uint groupY, uint groupZ, uint dynamicBytes, IntPtr stream,
        void** parameters, void** extra) =>
        CudaError.CUDA_SUCCESS;
}

using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace ILGPU.Runtime;

/// <summary>Whether a driver's library is there, and if not, why. An addition to ILGPU's API.</summary>
/// <param name="IsPresent">Whether it was found and started.</param>
/// <param name="Reason">Why not, or why devices of its were left out; empty where all is well.</param>
public sealed record DriverStatus(bool IsPresent, string Reason)
{
    public static DriverStatus Cuda => new(CudaApi.IsPresent, CudaApi.IsPresent ? CudaContextExtensions.Omission : CudaApi.Absence);

    public static DriverStatus OpenCL => new(CLApi.IsPresent, CLApi.IsPresent ? CLContextExtensions.Omission : CLApi.Absence);
}

namespace ILGPU.Runtime.CPU
{
    public enum CPUDeviceKind
    {
        Default,
        Nvidia,
        AMD,
        LegacyAMD,
        Intel,
    }

    public sealed class CPUDevice : Device
    {
        private CPUDevice()
        {
        }

        public override Accelerator CreateAccelerator(Context context) => throw null!;
    }

    public abstract class CPUAccelerator : Accelerator
    {
        private protected CPUAccelerator()
        {
        }
    }

    public static class CPUContextExtensions
    {
        public static Context.Builder CPU(this Context.Builder builder, CPUDeviceKind kind) => throw null!;
    }
}

namespace ILGPU.Runtime.Cuda
{
    public readonly struct CudaArchitecture
    {
        public CudaArchitecture(int major, int minor) => throw null!;

        public int Major => throw null!;

        public int Minor => throw null!;
    }

    public readonly struct CudaDriverVersion
    {
        public CudaDriverVersion(int major, int minor) => throw null!;

        public int Major => throw null!;

        public int Minor => throw null!;
    }

    public sealed class CudaDevice : Device
    {
        private CudaDevice()
        {
        }

        public CudaArchitecture? Architecture => throw null!;

        public CudaDriverVersion DriverVersion => throw null!;

        public override Accelerator CreateAccelerator(Context context) => throw null!;
    }

    public interface ICudaAsmEmitParameter;

    public struct Input<T> : ICudaAsmEmitParameter
        where T : struct
    {
        public static implicit operator Input<T>(T value) => throw null!;
    }

    public struct Output<T> : ICudaAsmEmitParameter
        where T : struct
    {
        public T Value;
    }

    public static class CudaAsm
    {
        public static bool IsSupported => throw null!;

        public static void Emit<T0, T1>(string asm, T0 arg0, T1 arg1)
            where T0 : struct
            where T1 : struct => throw null!;

        public static void Emit<T0, T1>(string asm, out T0 arg0, T1 arg1)
            where T0 : struct
            where T1 : struct => throw null!;

        public static void Emit<T0, T1, T2, T3, T4>(string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
            where T0 : struct
            where T1 : struct
            where T2 : struct
            where T3 : struct
            where T4 : struct => throw null!;

        public static void EmitRef<T0, T1, T2, T3, T4>(string asm, ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4)
            where T0 : struct, ICudaAsmEmitParameter
            where T1 : struct, ICudaAsmEmitParameter
            where T2 : struct, ICudaAsmEmitParameter
            where T3 : struct, ICudaAsmEmitParameter
            where T4 : struct, ICudaAsmEmitParameter => throw null!;
    }

    public static class CudaContextExtensions
    {
        public static Context.Builder Cuda(this Context.Builder builder) => throw null!;

        public static Context.DeviceCollection<CudaDevice> GetCudaDevices(this Context context) => throw null!;
    }
}

namespace ILGPU.Runtime.OpenCL
{
    [Flags]
    public enum CLDeviceType : long
    {
        None = 0,
        CL_DEVICE_TYPE_DEFAULT = 1,
        CL_DEVICE_TYPE_CPU = 2,
        CL_DEVICE_TYPE_GPU = 4,
        CL_DEVICE_TYPE_ACCELERATOR = 8,
        CL_DEVICE_TYPE_CUSTOM = 16,
    }

    public readonly struct CLDeviceVersion
    {
        public CLDeviceVersion(int major, int minor) => throw null!;

        public int Major => throw null!;

        public int Minor => throw null!;
    }

    public sealed class CLDevice : Device
    {
        private CLDevice()
        {
        }

        public string PlatformName => throw null!;

        public CLDeviceType DeviceType => throw null!;

        public CLDeviceVersion DeviceVersion => throw null!;

        public override Accelerator CreateAccelerator(Context context) => throw null!;
    }

    public static class CLContextExtensions
    {
        public static Context.Builder OpenCL(this Context.Builder builder) => throw null!;
    }
}

using System.Text;
using ILGPU.Backends;

namespace ILGPU.Runtime.Cuda;

/// <summary>A function of a loaded module.</summary>
internal sealed unsafe class CudaKernel : Kernel
{
    private const int MaxDynamicSharedSizeBytes = 8;

    private const int LogLength = 16 * 1024;

    private readonly IntPtr module;

    public CudaKernel(CudaAccelerator accelerator, CompiledKernel compiled)
        : base(accelerator, compiled)
    {
        module = LoadModule(compiled.Image.Text);
        IntPtr function;
        fixed (byte* name = Encoding.UTF8.GetBytes(compiled.Image.EntryPoint + '\0'))
            Driver.Check(Driver.ModuleGetFunction(&function, module, name), "cuModuleGetFunction");
        Function = function;
        int dynamic = accelerator.Device.MaxDynamicSharedMemoryPerGroup - compiled.Image.StaticSharedBytes;
        if (compiled.Image.UsesDynamicShared && dynamic > 0)
            Driver.Check(Driver.FuncSetAttribute(function, MaxDynamicSharedSizeBytes, dynamic), "cuFuncSetAttribute");
    }

    private CudaApi Driver => ((CudaAccelerator)Accelerator).Driver;

    public IntPtr Function { get; }

    private protected override void LaunchCore(AcceleratorStream stream, in KernelConfig config, byte* packed)
    {
        nuint size = (nuint)Image.ArgumentBytes;

        // Buffer pointer (1) and buffer size (2), then the end mark (0).
        void** extra = stackalloc void*[] { (void*)1, packed, (void*)2, &size, null };
        Index3D grid = config.GridDim;
        Index3D group = config.GroupDim;
        CudaError status = Driver.LaunchKernel(
            Function,
            (uint)grid.X, (uint)grid.Y, (uint)grid.Z,
            (uint)group.X, (uint)group.Y, (uint)group.Z,
            (uint)config.SharedMemoryConfig.ArraySize,
            CudaStream.HandleOf(stream),
            null,
            size == 0 ? null : extra);
        if (status != CudaError.CUDA_SUCCESS)
            Driver.Check(status, $"cuLaunchKernel of '{Name}' with {config}");
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        // A module that did not load leaves an object without one.
        if (module != IntPtr.Zero)
            Driver.Release(Driver.ModuleUnload(module), "cuModuleUnload");
    }

    /// <summary>Compiles PTX with the driver's assembler, whose log is part of the exception where it refuses.</summary>
    private IntPtr LoadModule(string ptx)
    {
        byte[] text = Encoding.UTF8.GetBytes(ptx + '\0');
        byte[] log = new byte[LogLength];
        IntPtr loaded;
        CudaError status;
        fixed (byte* start = text)
        {
            fixed (byte* errors = log)
            {
                // The error log's buffer and its size, by their option numbers.
                int* options = stackalloc int[] { 5, 6 };
                void** values = stackalloc void*[2];
                values[0] = errors;
                values[1] = (void*)LogLength;
                status = Driver.ModuleLoadDataEx(&loaded, start, 2, options, values);
            }
        }

        if (status == CudaError.CUDA_SUCCESS)
            return loaded;
        string messages = Encoding.UTF8.GetString(log).TrimEnd('\0', '\n');
        throw new CudaException(Driver, status, $"cuModuleLoadDataEx of '{Name}' failed with {Driver.Describe(status)}.\n{messages}");
    }
}

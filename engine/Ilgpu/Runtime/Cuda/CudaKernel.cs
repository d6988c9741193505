using System.Text;
using ILGPU.Backends;

namespace ILGPU.Runtime.Cuda;

/// <summary>A function of a loaded module.</summary>
internal sealed unsafe class CudaKernel : Kernel
{
    private const int SharedSizeBytes = 1;

    private const int MaxDynamicSharedSizeBytes = 8;

    private readonly IntPtr _module;

    public CudaKernel(CudaAccelerator accelerator, CompiledKernel compiled)
        : base(accelerator, compiled)
    {
        _module = CudaModule.Load(Driver, accelerator.Architecture, compiled.Image.Text, Name);
        IntPtr function;
        fixed (byte* name = Encoding.UTF8.GetBytes(compiled.Image.EntryPoint + '\0'))
        {
            Driver.Check(Driver.ModuleGetFunction(&function, _module, name), "cuModuleGetFunction");
        }

        Function = function;
        if (compiled.Image.UsesDynamicShared)
        {
            AllowDynamicShared(accelerator.Device.MaxDynamicSharedMemoryPerGroup);
        }
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
        {
            Driver.Check(status, $"cuLaunchKernel of '{Name}' with {config}");
        }
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        // A module that did not load leaves an object without one.
        if (_module != IntPtr.Zero)
        {
            Driver.Release(Driver.ModuleUnload(_module), "cuModuleUnload");
        }
    }

    /// <summary>
    /// Above 48 KB a kernel gets only what was set for it: here all that its own arrays, as the assembler laid them out, leave of the
    /// device's.
    /// </summary>
    private void AllowDynamicShared(int deviceBytes)
    {
        int own;
        Driver.Check(Driver.FuncGetAttribute(&own, SharedSizeBytes, Function), "cuFuncGetAttribute");
        if (deviceBytes > own)
        {
            Driver.Check(Driver.FuncSetAttribute(Function, MaxDynamicSharedSizeBytes, deviceBytes - own), "cuFuncSetAttribute");
        }
    }
}

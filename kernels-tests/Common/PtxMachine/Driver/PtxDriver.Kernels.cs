using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>A module loaded into a context.</summary>
internal sealed class PtxLoadedModule(PtxContext context, PtxImage image)
{
    public PtxContext Context { get; } = context;

    public PtxImage Image { get; } = image;

    public bool IsUnloaded { get; set; }

    public override string ToString() => string.Join(", ", Image.Module.Entries.Select(entry => entry.Name));
}

/// <summary>A kernel of a module with its attributes.</summary>
internal sealed class PtxFunction(PtxLoadedModule module, PtxKernel kernel)
{
    public PtxLoadedModule Module { get; } = module;

    public PtxKernel Kernel { get; } = kernel;

    public int MaxDynamicBytes { get; set; } = PtxCard.SharedBytes;
}

// Modules, functions, launches.
internal static unsafe partial class PtxDriver
{
    private const int ErrorLogBuffer = 5;
    private const int ErrorLogBytes = 6;
    private const int JitOptions = 34;
    private const int MaxDynamicSharedAttribute = 8;

    [UnmanagedCallersOnly]
    private static CudaError ModuleLoadDataEx(IntPtr* module, void* text, uint count, int* options, void** values) =>
        OnContext("cuModuleLoadDataEx", null, context => Unsafe(context, () =>
    {
        for (var k = 0; k < count; k++)
        {
            if (options[k] is < 0 or >= JitOptions)
            {
                return CudaError.CUDA_ERROR_INVALID_VALUE;
            }
        }

        var ptx = Marshal.PtrToStringUTF8((IntPtr)text)!;
        if (ptx.Length == 0)
        {
            return CudaError.CUDA_ERROR_INVALID_IMAGE;
        }

        try
        {
            var image = PtxImage.Load(ptx, context.Memory);
            if (image.Module.Sm > PtxCard.Sm)
            {
                return CudaError.CUDA_ERROR_NO_BINARY_FOR_GPU;
            }
            if (image.Module.Entries.Find(entry => entry.SharedBytes > PtxCard.SharedBytes) is { } large)
            {
                throw new PtxRejectedException(1, $"entry function '{large.Name}' uses too much shared data ({large.SharedBytes} bytes)");
            }
            *module = Register(new PtxLoadedModule(context, image));
            return CudaError.CUDA_SUCCESS;
        }
        catch (PtxRejectedException rejection)
        {
            byte* log = null;
            var capacity = 0;
            for (var k = 0; k < count; k++)
            {
                if (options[k] == ErrorLogBuffer)
                {
                    log = (byte*)values[k];
                }
                else if (options[k] == ErrorLogBytes)
                {
                    capacity = (int)(nint)values[k];
                }
            }

            if (log is not null && capacity > 0)
            {
                Put(log, capacity, rejection.Message);
            }
            return CudaError.CUDA_ERROR_INVALID_PTX;
        }
    }));

    [UnmanagedCallersOnly]
    private static CudaError ModuleUnload(IntPtr module) =>
        OnContext("cuModuleUnload", null, context => Unsafe(context, () => With<PtxLoadedModule>(module, found =>
    {
        context.Drain();
        found.IsUnloaded = true;
        if (found.Image.Variables != 0)
        {
            context.Memory.Free(found.Image.Variables);
        }
        s_handles.Remove(module);
        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError ModuleGetFunction(IntPtr* function, IntPtr module, byte* name) =>
        OnContext("cuModuleGetFunction", null, _ => With<PtxLoadedModule>(module, found =>
    {
        if (found.Image.Find(Marshal.PtrToStringUTF8((IntPtr)name)!) is not { } kernel)
        {
            return CudaError.CUDA_ERROR_NOT_FOUND;
        }
        *function = Register(new PtxFunction(found, kernel));
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError FuncSetAttribute(IntPtr function, int attribute, int value) =>
        OnContext("cuFuncSetAttribute", value, context => With<PtxFunction>(function, found =>
    {
        if (attribute != MaxDynamicSharedAttribute || value < 0 || value + found.Kernel.Entry.SharedBytes > PtxCard.OptInSharedBytes)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        found.MaxDynamicBytes = value;
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError LaunchKernel(
        IntPtr function, uint gridX, uint gridY, uint gridZ, uint groupX, uint groupY, uint groupZ, uint dynamicBytes, IntPtr stream,
        void** parameters, void** extra) => SkipsWork ? CudaError.CUDA_SUCCESS :
        OnContext(
            "cuLaunchKernel", $"({gridX}, {gridY}, {gridZ}) x ({groupX}, {groupY}, {groupZ}), {dynamicBytes}",
            context => OnStream(context, stream, queue => With<PtxFunction>(function, found =>
        {
            var threads = (long)groupX * groupY * groupZ;
            if (gridX == 0 || gridY == 0 || gridZ == 0 || threads is 0 or > PtxCard.MaxThreads || gridX > int.MaxValue || gridY > 65535
                || gridZ > 65535 || groupZ > 64)
            {
                return CudaError.CUDA_ERROR_INVALID_VALUE;
            }
            var entry = found.Kernel.Entry;
            if (threads > (entry.MaxThreads ?? PtxCard.MaxThreadsForAnyRegisters))
            {
                return PtxErrors.LaunchOutOfResources;
            }
            if (dynamicBytes > found.MaxDynamicBytes
                || (found.MaxDynamicBytes == PtxCard.SharedBytes && dynamicBytes + entry.SharedBytes > PtxCard.SharedBytes))
            {
                return CudaError.CUDA_ERROR_INVALID_VALUE;
            }
            if (found.Module.Context != context || found.Module.IsUnloaded)
            {
                return CudaError.CUDA_ERROR_INVALID_HANDLE;
            }
            if (parameters is not null || Arguments(extra) is not { } packed || packed.Length < entry.ParameterBytes)
            {
                return CudaError.CUDA_ERROR_INVALID_VALUE;
            }
            queue.Put(() => Launch(
                found, packed, ((int)gridX, (int)gridY, (int)gridZ), ((int)groupX, (int)groupY, (int)groupZ), (int)dynamicBytes));
            return CudaError.CUDA_SUCCESS;
        })));

    private static void Launch(
        PtxFunction function, byte[] arguments, (int X, int Y, int Z) grid, (int X, int Y, int Z) group, int dynamicBytes)
    {
        if (!RunsKernels)
        {
            return;
        }
        if (function.Module.IsUnloaded)
        {
            throw new PtxFaultException($"'{function.Kernel.Entry.Name}' runs after its module was unloaded");
        }
        new PtxLaunch(
            InPlaceOf?.Invoke(function) ?? function.Kernel, function.Module.Context.Memory, arguments, grid, group, dynamicBytes)
        {
            Counts = Counts, IsBackwards = RunsBackwards,
        }.Run();
    }

    // CU_LAUNCH_PARAM_BUFFER_POINTER (1), _SIZE (2), _END (0).
    private static byte[]? Arguments(void** extra)
    {
        void* buffer = null;
        nuint size = 0;
        for (var k = 0; extra is not null && extra[k] is not null; k += 2)
        {
            if (extra[k] == (void*)1)
            {
                buffer = extra[k + 1];
            }
            else if (extra[k] == (void*)2)
            {
                size = *(nuint*)extra[k + 1];
            }
            else
            {
                return null;
            }
        }

        return buffer is null && size > 0 ? null : new ReadOnlySpan<byte>(buffer, (int)size).ToArray();
    }
}

using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>Compiles kernels to PTX or OpenCL C without a device. Not thread-safe.</summary>
internal sealed class KernelCompiler : IDisposable
{
    /// <summary>sm_80: the first architecture with the tensor-core instructions and asynchronous copies of these kernels.</summary>
    public const int Sm80 = 80;

    private readonly Context _context;
    private readonly Backend _backend;
    private readonly Func<KernelEntry, KernelSpecialization> _bounds;
    private readonly Func<CompiledKernel, string> _text;

    private KernelCompiler(
        Action<Context.Builder> settings, Func<Context, Backend> backend, Func<KernelEntry, KernelSpecialization> bounds,
        Func<CompiledKernel, string> text)
    {
        (_bounds, _text) = (bounds, text);
        _context = Context.Create(builder => settings(builder.EnableAlgorithms().WithKernelMath()));
        _backend = backend(_context);
    }

    /// <summary>Compiles to PTX, version 7.8, which the assembler of CUDA 11.8 and later accepts.</summary>
    /// <param name="sm">the architecture, 80 for sm_80; the text may name an older one that has all it uses</param>
    public static KernelCompiler ToPtx(int sm)
    {
        var architecture = new CudaArchitecture(sm / 10, sm % 10);
        return new KernelCompiler(
            builder => builder.PtxInstructions(),
            context => new PTXBackend(
                context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_78, nvvmAPI: null),
            kernel => kernel.Bounds(sm >= Sm80), kernel => ((PTXCompiledKernel)kernel).PTXAssembly);
    }

    /// <summary>Compiles to OpenCL C 2.0 for devices with float64, 64-bit atomics and subgroups.</summary>
    public static KernelCompiler ToOpenCL() => new(
        _ => { },
        context => new CLBackend(
            context,
            new CLCapabilityContext(float16: false, float64: true, genericAddressSpace: true, int64_Atomics: true, subGroups: true),
            CLDeviceVendor.Other, CLCVersion.CL20),
        _ => default, kernel => ((CLCompiledKernel)kernel).Source);

    /// <summary>The text of a kernel.</summary>
    /// <exception cref="DeviceException">the compiler rejects the kernel; the message says why</exception>
    public string Compile(KernelEntry kernel)
    {
        _context.ClearMethodCache();
        try
        {
            return _text(_backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method), _bounds(kernel)));
        }
        catch (Exception refusal) when (refusal is InternalCompilerException or NotSupportedException)
        {
            var reason = refusal.InnerException is { } inner ? $"{refusal.Message} {inner.Message}" : refusal.Message;
            throw new DeviceException($"{kernel.Name} can't be compiled: {reason}", refusal);
        }
    }

    public void Dispose()
    {
        _backend.Dispose();
        _context.Dispose();
    }
}

using System.Text;
using ILGPU.Backends.Ptx;

namespace ILGPU.Runtime.Cuda;

/// <summary>Loads PTX into the current context: assembled by the driver or, where that has no assembler, by the toolkit's.</summary>
internal static unsafe class CudaModule
{
    private const int LogLength = 16 * 1024;

    /// <param name="driver">The driver, whose context is current.</param>
    /// <param name="architecture">The device's.</param>
    /// <param name="ptx">The text.</param>
    /// <param name="name">Of the kernel, for errors.</param>
    /// <returns>The module, which the caller unloads.</returns>
    /// <exception cref="CudaException">The driver refuses the module; what its assembler said is part of the message.</exception>
    public static IntPtr Load(CudaApi driver, CudaArchitecture architecture, string ptx, string name)
    {
        CudaError status = TryLoad(driver, Encoding.UTF8.GetBytes(ptx + '\0'), out IntPtr module, out string log);
        if (LacksAssembler(status))
        {
            if (PtxAssembler.Executable is null)
            {
                log = "There is no ptxas that could take the place of the driver's assembler; ILGPUGAN_PTXAS may name one. " + log;
            }
            else
            {
                status = TryLoad(driver, Assembled(driver, status, architecture, ptx, name), out module, out log);
            }
        }

        if (status != CudaError.CUDA_SUCCESS)
        {
            throw Refused(driver, status, name, log);
        }

        return module;
    }

    // Images of containers often hold the driver without its library that compiles PTX, or somebody has turned that off.
    private static bool LacksAssembler(CudaError status) => status
        is CudaError.CUDA_ERROR_JIT_COMPILER_NOT_FOUND
        or CudaError.CUDA_ERROR_JIT_COMPILATION_DISABLED
        or CudaError.CUDA_ERROR_UNSUPPORTED_PTX_VERSION;

    /// <summary>
    /// Machine code by the toolkit's assembler, which takes a fraction of a second a kernel and is therefore kept on disk.
    /// </summary>
    private static byte[] Assembled(CudaApi driver, CudaError status, CudaArchitecture architecture, string ptx, string name)
    {
        KernelDiskCache cache = KernelDiskCache.Default;
        string key = KernelDiskCache.KeyOf("machine code", $"{architecture} {PtxAssembler.Executable}", ptx);
        if (cache.TryRead(key) is { } known)
        {
            return known;
        }

        try
        {
            byte[] made = PtxAssembler.Binary(ptx, architecture.Major * 10 + architecture.Minor);
            cache.Write(key, made);
            return made;
        }
        catch (InvalidOperationException refusal)
        {
            throw Refused(driver, status, name, $"'{PtxAssembler.Executable}' can't take its place: {refusal.Message}");
        }
    }

    private static CudaException Refused(CudaApi driver, CudaError status, string name, string log) =>
        new(driver, status, $"cuModuleLoadDataEx of '{name}' failed with {driver.Describe(status)}.\n{log}".TrimEnd('\n'));

    private static CudaError TryLoad(CudaApi driver, byte[] image, out IntPtr module, out string log)
    {
        byte[] messages = new byte[LogLength];
        IntPtr loaded = IntPtr.Zero;
        CudaError status;
        fixed (byte* start = image, errors = messages)
        {
            // The error log's buffer and its size, by their option numbers.
            int* options = stackalloc int[] { 5, 6 };
            void** values = stackalloc void*[] { errors, (void*)LogLength };
            status = driver.ModuleLoadDataEx(&loaded, start, 2, options, values);
        }

        module = loaded;
        log = Encoding.UTF8.GetString(messages).TrimEnd('\0', '\n');
        return status;
    }
}

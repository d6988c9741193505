namespace ILGPU.Backends.Ptx;

/// <summary>
/// NVIDIA's disassemblers, where there is one: nvdisasm, which knows the lines of source, or else cuobjdump, which does not. Named by
/// ILGPUGAN_NVDISASM and ILGPUGAN_CUOBJDUMP, in the PATH, beside ptxas, or where toolkits put them.
/// </summary>
public static class SassDisassembler
{
    /// <summary>The path of nvdisasm, or null.</summary>
    public static string? NvDisasm { get; } = CudaTool.Find("nvdisasm", "ILGPUGAN_NVDISASM", PtxAssembler.Executable);

    /// <summary>The path of cuobjdump, or null.</summary>
    public static string? CuObjDump { get; } = CudaTool.Find("cuobjdump", "ILGPUGAN_CUOBJDUMP", PtxAssembler.Executable);

    /// <summary>Why there is no machine code to be seen, or null where there is.</summary>
    public static string? Hindrance =>
        PtxAssembler.Executable is null
            ? "ptxas of the CUDA toolkit was not found: set ILGPUGAN_PTXAS or put it into the PATH"
            : NvDisasm is null && CuObjDump is null
                ? "neither nvdisasm nor cuobjdump of the CUDA toolkit was found: set ILGPUGAN_NVDISASM or put it into the PATH"
                : null;

    /// <summary>The machine code that the assembler makes of a kernel's PTX.</summary>
    /// <param name="ptx">As the compiler wrote it.</param>
    /// <param name="sm">The architecture: 90 is sm_90.</param>
    /// <exception cref="InvalidOperationException">
    /// There is no assembler or disassembler, or it refuses; the message holds what it says.
    /// </exception>
    public static IReadOnlyList<ListingLine> List(string ptx, int sm)
    {
        if (Hindrance is { } why)
        {
            throw new InvalidOperationException(why);
        }

        var directory = Directory.CreateTempSubdirectory("sass");
        try
        {
            var file = Path.Combine(directory.FullName, "kernel.cubin");
            File.WriteAllBytes(file, PtxAssembler.Binary(KernelListing.WithLineDirectives(ptx), sm, keepLines: true));
            return KernelListing.OfSass(NvDisasm is { } nvdisasm ? Run(nvdisasm, "-c", "-g", file) : Run(CuObjDump!, "-sass", file));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        var (code, output, error) = CudaTool.Run(program, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{Path.GetFileName(program)} says: {(error + output).Trim()}");
    }
}

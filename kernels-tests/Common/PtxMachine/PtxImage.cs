using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine;

/// <summary>A loaded translation unit, with variables in memory and decoded kernels.</summary>
internal sealed class PtxImage
{
    private readonly Dictionary<string, PtxKernel> _kernels;
    private readonly PtxGlobalMemory _memory;

    private PtxImage(PtxModule module, PtxGlobalMemory memory, ulong variables)
    {
        (Module, _memory, Variables) = (module, memory, variables);
        _kernels = module.Entries.ToDictionary(entry => entry.Name, entry => new PtxKernel(module, entry, variables));
    }

    public PtxModule Module { get; }

    public required string Text { get; init; }

    /// <summary>The address of the module's variables, 0 if it has none.</summary>
    public ulong Variables { get; }

    /// <exception cref="PtxRejectedException">The text violates the ISA.</exception>
    public static PtxImage Load(string text, PtxGlobalMemory memory)
    {
        var module = PtxParser.Parse(text);
        if (module.Globals.Count == 0)
        {
            return new PtxImage(module, memory, 0) { Text = text };
        }
        var last = module.Globals[^1].Variable;
        var block = memory.Allocate(last.Address + last.Bytes);
        foreach (var (variable, initial) in module.Globals)
        {
            initial.CopyTo(block.Bytes.AsSpan((int)variable.Address));
        }
        return new PtxImage(module, memory, block.Address) { Text = text };
    }

    public PtxKernel? Find(string name) => _kernels.GetValueOrDefault(name);

    /// <summary>Runs a kernel to its end.</summary>
    /// <param name="name">The entry.</param>
    /// <param name="arguments">The parameters, packed as declared.</param>
    /// <param name="grid">Number of groups.</param>
    /// <param name="group">Threads per group.</param>
    /// <param name="dynamicBytes">Dynamic shared memory per group, in bytes.</param>
    /// <param name="counts">Counts memory traffic; null for no counting.</param>
    /// <param name="isBackwards">Whether the last group runs first.</param>
    /// <exception cref="PtxFaultException">The kernel violated the ISA or relied on undefined behaviour.</exception>
    public void Launch(
        string name, byte[] arguments, (int X, int Y, int Z) grid, (int X, int Y, int Z) group, int dynamicBytes = 0,
        PtxCounts? counts = null, bool isBackwards = false)
    {
        var kernel = Find(name) ?? throw new PtxFaultException($"there is no entry '{name}'");
        if (arguments.Length < kernel.Entry.ParameterBytes)
        {
            throw new PtxFaultException(
                $"{arguments.Length} bytes of arguments for {kernel.Entry.ParameterBytes} of parameters of '{name}'");
        }
        new PtxLaunch(kernel, _memory, arguments, grid, group, dynamicBytes) { Counts = counts, IsBackwards = isBackwards }.Run();
    }
}

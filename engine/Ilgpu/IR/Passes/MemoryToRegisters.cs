namespace ILGPU.IR.Passes;

/// <summary>
/// Scalar replacement and SSA construction: every part of thread memory that is only read and written as one scalar at a known offset
/// becomes SSA values. This is what puts C# locals, structs and unrolled register tiles into registers.
/// </summary>
public static class MemoryToRegisters
{
    public static void Run(KernelFunction function)
    {
        var slots = LocalSlots.Find(function);
        if (slots.Count == 0)
        {
            return;
        }

        var flow = new ControlFlow(function);
        new SsaConstruction(function, flow, slots).Run();
    }
}

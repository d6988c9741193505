namespace IlgpuGan.TestsCommon.PtxMachine;

/// <summary>A PTX text violates the ISA, or uses a feature that this machine lacks.</summary>
public sealed class PtxRejectedException(int line, string message) : Exception($"PTX line {line}: {message}")
{
    public int Line { get; } = line;
}

/// <summary>A program violated the ISA at run time, or relied on undefined behaviour.</summary>
public sealed class PtxFaultException(string message) : Exception(message);

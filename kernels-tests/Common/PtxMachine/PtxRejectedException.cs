namespace IlgpuGan.TestsCommon.PtxMachine;

/// <summary>A PTX text that the ISA does not allow, or that uses what this machine does not know.</summary>
public sealed class PtxRejectedException(int line, string message) : Exception($"PTX line {line}: {message}")
{
    public int Line { get; } = line;
}

/// <summary>A program that did at run time what the ISA forbids or leaves undefined.</summary>
public sealed class PtxFaultException(string message) : Exception(message);

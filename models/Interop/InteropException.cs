using IlgpuGan.Models.Runs;


namespace IlgpuGan.Models.Interop;

/// <summary>A network can't be imported or exported; the message names the reason.</summary>
public sealed class InteropException(string message) : RunException(message);

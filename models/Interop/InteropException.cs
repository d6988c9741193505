using IlgpuGan.Models.Runs;


namespace IlgpuGan.Models.Interop;

/// <summary>A network that can't go where it was sent, in or out; the message names what does not fit.</summary>
public sealed class InteropException(string message) : RunException(message);

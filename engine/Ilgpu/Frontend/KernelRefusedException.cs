namespace ILGPU.Frontend;

/// <summary>
/// A construct that kernels may not use. Inside the frontend it ends the current path; only if that path stays reachable once constants
/// are known does it become the error that the user sees.
/// </summary>
internal sealed class KernelRefusedException(string reason) : Exception(reason);

namespace ILGPU.Algorithms.Optimization.Optimizers;

/// <summary>What moves a particle: its velocity, the best position of its own, and the best of all.</summary>
internal readonly struct SwarmPull<TElementType>(TElementType omega, TElementType phiP, TElementType phiG)
    where TElementType : unmanaged
{
    public TElementType Omega { get; } = omega;

    public TElementType PhiP { get; } = phiP;

    public TElementType PhiG { get; } = phiG;
}

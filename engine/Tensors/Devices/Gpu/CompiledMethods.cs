using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>The methods that a context caches from compiled kernels.</summary>
internal static class CompiledMethods
{
    /// <summary>
    /// Makes the next compilation independent of earlier ones. ILGPU keeps the methods of all kernels of a context and transforms them
    /// again with each new kernel. Some can't be transformed twice; then, depending on their order, no kernel of the context compiles.
    /// </summary>
    public static void ClearMethodCache(this Context context) => context.ClearCache(ClearCacheMode.Everything);
}

using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>What a context keeps of kernels that it has compiled.</summary>
internal static class CompiledMethods
{
    /// <summary>
    /// Makes the next kernel independent of those before it. ILGPU keeps the methods of all kernels of a context and transforms them again
    /// with each new one; some it can't transform twice, and then no kernel of the context compiles any more, depending on their order.
    /// </summary>
    public static void ClearMethodCache(this Context context) => context.ClearCache(ClearCacheMode.Everything);
}

namespace ILGPU.Runtime;

/// <summary>How the threads of a kernel are put into groups: explicitly, in groups of a given size, or (size 0) as suits the device.</summary>
/// <param name="CustomSize">The given size; negative for explicitly grouped kernels.</param>
internal readonly record struct KernelGrouping(int CustomSize)
{
    public static readonly KernelGrouping Explicit = new(-1);

    public static readonly KernelGrouping Automatic = new(0);
}

/// <summary>The loaded kernels of an accelerator, as long as somebody holds them.</summary>
internal sealed class KernelCache
{
    private readonly Lock gate = new();

    private readonly Dictionary<(KernelDefinition, KernelGrouping), WeakReference<Kernel>> kernels = [];

    /// <summary>The cached kernel, or the one that <paramref name="load"/> makes; loading is serialised.</summary>
    public Kernel GetOrAdd((KernelDefinition, KernelGrouping) key, Func<Kernel> load)
    {
        lock (gate)
        {
            if (kernels.TryGetValue(key, out WeakReference<Kernel>? reference) && reference.TryGetTarget(out Kernel? kernel) && !kernel.IsDisposed)
                return kernel;
            kernel = load();
            kernels[key] = new(kernel);
            return kernel;
        }
    }

    public void Clear()
    {
        lock (gate)
            kernels.Clear();
    }
}

using System.Collections.Concurrent;

namespace ILGPU.Runtime;

/// <summary>
/// How the threads of a kernel are put into groups: explicitly, in groups of a given size, or (size 0) as suits the device.
/// </summary>
/// <param name="CustomSize">The given size; negative for explicitly grouped kernels.</param>
internal readonly record struct KernelGrouping(int CustomSize)
{
    public static readonly KernelGrouping Explicit = new(-1);

    public static readonly KernelGrouping Automatic = new(0);
}

/// <summary>The loaded kernels of an accelerator, as long as somebody holds them.</summary>
internal sealed class KernelCache
{
    private readonly ConcurrentDictionary<(KernelDefinition, KernelGrouping), Slot> slots = new();

    /// <summary>The cached kernel, or the one that <paramref name="load"/> makes; different kernels load side by side.</summary>
    public Kernel GetOrAdd((KernelDefinition, KernelGrouping) key, Func<Kernel> load) =>
        slots.GetOrAdd(key, static _ => new()).GetOrLoad(load);

    public void Clear() => slots.Clear();

    private sealed class Slot
    {
        private readonly Lock gate = new();

        private readonly WeakReference<Kernel?> reference = new(null);

        public Kernel GetOrLoad(Func<Kernel> load)
        {
            lock (gate)
            {
                if (reference.TryGetTarget(out Kernel? kernel) && !kernel.IsDisposed)
                {
                    return kernel;
                }

                kernel = load();
                reference.SetTarget(kernel);
                return kernel;
            }
        }
    }
}

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
    private readonly ConcurrentDictionary<(KernelDefinition, KernelGrouping), Slot> _slots = new();

    /// <summary>The cached kernel, or the one that <paramref name="load"/> makes; different kernels load side by side.</summary>
    public Kernel GetOrAdd((KernelDefinition, KernelGrouping) key, Func<Kernel> load) =>
        _slots.GetOrAdd(key, static _ => new()).GetOrLoad(load);

    public void Clear() => _slots.Clear();

    private sealed class Slot
    {
        private readonly Lock _gate = new();

        private readonly WeakReference<Kernel?> _reference = new(null);

        public Kernel GetOrLoad(Func<Kernel> load)
        {
            lock (_gate)
            {
                if (_reference.TryGetTarget(out Kernel? kernel) && !kernel.IsDisposed)
                {
                    return kernel;
                }

                kernel = load();
                _reference.SetTarget(kernel);
                return kernel;
            }
        }
    }
}

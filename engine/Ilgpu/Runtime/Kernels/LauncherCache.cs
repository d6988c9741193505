using System.Collections.Concurrent;
using System.Reflection;

namespace ILGPU.Runtime;

/// <summary>
/// The launchers made by <c>Accelerator.Launch</c> and <c>LaunchAutoGrouped</c>, by kernel method, and those of one-off calls of
/// algorithms, by the method that loads them; for the accelerator's life.
/// </summary>
internal sealed class LauncherCache
{
    private readonly ConcurrentDictionary<(MethodInfo Method, Type Launcher), Delegate> _launchers = new();

    public TLauncher GetOrAdd<TKernel, TLauncher>(TKernel kernel, Accelerator accelerator, Func<Accelerator, TKernel, TLauncher> load)
        where TKernel : Delegate
        where TLauncher : Delegate
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var key = (kernel.Method, typeof(TLauncher));
        if (_launchers.TryGetValue(key, out Delegate? launcher))
        {
            return (TLauncher)launcher;
        }

        return (TLauncher)_launchers.GetOrAdd(key, load(accelerator, kernel));
    }

    /// <summary>What a method loads, loaded once. The method captures nothing: it is the key.</summary>
    public TLauncher GetOrAdd<TLauncher>(Accelerator accelerator, Func<Accelerator, TLauncher> load)
        where TLauncher : Delegate
    {
        var key = (load.Method, typeof(TLauncher));
        return (TLauncher)(_launchers.TryGetValue(key, out Delegate? launcher) ? launcher : _launchers.GetOrAdd(key, load(accelerator)));
    }
}

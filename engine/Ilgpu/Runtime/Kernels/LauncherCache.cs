using System.Collections.Concurrent;
using System.Reflection;

namespace ILGPU.Runtime;

/// <summary>
/// The launchers made by <c>Accelerator.Launch</c> and <c>LaunchAutoGrouped</c>, by kernel method, for the accelerator's life.
/// </summary>
internal sealed class LauncherCache
{
    private readonly ConcurrentDictionary<(MethodInfo Method, Type Launcher), Delegate> launchers = new();

    public TLauncher GetOrAdd<TKernel, TLauncher>(TKernel kernel, Accelerator accelerator, Func<Accelerator, TKernel, TLauncher> load)
        where TKernel : Delegate
        where TLauncher : Delegate
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var key = (kernel.Method, typeof(TLauncher));
        if (launchers.TryGetValue(key, out Delegate? launcher))
            return (TLauncher)launcher;
        return (TLauncher)launchers.GetOrAdd(key, load(accelerator, kernel));
    }
}

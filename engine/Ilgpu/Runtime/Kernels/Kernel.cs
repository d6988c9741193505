using System.Collections.Concurrent;
using System.Reflection;
using ILGPU.Backends;

namespace ILGPU.Runtime;

/// <summary>A kernel loaded on an accelerator.</summary>
public abstract class Kernel : AcceleratorObject
{
    private readonly (int Dimension, int Offset)[] _extentSlots;

    private readonly ConcurrentDictionary<Type, Delegate> _fallbackLaunchers = new();

    private protected Kernel(Accelerator accelerator, CompiledKernel compiled)
        : base(accelerator)
    {
        CompiledKernel = compiled;
        Promises = LaunchPromises.Of(compiled.Image);
        _extentSlots = [.. compiled.Image.Parameters
            .Where(parameter => parameter.Kind == KernelParameterKind.Extent)
            .Select(parameter => (parameter.Component, parameter.Offset))];
    }

    public CompiledKernel CompiledKernel { get; }

    public KernelSpecialization Specialization => CompiledKernel.Definition.Specialization;

    /// <summary>The number of C# parameters after the index.</summary>
    public int NumParameters => CompiledKernel.Definition.Method.GetParameters().Length - (IsImplicit ? 1 : 0);

    public CompiledKernel.KernelInfo? Info => CompiledKernel.Info;

    /// <summary>The method behind the launcher that takes a stream, the extent or configuration, and the arguments.</summary>
    public MethodInfo Launcher => LauncherEmitter.Create(this, LauncherType(IsImplicit ? null : typeof(KernelConfig))).Method;

    internal string Name => CompiledKernel.Definition.ToString();

    internal KernelImage Image => CompiledKernel.Image;

    internal bool IsImplicit => CompiledKernel.Definition.IsImplicit;

    /// <summary>The threads of a group, all along X, of an implicitly grouped kernel.</summary>
    internal int ImplicitGroupSize { get; set; }

    /// <summary>What the image promises about a launch, or null.</summary>
    internal LaunchPromises? Promises { get; }

    /// <summary>The same kernel without promises, compiled when a launch first breaks one; null where there are none.</summary>
    internal Lazy<Kernel>? Fallback { get; set; }

    /// <summary>A delegate that launches the kernel: optionally a stream, then the extent or configuration, then the arguments.</summary>
    public TDelegate CreateLauncherDelegate<TDelegate>()
        where TDelegate : Delegate => LauncherEmitter.Create<TDelegate>(this);

    /// <summary>Launches with boxed arguments; for tools, not for inner loops.</summary>
    public void Launch<TIndex>(AcceleratorStream stream, TIndex dimension, params object[] args)
        where TIndex : struct, IIndex
    {
        ArgumentNullException.ThrowIfNull(args);
        LauncherEmitter.Create(this, LauncherType(typeof(TIndex))).DynamicInvoke([stream, dimension, .. args]);
    }

    /// <inheritdoc cref="Launch{TIndex}(AcceleratorStream, TIndex, object[])"/>
    public void Launch(AcceleratorStream stream, int dimension, params object[] args) => Launch(stream, new Index1D(dimension), args);

    /// <summary>The delegate type of a launcher.</summary>
    /// <param name="dimension">What stands for the shape of the launch; null for the kernel's own index.</param>
    private Type LauncherType(Type? dimension)
    {
        Type[] types = [.. CompiledKernel.Definition.Method.GetParameters().Select(parameter => parameter.ParameterType)];
        return System.Linq.Expressions.Expression.GetActionType(
            [typeof(AcceleratorStream), dimension ?? types[0], .. IsImplicit ? types[1..] : types]);
    }

    /// <summary>Launches an explicitly grouped kernel; called by emitted launchers.</summary>
    internal unsafe void LaunchExplicit(AcceleratorStream stream, in KernelConfig config, byte* arguments)
    {
        LaunchRules.Demand(this, config);
        using ScopedAcceleratorBinding binding = stream.BindScoped();
        if (Accelerator.KernelTimes is not { } times)
        {
            LaunchCore(stream, config, arguments);
            return;
        }

        ProfilingMarker start = stream.AddProfilingMarker();
        LaunchCore(stream, config, arguments);
        times.Add(Name, start, stream.AddProfilingMarker());
    }

    /// <summary>Launches an implicitly grouped kernel on every index of an extent; called by emitted launchers.</summary>
    internal unsafe void LaunchImplicit(AcceleratorStream stream, Index3D extent, byte* arguments)
    {
        foreach ((int dimension, int offset) in _extentSlots)
        {
            *(int*)(arguments + offset) = dimension == 0 ? extent.X : dimension == 1 ? extent.Y : extent.Z;
        }

        int groups = (int)(((long)extent.X + ImplicitGroupSize - 1) / ImplicitGroupSize);
        LaunchExplicit(stream, new(new Index3D(groups, extent.Y, extent.Z), new Index3D(ImplicitGroupSize, 1, 1)), arguments);
    }

    /// <summary>Whether an explicitly grouped launch keeps the promises of the image; called by emitted launchers.</summary>
    internal unsafe bool KeepsPromises(ViewRange* views, long lengths, in KernelConfig config) =>
        Promises!.Hold(views, lengths, config.GridDim, config.GroupDim);

    /// <summary>Whether a launch over an extent keeps them; called by emitted launchers.</summary>
    internal unsafe bool KeepsPromises(ViewRange* views, long lengths) => Promises!.Hold(views, lengths, Index3D.One, Index3D.One);

    /// <summary>The launcher for a launch that breaks them; called by emitted launchers.</summary>
    internal Delegate FallbackLauncher(RuntimeTypeHandle delegateType)
    {
        Type type = Type.GetTypeFromHandle(delegateType)!;
        return _fallbackLaunchers.TryGetValue(type, out Delegate? launcher)
            ? launcher
            : _fallbackLaunchers.GetOrAdd(type, LauncherEmitter.Create(Fallback!.Value, type));
    }

    internal static Index3D ToExtent(Index1D extent) => new(extent.X, 1, 1);

    internal static Index3D ToExtent(Index2D extent) => new(extent.X, extent.Y, 1);

    internal static Index3D ToExtent(Index3D extent) => extent;

    /// <summary>Enqueues a launch whose configuration has been checked; the accelerator is bound.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="config">The shape.</param>
    /// <param name="arguments">The packed arguments, laid out as <see cref="KernelImage.Parameters"/> say; gone after the call.</param>
    private protected abstract unsafe void LaunchCore(AcceleratorStream stream, in KernelConfig config, byte* arguments);
}

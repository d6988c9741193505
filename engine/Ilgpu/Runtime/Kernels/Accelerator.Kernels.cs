using System.Reflection;
using ILGPU.Backends;

namespace ILGPU.Runtime;

/// <content>Loading kernels.</content>
public abstract partial class Accelerator
{
    private readonly KernelCache _kernels = new();

    /// <summary>What kernels for this accelerator are compiled to.</summary>
    internal abstract KernelTarget Target { get; }

    /// <summary>Forgets loaded kernels; delegates that are still held keep working.</summary>
    public void ClearCache(ClearCacheMode mode) => _kernels.Clear();

    /// <summary>Loads an explicitly grouped kernel.</summary>
    /// <exception cref="InternalCompilerException">
    /// The kernel uses what no kernel may use; the inner exception says what and where.
    /// </exception>
    public Kernel LoadKernel(MethodInfo method) => LoadKernel(method, KernelSpecialization.Empty);

    /// <inheritdoc cref="LoadKernel(MethodInfo)"/>
    public Kernel LoadKernel(MethodInfo method, KernelSpecialization specialization) => LoadKernel(method, specialization, out _);

    /// <inheritdoc cref="LoadKernel(MethodInfo)"/>
    public Kernel LoadKernel(MethodInfo method, KernelSpecialization specialization, out KernelInfo? kernelInfo)
    {
        Kernel kernel = Load(Define(method, isImplicit: false, specialization), KernelGrouping.Explicit);
        kernelInfo = new(kernel.CompiledKernel.Info, null, null);
        return kernel;
    }

    /// <summary>Loads a kernel whose first parameter is its index, in groups of a given size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The group size is negative.</exception>
    /// <exception cref="NotSupportedException">The device has no groups of that size.</exception>
    public Kernel LoadImplicitlyGroupedKernel(MethodInfo method, int customGroupSize) =>
        LoadImplicit(method, customGroupSize, out _);

    /// <summary>Loads a kernel whose first parameter is its index, in groups of a size that suits the device.</summary>
    public Kernel LoadAutoGroupedKernel(MethodInfo method) => LoadAutoGroupedKernel(method, out _);

    /// <inheritdoc cref="LoadAutoGroupedKernel(MethodInfo)"/>
    public Kernel LoadAutoGroupedKernel(MethodInfo method, out KernelInfo? kernelInfo)
    {
        Kernel kernel = Load(Define(method, isImplicit: true, KernelSpecialization.Empty), KernelGrouping.Automatic);
        kernelInfo = AutoInfo(kernel);
        return kernel;
    }

    /// <summary>
    /// The launcher that a static method loads, once for the accelerator's life: its kernels stay loaded while launches of them are queued.
    /// </summary>
    internal TDelegate Loaded<TDelegate>(Func<Accelerator, TDelegate> load)
        where TDelegate : Delegate => _launchers.GetOrAdd(this, load);

    public TDelegate LoadKernel<TDelegate>(MethodInfo method)
        where TDelegate : Delegate => LoadKernel<TDelegate>(method, KernelSpecialization.Empty);

    public TDelegate LoadKernel<TDelegate>(MethodInfo method, KernelSpecialization specialization)
        where TDelegate : Delegate => LoadKernel<TDelegate>(method, specialization, out _);

    public TDelegate LoadKernel<TDelegate>(MethodInfo method, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where TDelegate : Delegate =>
        LoadLauncher<TDelegate>(Define(method, isImplicit: false, specialization), KernelGrouping.Explicit, out kernelInfo);

    public TDelegate LoadImplicitlyGroupedKernel<TDelegate>(MethodInfo method, int customGroupSize)
        where TDelegate : Delegate => LoadImplicitlyGroupedKernel<TDelegate>(method, customGroupSize, out _);

    public TDelegate LoadImplicitlyGroupedKernel<TDelegate>(MethodInfo method, int customGroupSize, out KernelInfo? kernelInfo)
        where TDelegate : Delegate
    {
        DemandGroupSize(method, customGroupSize);
        return LoadLauncher<TDelegate>(Define(method, isImplicit: true, KernelSpecialization.Empty), new(customGroupSize), out kernelInfo);
    }

    public TDelegate LoadAutoGroupedKernel<TDelegate>(MethodInfo method)
        where TDelegate : Delegate => LoadAutoGroupedKernel<TDelegate>(method, out _);

    public TDelegate LoadAutoGroupedKernel<TDelegate>(MethodInfo method, out KernelInfo? kernelInfo)
        where TDelegate : Delegate =>
        LoadLauncher<TDelegate>(Define(method, isImplicit: true, KernelSpecialization.Empty), KernelGrouping.Automatic, out kernelInfo);

    public TDelegate LoadKernel<TDelegate, TSourceDelegate>(
        TSourceDelegate methodDelegate, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where TDelegate : Delegate
        where TSourceDelegate : Delegate =>
        LoadKernel<TDelegate>(EntryPointRules.MethodOf(methodDelegate), specialization, out kernelInfo);

    public TDelegate LoadImplicitlyGroupedKernel<TDelegate, TSourceDelegate>(
        TSourceDelegate methodDelegate, int customGroupSize, out KernelInfo? kernelInfo)
        where TDelegate : Delegate
        where TSourceDelegate : Delegate =>
        LoadImplicitlyGroupedKernel<TDelegate>(EntryPointRules.MethodOf(methodDelegate), customGroupSize, out kernelInfo);

    public TDelegate LoadAutoGroupedKernel<TDelegate, TSourceDelegate>(TSourceDelegate methodDelegate, out KernelInfo? kernelInfo)
        where TDelegate : Delegate
        where TSourceDelegate : Delegate =>
        LoadAutoGroupedKernel<TDelegate>(EntryPointRules.MethodOf(methodDelegate), out kernelInfo);

    /// <summary>Loads an image on the device; the accelerator is bound.</summary>
    private protected abstract Kernel CreateKernel(CompiledKernel compiled);

    /// <summary>The group size that suits a kernel, and how many groups of it fill the device; the accelerator is bound.</summary>
    private protected abstract (int GroupSize, int MinGridSize) SuggestGroupSize(
        Kernel kernel, Func<int, int> dynamicSharedMemoryInBytes, int maxGroupSize);

    private KernelDefinition Define(MethodInfo method, bool isImplicit, KernelSpecialization specialization)
    {
        if (!specialization.IsCompatibleWith(this))
        {
            throw new NotSupportedException(
                $"The kernel specialization is not compatible with {this}: groups have at most {MaxNumThreadsPerGroup} threads.");
        }

        return KernelDefinition.Create(method, isImplicit, specialization);
    }

    private void DemandGroupSize(MethodInfo method, int customGroupSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(customGroupSize);
        if (customGroupSize > MaxNumThreadsPerGroup)
        {
            throw new NotSupportedException($"The kernel specialization is not compatible: '{method.Name}' is to run in groups of " +
                $"{customGroupSize}, {this} has at most {MaxNumThreadsPerGroup} threads a group.");
        }
    }

    private Kernel LoadImplicit(MethodInfo method, int customGroupSize, out KernelInfo? kernelInfo)
    {
        DemandGroupSize(method, customGroupSize);
        Kernel kernel = Load(Define(method, isImplicit: true, KernelSpecialization.Empty), new(customGroupSize));
        kernelInfo = new(kernel.CompiledKernel.Info, null, null);
        return kernel;
    }

    private TDelegate LoadLauncher<TDelegate>(KernelDefinition definition, KernelGrouping grouping, out KernelInfo? kernelInfo)
        where TDelegate : Delegate
    {
        int[] specialized = definition.SpecializedParameters();
        if (specialized.Length > 0)
        {
            kernelInfo = null;
            return SpecializedLauncher<TDelegate>.Create(definition, specialized, variant => Load(variant, grouping));
        }

        Kernel kernel = Load(definition, grouping);
        kernelInfo = grouping == KernelGrouping.Automatic ? AutoInfo(kernel) : new(kernel.CompiledKernel.Info, null, null);
        return kernel.CreateLauncherDelegate<TDelegate>();
    }

    private Kernel Load(KernelDefinition definition, KernelGrouping grouping)
    {
        using ScopedAcceleratorBinding binding = BindScoped();
        bool isCached = Context.Properties.CachingMode is CachingMode.Default or CachingMode.NoLaunchCaching
            && definition.Specialized.IsEmpty;
        return isCached
            ? _kernels.GetOrAdd((definition, grouping), () => LoadUncached(definition, grouping))
            : LoadUncached(definition, grouping);
    }

    private Kernel LoadUncached(KernelDefinition definition, KernelGrouping grouping) =>
        LoadImages(new(CompileImage(definition, MayPromise), definition), grouping);

    private Kernel LoadImages(CompiledKernel compiled, KernelGrouping grouping)
    {
        Kernel kernel = LoadImage(compiled, grouping);
        if (compiled.Image.MakesPromises)
        {
            kernel.Fallback =
                new(() => LoadImage(new(CompileImage(compiled.Definition, withPromises: false), compiled.Definition), grouping));
        }

        return kernel;
    }

    private Kernel LoadImage(CompiledKernel compiled, KernelGrouping grouping)
    {
        using ScopedAcceleratorBinding binding = BindScoped();
        Kernel kernel = CreateKernel(compiled);
        if (compiled.Definition.IsImplicit)
        {
            kernel.ImplicitGroupSize = grouping.CustomSize > 0
                ? grouping.CustomSize
                : SuggestGroupSize(kernel, _ => 0, MaxNumThreadsPerGroup).GroupSize;
        }

        return kernel;
    }

    // The simulator looks at every access itself, and debugging wants the code as it is written.
    private bool MayPromise =>
        Target is not SimulatorTarget && Context.Properties.OptimizationLevel != OptimizationLevel.Debug;

    private KernelImage CompileImage(KernelDefinition definition, bool withPromises)
    {
        ContextProperties properties = Context.Properties;
        var request = new KernelRequest
        {
            Method = definition.Method,
            Target = Target,
            ImplicitlyGrouped = definition.IsImplicit,
            Specialized = definition.Specialized,
            MaxGroupSize = definition.Specialization.MaxNumThreadsPerGroup,
            MinGroupsPerMultiprocessor = definition.Specialization.MinNumGroupsPerMultiprocessor,
            FastMath = properties.MathMode != MathMode.Default,
            Assertions = properties.EnableAssertions,
            Output = properties.EnableIOOperations,
            StaticFields = properties.StaticFieldMode,
            Verify = properties.EnableVerifier,
        };
        if (withPromises)
        {
            request = request.WithPromises();
        }

        return properties.CachingMode is CachingMode.Default or CachingMode.NoLaunchCaching
            ? KernelImageCache.Default.GetOrCompile(request)
            : KernelCompiler.Compile(request);
    }

    private KernelInfo AutoInfo(Kernel kernel)
    {
        int groupSize = EstimateGroupSize(kernel, out int minGridSize);
        return new(kernel.CompiledKernel.Info, groupSize, minGridSize);
    }
}

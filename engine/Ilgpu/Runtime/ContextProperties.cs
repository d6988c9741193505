namespace ILGPU;

public enum InliningMode
{
    Default = Aggressive,
    Aggressive = 0,
    Conservative = 1,
    Disabled = 2,
}

public enum DebugSymbolsMode
{
    Auto,
    Disabled,
    Basic,
    Kernel,
    KernelSourceAnnotations,
}

public enum OptimizationLevel
{
    Debug = O0,
    Release = O1,
    O0 = 0,
    O1 = 1,
    O2 = 2,
}

public enum MathMode
{
    Default,
    Fast,
    Fast32BitOnly,
}

/// <summary>Whether kernels may use static fields that are not read-only: each mode allows more than the one before.</summary>
public enum StaticFieldMode
{
    /// <summary>They are refused.</summary>
    Default,

    /// <summary>
    /// They may be read, and are constants: what they hold when the kernel is compiled. Assignments are refused; what is written through a
    /// reference stays in the thread.
    /// </summary>
    MutableStaticFields,

    /// <summary>They may be read as constants, and what is written to them is dropped.</summary>
    IgnoreStaticFieldStores,
}

public enum ArrayMode
{
    Default,
    InlineMutableStaticArrays,
}

public enum CachingMode
{
    Default,
    NoKernelCaching,
    NoLaunchCaching,
    Disabled,
}

public enum PageLockingMode
{
    Default,
    Auto,
    Aggressive,
}

/// <summary>How much <c>ClearCache</c> forgets.</summary>
public enum ClearCacheMode
{
    Default,
    Everything,
}

/// <summary>The settings of a context, fixed when it is built.</summary>
public class ContextProperties
{
    private readonly Dictionary<string, object> _extensionProperties;

    internal ContextProperties() => _extensionProperties = [];

    internal ContextProperties(ContextProperties other)
    {
        _extensionProperties = new(other._extensionProperties);
        InliningMode = other.InliningMode;
        DebugSymbolsMode = other.DebugSymbolsMode;
        OptimizationLevel = other.OptimizationLevel;
        MathMode = other.MathMode;
        StaticFieldMode = other.StaticFieldMode;
        ArrayMode = other.ArrayMode;
        CachingMode = other.CachingMode;
        PageLockingMode = other.PageLockingMode;
        EnableAssertions = other.EnableAssertions;
        EnableIOOperations = other.EnableIOOperations;
        EnableKernelInformation = other.EnableKernelInformation;
        EnableVerifier = other.EnableVerifier;
        EnableProfiling = other.EnableProfiling;
        LibNvvmPath = other.LibNvvmPath;
        LibDevicePath = other.LibDevicePath;
        RaceChecks = other.RaceChecks;
        UsesSubGroups = other.UsesSubGroups;
        RunsUnchecked = other.RunsUnchecked;
    }

    public InliningMode InliningMode { get; private protected set; }

    public DebugSymbolsMode DebugSymbolsMode { get; private protected set; } = DebugSymbolsMode.Auto;

    public OptimizationLevel OptimizationLevel { get; private protected set; } = OptimizationLevel.Release;

    public MathMode MathMode { get; private protected set; }

    public StaticFieldMode StaticFieldMode { get; private protected set; }

    public ArrayMode ArrayMode { get; private protected set; }

    public CachingMode CachingMode { get; private protected set; }

    public PageLockingMode PageLockingMode { get; private protected set; }

    public bool EnableAssertions { get; private protected set; }

    public bool EnableIOOperations { get; private protected set; }

    public bool EnableKernelInformation { get; private protected set; }

    public bool EnableVerifier { get; private protected set; }

    public bool EnableProfiling { get; private protected set; }

    public string? LibNvvmPath { get; private protected set; }

    public string? LibDevicePath { get; private protected set; }

    /// <summary>How the simulator meets races in buffers and in shared memory; null where the environment decides.</summary>
    internal (Runtime.CPU.RaceChecks Buffers, Runtime.CPU.RaceChecks Shared)? RaceChecks { get; set; }

    /// <summary>Whether warps of OpenCL devices are sub-groups.</summary>
    internal bool UsesSubGroups { get; set; }

    /// <summary>Whether CPU accelerators run kernels without the simulator's checks.</summary>
    internal bool RunsUnchecked { get; set; }

    /// <summary>A setting of an extension, or <paramref name="defaultValue"/> where it was not set.</summary>
    public T GetExtensionProperty<T>(string key, T defaultValue)
        where T : struct =>
        _extensionProperties.TryGetValue(key, out object? value) ? (T)value : defaultValue;

    private protected void SetExtensionProperty<T>(string key, T value)
        where T : struct => _extensionProperties[key] = value;
}

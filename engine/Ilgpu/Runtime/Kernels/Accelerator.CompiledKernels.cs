using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;

namespace ILGPU.Runtime;

/// <content>Compiling and loading as separate steps.</content>
public abstract partial class Accelerator
{
    /// <summary>Compiles for this accelerator without loading.</summary>
    /// <exception cref="InternalCompilerException">
    /// The kernel uses what no kernel may use; the inner exception says what and where.
    /// </exception>
    public CompiledKernel CompileKernel(in EntryPointDescription entry) => CompileKernel(entry, KernelSpecialization.Empty);

    /// <inheritdoc cref="CompileKernel(in EntryPointDescription)"/>
    public CompiledKernel CompileKernel(in EntryPointDescription entry, in KernelSpecialization specialization)
    {
        KernelDefinition definition = Define(entry.MethodSource, entry.IsImplicitlyGrouped, specialization);
        return new(CompileImage(definition, MayPromise), definition);
    }

    /// <summary>Loads a compiled, explicitly grouped kernel.</summary>
    /// <exception cref="NotSupportedException">The kernel is over an index, or compiled for another kind of device.</exception>
    public Kernel LoadKernel(CompiledKernel kernel) => LoadCompiled(kernel, KernelGrouping.Explicit);

    /// <summary>Loads a compiled kernel over an index, in groups of a given size.</summary>
    /// <exception cref="NotSupportedException">The kernel is not over an index, or compiled for another kind of device.</exception>
    public Kernel LoadImplicitlyGroupedKernel(CompiledKernel kernel, int customGroupSize) =>
        LoadImplicitlyGroupedKernel(kernel, customGroupSize, out _);

    /// <inheritdoc cref="LoadImplicitlyGroupedKernel(CompiledKernel, int)"/>
    public Kernel LoadImplicitlyGroupedKernel(CompiledKernel kernel, int customGroupSize, out KernelInfo? kernelInfo)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        DemandGroupSize(kernel.Definition.Method, customGroupSize);
        kernelInfo = new(kernel.Info, null, null);
        return LoadCompiled(kernel, new(customGroupSize));
    }

    /// <summary>Loads a compiled kernel over an index, in groups of a size that suits the device.</summary>
    /// <exception cref="NotSupportedException">The kernel is not over an index, or compiled for another kind of device.</exception>
    public Kernel LoadAutoGroupedKernel(CompiledKernel kernel) => LoadAutoGroupedKernel(kernel, out _);

    /// <inheritdoc cref="LoadAutoGroupedKernel(CompiledKernel)"/>
    public Kernel LoadAutoGroupedKernel(CompiledKernel kernel, out KernelInfo? kernelInfo)
    {
        Kernel loaded = LoadCompiled(kernel, KernelGrouping.Automatic);
        kernelInfo = AutoInfo(loaded);
        return loaded;
    }

    private Kernel LoadCompiled(CompiledKernel kernel, KernelGrouping grouping)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (kernel.Image.Target != Target)
        {
            throw new NotSupportedException(
                $"The kernel '{kernel.Definition}' is compiled for {kernel.Image.Target}; {this} needs {Target}.");
        }

        if (kernel.Definition.IsImplicit != (grouping != KernelGrouping.Explicit))
        {
            throw new NotSupportedException(
                $"The kernel '{kernel.Definition}' is {(kernel.Definition.IsImplicit ? "" : "not ")}compiled over an index.");
        }

        return LoadImages(kernel, grouping);
    }
}

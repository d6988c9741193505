using System.Reflection;
using IlgpuGan.Tensors.Devices.Gpu;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>The list of kernels is whole.</summary>
internal sealed class KernelCatalogTests
{
    private const string View = "ILGPU.ArrayView`1";

    /// <summary>
    /// A kernel is a static method that is made a delegate somewhere, gives nothing back and takes values alone, views among them or in
    /// them.
    /// </summary>
    [Test]
    public void EveryKernelIsListed()
    {
        var listed = KernelCatalog.All.Select(kernel => Definition(kernel.Method)).ToHashSet();
        using var engine = ModuleDefinition.ReadModule(typeof(KernelCatalog).Assembly.Location);
        var catalogue = engine.GetType(typeof(KernelCatalog).FullName);
        var kernels = engine.GetTypes()
            .Where(type => type != catalogue && type.DeclaringType != catalogue)
            .SelectMany(type => type.Methods.Where(method => method.HasBody))
            .SelectMany(method => method.Body.Instructions.Where(instruction => instruction.OpCode.Code == Code.Ldftn))
            .Select(instruction => (MethodReference)instruction.Operand)
            .Where(method => method.DeclaringType.GetElementType().Scope == engine)
            .Select(method => method.Resolve())
            .Where(IsKernel)
            .Select(method => $"{method.DeclaringType.Name}.{method.Name}")
            .ToHashSet();
        Assert.That(kernels.Except(listed), Is.Empty, "add them to KernelCatalog.cs with what they are for");
        Assert.That(
            kernels,
            Does.Contain("MemoryKernels.Fill").And.Contain("TiledKernel.TiledProduct").And.Contain("VectorisedKernel.VectorisedProduct")
                .And.Contain("DirectMatMul.Run").And.Contain("SplitSumKernel.SplitSum"),
            "the ladder's kernels are found, too");
    }

    [Test]
    public void NamesAreUniqueAndFitForFiles()
    {
        var names = KernelCatalog.All.Select(kernel => kernel.Name).ToList();
        Assert.That(names, Is.Unique);
        Assert.That(names, Is.All.Match("^[a-z0-9-]+/[a-z0-9-]+$"));
        Assert.That(KernelCatalog.All.Select(kernel => kernel.Purpose), Is.All.Not.Empty);
    }

    private static bool IsKernel(MethodDefinition method) =>
        method.IsStatic && method.ReturnType.MetadataType == MetadataType.Void
            && method.Parameters.All(parameter => parameter.ParameterType is { IsByReference: false } type
                && (type.IsValueType || type.IsGenericParameter))
            && method.Parameters.Any(parameter => HoldsView(parameter.ParameterType));

    /// <summary>Whether a type is a view or a struct of the engine with one inside.</summary>
    private static bool HoldsView(TypeReference type) =>
        type.GetElementType() is var element
            && (element.FullName == View
                || (element.IsValueType && element.Scope is ModuleDefinition && element.Resolve() is { IsEnum: false } definition
                    && definition.Fields.Any(field => !field.IsStatic && HoldsView(field.FieldType))));

    private static string Definition(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}

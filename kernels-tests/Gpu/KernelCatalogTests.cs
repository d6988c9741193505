using System.Reflection;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>The list of kernels is whole.</summary>
internal sealed class KernelCatalogTests
{
    [Test]
    public void EveryKernelIsListed()
    {
        var listed = KernelCatalog.All.Select(kernel => Definition(kernel.Method)).ToHashSet();
        var root = typeof(KernelCatalog).Namespace! + ".";
        var kernels =
            from type in typeof(KernelCatalog).Assembly.GetTypes()
            where type.Name.EndsWith("Kernels", StringComparison.Ordinal) && type.Namespace is { } space
                && space.StartsWith(root, StringComparison.Ordinal)
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
            where method.ReturnType == typeof(void)
                && method.GetParameters()
                    .Any(p => p.ParameterType.IsGenericType && p.ParameterType.GetGenericTypeDefinition() == typeof(ArrayView<>))
            select $"{type.Name}.{method.Name}";
        Assert.That(kernels.Except(listed), Is.Empty, "add them to KernelCatalog.cs with what they are for");
    }

    [Test]
    public void NamesAreUniqueAndFitForFiles()
    {
        var names = KernelCatalog.All.Select(kernel => kernel.Name).ToList();
        Assert.That(names, Is.Unique);
        Assert.That(names, Is.All.Match("^[a-z0-9-]+/[a-z0-9-]+$"));
        Assert.That(KernelCatalog.All.Select(kernel => kernel.Purpose), Is.All.Not.Empty);
    }

    private static string Definition(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}

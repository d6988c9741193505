using System.Runtime.CompilerServices;
using ILGPU;
using IlgpuGan.KernelsTests.Packages;
using Mono.Cecil;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Api;

/// <summary>
/// The declarations of tools/ilgpu-signatures stand for the official packages where those can't be had: they must say what ILGPU's API
/// says, and what is compiled for the packages must compile against them.
/// </summary>
public sealed class SignatureTests
{
    [Test]
    public void EveryDeclarationIsOneOfThisApi()
    {
        using var declared = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, "ILGPU.dll"));
        using var implemented = ModuleDefinition.ReadModule(typeof(Context).Assembly.Location);
        string[] listed = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Ilgpu", "Api", "fixtures", "ilgpu-1.5.3.txt"))
            .Select(line => line.Split(':')[0])];
        var types = declared.GetTypes().Where(IsVisible).ToList();
        Assert.That(types, Has.Count.GreaterThan(40));
        var unlike = new List<string>();
        foreach (TypeDefinition type in types)
        {
            if (!listed.Contains(type.FullName.Replace('/', '+')))
            {
                unlike.Add($"{type.FullName} is not in the list of ILGPU's names");
            }

            if (implemented.GetType(type.FullName) is not { } ours)
            {
                unlike.Add(type.FullName);
                continue;
            }

            HashSet<string> members = [.. Hierarchy(ours).SelectMany(SignaturesOf)];
            unlike.AddRange(SignaturesOf(type).Where(member => !members.Contains(member)).Select(member => $"{type.FullName}: {member}"));
        }

        Assert.That(unlike, Is.Empty);
    }

    [Test]
    [Exhaustive]
    public void WhatIsBuiltForThePackagesCompiles()
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));
        string place = Path.Combine(AppContext.BaseDirectory, "signatures");
        string built = Path.Combine(place, "bin", "KernelsTests", "debug", "IlgpuGan.KernelsTests.dll");
        if (File.Exists(built))
        {
            File.Delete(built);
        }

        DotnetCommand.Run(
            "build", Path.Combine(root, "kernels-tests"), "-c", "Debug", "-v", "q", "-nologo", "-nodeReuse:false",
            "-p:IlgpuSignatures=true", "-p:RunAnalyzers=false", "--artifacts-path", place);

        using var tests = ModuleDefinition.ReadModule(built);
        Assert.That(tests.AssemblyReferences.Select(reference => reference.Name), Has.None.EqualTo("IlgpuGan.Ilgpu"));
        using var tensors = ModuleDefinition.ReadModule(Path.Combine(Path.GetDirectoryName(built)!, "IlgpuGan.Tensors.dll"));
        Assert.That(tensors.AssemblyReferences.Select(reference => reference.Name), Has.One.EqualTo("ILGPU"));
    }

    private static bool IsVisible(TypeDefinition type) =>
        type.IsPublic || (type.IsNestedPublic && IsVisible(type.DeclaringType));

    /// <summary>The type and what it derives from, as far as its own assembly defines that.</summary>
    private static IEnumerable<TypeDefinition> Hierarchy(TypeDefinition? type) =>
        type is null
            ? []
            : [type, .. Hierarchy(type.BaseType is { } parent ? type.Module.GetType(parent.GetElementType().FullName) : null)];

    /// <summary>Without the declaring type: a member may be inherited.</summary>
    private static IEnumerable<string> SignaturesOf(TypeDefinition type) =>
    [
        .. type.Methods.Where(method => method.IsPublic || method.IsFamily).Select(
            method => $"{(method.IsStatic ? "static " : "")}{method.ReturnType.FullName} {method.Name}`{method.GenericParameters.Count}"
                + $"({string.Join(", ", method.Parameters.Select(p => (p.IsOut ? "out " : "") + p.ParameterType.FullName))})"),
        .. type.Fields.Where(field => field.IsPublic).Select(
            field => $"{field.FieldType.FullName} {field.Name}{(field.HasConstant ? $" = {field.Constant}" : "")}"),
    ];

    private static string Here([CallerFilePath] string path = "") => path;
}

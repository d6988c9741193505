using System.Globalization;
using System.Reflection;
using ILGPU.Backends;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// The engine's kernels under a compiler that takes OpenCL C 1.2 to the letter: every extension of the language is an error, and so is what
/// it warns of.
/// </summary>
[Exhaustive]
internal sealed class StrictOpenCLTests
{
    /// <summary>What generated code has and written code should not: variables that nobody reads, braces around one operand.</summary>
    private static readonly string[] s_strictly =
        ["-cl-std=CL1.2", "-pedantic-errors", "-Werror", "-Wall", "-Wextra", "-Wno-unused", "-Wno-parentheses", "-Wno-sign-compare"];

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("strict-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("spir64-unknown-unknown", TestName = "on a device of 64 bits")]
    [TestCase("spir-unknown-unknown", TestName = "on a device of 32 bits")]
    public void EveryKernelIsOpenCL12(string target)
    {
        var files = Write(KernelCatalog.Engine);
        Assert.That(files, Has.Count.GreaterThan(100));
        Assert.That(Clang.Compile(_folder, [.. s_strictly, "-target", target, "-fsyntax-only"], files), Is.Empty);
    }

    /// <summary>The test can fail: what later versions have is refused.</summary>
    [TestCase("kernel void f(global int *a) { int *b = (int *)a; *b = 1; }", TestName = "a pointer without an address space")]
    [TestCase("kernel void f(global int *a) { a[0] = work_group_reduce_add(1); }", TestName = "a function of OpenCL C 2.0")]
    [TestCase("kernel void f(global int *a) { __auto_type b = a[0]; a[0] = b; }", TestName = "an extension of the compiler")]
    public void WhatIsNotOpenCL12IsRefused(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "wrong.cl"), text + "\n");
        Assert.That(
            Clang.Compile(_folder, [.. s_strictly, "-target", "spir64-unknown-unknown", "-fsyntax-only"], ["wrong.cl"]),
            Does.Contain("error"));
    }

    /// <returns>the names of the files</returns>
    private List<string> Write(IEnumerable<MethodInfo> kernels)
    {
        var files = new List<string>();
        foreach (var kernel in kernels)
        {
            files.Add(string.Create(CultureInfo.InvariantCulture, $"{files.Count}.cl"));
            var text = KernelCompiler.Compile(KernelCatalog.Request(kernel, Compiling.OpenCL)).Text;
            File.WriteAllText(Path.Combine(_folder, files[^1]), $"// {KernelCatalog.Path(kernel)}\n{text}\n");
        }

        return files;
    }
}

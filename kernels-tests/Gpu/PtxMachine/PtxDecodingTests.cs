using System.Reflection;
using ILGPU.Backends;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using IlgpuGan.KernelsTests.Gpu.PtxMachine.Execution;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine;

/// <summary>
/// There is no instruction that the compiler emits for a kernel of the engine, the conformance suite or the compiler's tests and that the
/// machine can't run: each kernel's text is decoded down to the nodes that execute it, as launches get it and without promises.
/// </summary>
public sealed class PtxDecodingTests
{
    /// <summary>Each card, and both kinds of text for the newest: the fast suite runs most of these kernels.</summary>
    public static IEnumerable<TestCaseData> Targets =>
    [
        new(Compiling.Sm90, true), new(Compiling.Sm90, false), new(Compiling.Sm80, false), new(Compiling.Sm70, true),
    ];

    [TestCaseSource(nameof(Targets))]
    [Exhaustive]
    public void EveryKernelIsDecoded(PtxTarget target, bool promises)
    {
        MethodInfo[] kernels = [.. KernelCatalog.Engine, .. KernelCatalog.Conformance,
            .. KernelCatalog.Find(typeof(CudaKernels).Assembly, typeof(CudaKernels).Namespace!)
                .Where(method => method.DeclaringType is { } type && (type == typeof(CudaKernels) || type == typeof(SampleKernels)))];
        var refused = new List<string>();
        foreach (var kernel in kernels)
        {
            var request = KernelCatalog.Request(kernel, target) with { AssumeNoAlias = promises, AssumeAligned = promises };
            try
            {
                PtxImage.Load(KernelCompiler.Compile(request).Text, new PtxGlobalMemory());
            }
            catch (PtxRejectedException rejection)
            {
                refused.Add($"{KernelCatalog.Path(kernel)}: {rejection.Message}");
            }
        }

        Assert.That(refused, Is.Empty);
        Assert.That(kernels, Has.Length.GreaterThan(300));
        TestContext.Out.WriteLine($"{kernels.Length} kernels decoded for sm_{target.Sm}");
    }
}

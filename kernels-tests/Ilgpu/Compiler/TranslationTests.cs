using ILGPU;
using ILGPU.Backends;
using ILGPU.IR;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Every sample compiles for every target; the verifier runs after each pass of it.</summary>
public sealed class TranslationTests
{
    [TestCaseSource(typeof(SampleKernels), nameof(SampleKernels.All))]
    public void CompilesForEveryTarget(Delegate kernel)
    {
        foreach (var target in Compiling.AllTargets)
        {
            var image = Compiling.Compile(kernel, target);
            Assert.That(image.Text, Does.Contain(image.EntryPoint));
            Assert.That(Verifier.FirstDefect(image.Function), Is.Null);
        }
    }

    [TestCaseSource(typeof(SampleKernels), nameof(SampleKernels.All))]
    public void AssemblesForEveryArchitecture(Delegate kernel)
    {
        foreach (var target in new[] { Compiling.Sm70, Compiling.Sm80, Compiling.Sm90 })
        {
            var assembly = Ptxas.Assemble(Compiling.Compile(kernel, target));
            TestContext.Out.WriteLine($"{kernel.Method.Name,-16} sm_{target.Sm}: {assembly.Registers} registers, {assembly.SharedBytes} " +
                $"bytes shared, {assembly.SpillBytes} bytes spilled");
            Assert.That(assembly.SpillBytes, Is.Zero);
        }
    }

    [Test]
    public void RegisterBlockedGemmStaysInRegisters()
    {
        var image = Compiling.Compile(SampleKernels.TiledGemm, Compiling.Sm90);
        Assert.That(image.LocalBytes, Is.Zero, "tiles left in local memory");
        Assert.That(image.Text, Does.Contain("ld.shared.v4.f32"));
        var assembly = Ptxas.Assemble(image);
        Assert.That(assembly.StackBytes, Is.Zero);
        Assert.That(assembly.SpillBytes, Is.Zero);
        Assert.That(assembly.Registers, Is.LessThanOrEqualTo(64));
        Assert.That(assembly.SharedBytes, Is.EqualTo(4096));
    }

    [Test]
    public void TypeArgumentsAreSpecialised()
    {
        var add = Compiling.Compile(SampleKernels.Generic<SampleKernels.AddOperation>, Compiling.Sm70).Text;
        var multiply = Compiling.Compile(SampleKernels.Generic<SampleKernels.MultiplyOperation>, Compiling.Sm70).Text;
        Assert.That(add, Does.Contain("add.f32").And.Not.Contain("mul.f32"));
        Assert.That(multiply, Does.Contain("mul.f32").And.Not.Contain("add.f32"));
    }

    [Test]
    public void SpecialisedValuesAreConstants()
    {
        var image = Compiling.Compile(SampleKernels.Specialized, Compiling.Sm70, (2, 8));
        Assert.That(image.LocalBytes, Is.Zero);
        Assert.That(image.Function.Blocks, Has.Count.LessThanOrEqualTo(3), "the loops are gone");
        Assert.That(image.Parameters.Select(p => p.Argument), Has.None.EqualTo(2));
    }

    [Test]
    public void ParametersSayWhereTheyComeFrom()
    {
        var image = Compiling.Compile(SampleKernels.Map, Compiling.Sm70);
        Assert.That(
            image.Parameters.Select(p => (p.Kind, p.Argument, p.Offset, p.IsReadOnly)),
            Is.EqualTo(new[]
            {
                (KernelParameterKind.Extent, 0, 0, false),
                (KernelParameterKind.ViewPointer, 1, 8, true),
                (KernelParameterKind.ViewPointer, 2, 16, false),
                (KernelParameterKind.Scalar, 3, 24, false),
            }));
        Assert.That(image.ArgumentBytes, Is.EqualTo(28));
    }

    [Test]
    public void FixedBuffersInParametersArriveElementByElement()
    {
        var taps = Compiling.Compile(SampleKernels.Tuples, Compiling.Sm70).Parameters
            .Where(p => p.Argument == 2 && p.Path[^1].Name == "FixedElementField").ToList();
        Assert.That(taps.Select(p => p.Component), Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
    }

    [Test]
    public void AlignedViewsAreAccessedAsVectors()
    {
        var request = Compiling.Request(SampleKernels.Vectors, Compiling.Sm70);
        Assert.That(KernelCompiler.Compile(request).Text, Does.Not.Contain(".v4"));
        var aligned = KernelCompiler.Compile(request with { AssumeAligned = true, AssumeNoAlias = true });
        Assert.That(aligned.Text, Does.Contain("ld.global.nc.v4.f32").And.Contain("st.global.v4.f32"));
        Assert.That(
            aligned.Parameters.Where(p => p.Kind == KernelParameterKind.ViewPointer).Select(p => p.VectorAlignment), Is.All.EqualTo(16));
    }

    [Test]
    public void ReadOnlyViewsAreCachedOnlyWhenPromised()
    {
        var request = Compiling.Request(SampleKernels.Map, Compiling.Sm70);
        Assert.That(KernelCompiler.Compile(request).Text, Does.Not.Contain("ld.global.nc"));
        Assert.That(KernelCompiler.Compile(request with { AssumeNoAlias = true }).Text, Does.Contain("ld.global.nc.f32"));
    }

    private static void Numbers(Index1D i, ArrayView<uint> words, ArrayView<float> numbers) => numbers[i] = words[i];

    /// <summary>C# goes by way of double, which most cards are slow at.</summary>
    [Test]
    public void WordsBecomeNumbersAtOnce()
    {
        foreach (var target in Compiling.AllTargets)
        {
            KernelImage image = Compiling.Compile(Numbers, target);
            Assert.That(
                image.Function.Instructions.Where(instruction => instruction.Type.IsFloat()).Select(instruction => instruction.Type),
                Is.EqualTo(new[] { IrType.Float32 }), image.Text);
        }
    }
}

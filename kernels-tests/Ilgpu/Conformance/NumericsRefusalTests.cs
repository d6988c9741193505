using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>
/// What is written for the processor's vectors, and kernels that can only fail: refused at loading, after which the same context still
/// compiles.
/// </summary>
public sealed class NumericsRefusalTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("Matrix", view => view[0] = Matrix4x4.CreateScale(2).M11);
        yield return Case("MatrixConstructor", view => view[0] = new Matrix3x2(1, 2, 3, 4, 5, 6).M21);
        yield return Case("Quaternion", view => view[0] = Quaternion.Normalize(new Quaternion(view[0], 1, 2, 3)).X);
        yield return Case("Mask", view => view[0] = Vector3.IsNaN(new Vector3(view[0])).X);
        yield return Case("SizedVector", view => view[0] = Vector.Sum(new Vector<float>(view[0])));
        yield return Case("ProcessorVector", view => view[0] = System.Runtime.Intrinsics.Vector128.Create(view[0]).ToString().Length);

        static TestCaseData Case(string name, Action<ArrayView<float>> kernel) => new TestCaseData(kernel).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Refused))]
    public void WhatKernelsLackIsRefusedWithAdvice(Action<ArrayView<float>> kernel)
    {
        Assert.That(
            () => Accelerator.LoadStreamKernel(kernel),
            Throws.TypeOf<InternalCompilerException>().With.Message.Contains("is made for the processor's vectors").And.Message.Contains(
                "NumericsRefusalTests.cs"));
        using var buffer = Accelerator.Allocate1D([1f, 2f, 3f]);
        Accelerator.LoadStreamKernel<ArrayView<float>>(view => view[0] = new Vector3(view[0], view[1], view[2]).LengthSquared())(
            (1, 1), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D()[0], Is.EqualTo(14));
    }

    /// <summary>On OpenCL such a kernel would end in silence.</summary>
    [Test]
    public void AKernelThatCanOnlyFailIsRefused()
    {
        Assert.That(
            () => Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>>((i, view) =>
            {
                ArgumentOutOfRangeException.ThrowIfZero(0);
                view[i] = 1;
            }),
            Throws.TypeOf<InternalCompilerException>().With.Message.Contains("no thread gets past").And.Message.Contains(
                "NumericsRefusalTests.cs"));
        float[] numbers = [1.5f, -2, 3.25f, 0.5f];
        using var buffer = Accelerator.Allocate1D(numbers);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>>((i, view) =>
        {
            ArgumentOutOfRangeException.ThrowIfZero((int)(view[i] * 8));
            view[i] += 1;
        })(numbers.Length, buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(numbers.Select(number => number + 1)));
    }
}

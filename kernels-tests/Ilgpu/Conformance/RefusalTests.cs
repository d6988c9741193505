using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>What no kernel may use: refused at loading with a reason, after which the same context still compiles.</summary>
public sealed class RefusalTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static int s_mutableCounter;

    private int _instanceField;

    [StructLayout(LayoutKind.Explicit)]
    public struct Overlapping
    {
        [FieldOffset(0)]
        public int Whole;

        [FieldOffset(0)]
        public float Part;
    }

    public struct WithBool
    {
        public int Number;
        public bool Flag;
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("Throw", (i, view) =>
        {
            if (view[i] > 1)
            {
                throw new InvalidOperationException("no");
            }
        });
        yield return Case("TryFinally", (i, view) =>
        {
            try
            {
                view[i] = 1;
            }
            finally
            {
                view[i] = 2;
            }
        });
        yield return Case("Class", (i, view) => view[i] = new List<int>(3).Count);
        yield return Case("Text", (i, view) => view[i] = view[i].ToString().Length);
        yield return Case("StaticStore", (i, view) => s_mutableCounter = view[i]);
        yield return Case("StaticLoad", (i, view) => view[i] = s_mutableCounter);
        yield return Case("DynamicArray", (i, view) =>
        {
            int[] array = new int[view[i]];
            array[i] = 1;
            view[i] = array[view[i] - 1];
        });
        yield return Case("Boxing", (i, view) => view[i] = ((object)view[i]).GetHashCode());
        yield return Case("SharedMemory", (i, view) =>
        {
            ArrayView<int> shared = SharedMemory.Allocate<int>(4);
            shared[0] = i;
            view[i] = shared[0];
        });
        yield return Case("Console", (i, view) => Console.WriteLine(view[i]));
    }

    private static TestCaseData Case(string name, Action<Index1D, ArrayView<int>> kernel) =>
        new TestCaseData(kernel).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Refused))]
    public void RefusedWithAReasonAndNothingBreaks(Action<Index1D, ArrayView<int>> kernel)
    {
        Assert.That(
            () => Accelerator.LoadAutoGroupedStreamKernel(kernel),
            Throws.TypeOf<InternalCompilerException>().With.InnerException.TypeOf<NotSupportedException>().And.Message.Contains(
                "RefusalTests.cs"));
        using var buffer = Accelerator.Allocate1D<int>(4);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>((i, view) => view[i] = i + 1)(4, buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void CapturingLambdasAndInstanceMethods()
    {
        int captured = 3;
        Assert.That(
            () => Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>((i, view) => view[i] = captured),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("only static methods and non-capturing lambdas"));
        Assert.That(
            () => Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(InstanceKernel),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("only static methods and non-capturing lambdas"));
    }

    [Test]
    public void LongIndicesAndReferences()
    {
        Assert.That(
            () => Accelerator.LoadAutoGroupedStreamKernel<LongIndex1D, ArrayView<int>>((i, view) => view[i] = 1),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("Index1D"));
        Assert.That(
            () =>
                Accelerator.LoadKernel(((KernelOverReference)ByReference).Method),
                Throws.TypeOf<NotSupportedException>().With.Message.Contains("reference"));
    }

    [Test]
    public void ParametersThatAreNotBlittable()
    {
        Assert.That(
            () => Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, bool>((i, view, flag) => view[i] = flag ? 1 : 0),
            Throws.ArgumentException.With.InnerException.TypeOf<NotSupportedException>().And.Message.Contains(
                "not supported kernel-parameter type"));
        Assert.That(
            () => Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, WithBool>((i, view, value) => view[i] = value.Number),
            Throws.ArgumentException.With.InnerException.TypeOf<NotSupportedException>());
    }

    [Test]
    public void ExplicitLayouts() => Assert.That(
        () => Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<Overlapping>>((i, view) => view[i].Whole = 1),
        Throws.TypeOf<InternalCompilerException>().With.InnerException.TypeOf<NotSupportedException>());

    private delegate void KernelOverReference(ref int value);

    private static void ByReference(ref int value) => value = 1;

    private void InstanceKernel(Index1D i, ArrayView<int> view) => view[i] = _instanceField++;
}

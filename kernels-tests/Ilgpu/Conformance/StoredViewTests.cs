using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Views that buffers hold, alone and in structures: CUDA and the simulator follow them, OpenCL says why it can't.</summary>
public sealed class StoredViewTests(string deviceName) : ConformanceFixture(deviceName)
{
    private struct Layer
    {
        public int Inputs;
        public StoredView<float> Weights;
        public StoredView<float> Output;
    }

    private static void SumRows(Index1D i, ArrayView<StoredView<int>> rows, ArrayView<int> sums)
    {
        ArrayView<int> row = rows[i].View;
        int sum = 0;
        for (int k = 0; k < row.Length; k++)
        {
            sum += row[k];
        }
        sums[i] = sum;
    }

    private static void RunLayers(Index1D i, ArrayView<Layer> layers, ArrayView<float> input)
    {
        Layer layer = layers[i];
        ArrayView<float> weights = layer.Weights.SubView(1, layer.Inputs).View;
        float sum = layer.Weights.View[0];
        for (int k = 0; k < layer.Inputs; k++)
        {
            sum += weights[k] * input[k];
        }
        layer.Output.View[0] = sum;
        Atomic.Add(ref layer.Output.View[1], 1);
    }

    private static void ReadAgain(Index1D i, ArrayView<StoredView<int>> target, ArrayView<int> values)
    {
        int before = values[0];
        target[0].View[0] = before + 1;
        target[0].View[1] = values[0] + 10;
    }

    private static void BeyondItsEnd(Index1D i, ArrayView<StoredView<int>> rows, ArrayView<int> sums) => sums[0] = rows[0].View[i + 4];

    [SetUp]
    public void OnlyWhereBuffersHaveAddresses()
    {
        if (Accelerator.AcceleratorType != AcceleratorType.OpenCL)
        {
            return;
        }
        using var values = Accelerator.Allocate1D<int>(1);
        Assert.That(() => values.View.Store(), Throws.TypeOf<NotSupportedException>().With.Message.Contains("have no addresses"));
        Assert.Ignore("buffers of OpenCL have no addresses");
    }

    [Test]
    public void RowsOfDifferentLengths()
    {
        int[] lengths = [3, 0, 1, 5];
        MemoryBuffer1D<int, Stride1D.Dense>[] buffers =
            [.. lengths.Select(length => Accelerator.Allocate1D(Enumerable.Range(1, length + 2).ToArray()))];
        StoredView<int>[] rows = [.. buffers.Select((buffer, k) => buffer.View.Store().SubView(1, lengths[k])), default];
        Assert.That(rows.Select(row => row.Length), Is.EqualTo(new long[] { 3, 0, 1, 5, 0 }));
        using var list = Accelerator.Allocate1D(rows);
        using var sums = Accelerator.Allocate1D<int>(5);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<StoredView<int>>, ArrayView<int>>(SumRows)(5, list.View, sums.View);
        Assert.That(sums.GetAsArray1D(), Is.EqualTo(new[] { 9, 0, 2, 20, 0 }));
        foreach (var buffer in buffers)
        {
            buffer.Dispose();
        }
    }

    [Test]
    public void StructuresWithViewsThatAreReadAndWritten()
    {
        using var weights = Accelerator.Allocate1D([1f, 2, 3, 4, 10, 20]);
        using var input = Accelerator.Allocate1D([1f, 10, 100]);
        using var output = Accelerator.Allocate1D(new float[4]);
        ArrayView<float> all = weights.AsContiguous(), results = output.AsContiguous();
        Layer[] layers =
        [
            new() { Inputs = 3, Weights = all.SubView(0, 4).Store(), Output = results.SubView(0, 2).Store() },
            new() { Inputs = 1, Weights = all.SubView(4, 2).Store(), Output = results.SubView(2, 2).Store() },
        ];
        using var list = Accelerator.Allocate1D(layers);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<Layer>, ArrayView<float>>(RunLayers)(2, list.View, input.View);
        Assert.That(output.GetAsArray1D(), Is.EqualTo(new[] { 433f, 1, 30, 1 }));
    }

    /// <summary>A stored view may lead to what an argument leads to: what is read after a write through it is read anew.</summary>
    [Test]
    public void WritesAreSeenThroughArguments()
    {
        using var values = Accelerator.Allocate1D([5, 0]);
        using var list = Accelerator.Allocate1D([values.View.Store()]);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<StoredView<int>>, ArrayView<int>>(ReadAgain)(1, list.View, values.View);
        Assert.That(values.GetAsArray1D(), Is.EqualTo(new[] { 6, 16 }));
    }

    [Test]
    public void TheHostStoresOnly()
    {
        using var values = Accelerator.Allocate1D([5, 0]);
        Assert.That(() => values.View.Store().View, Throws.TypeOf<InvalidKernelOperationException>());
        Assert.That(() => new[] { 1, 2 }.AsArrayView().Store(), Throws.TypeOf<InvalidOperationException>());
        Assert.That(() => default(ArrayView<int>).Store(), Throws.TypeOf<InvalidOperationException>());
    }

    [Test]
    public void TheSimulatorFindsWhatGoesWrong()
    {
        if (!IsSimulator)
        {
            Assert.Ignore("checks are the simulator's");
        }
        using var values = Accelerator.Allocate1D([1, 2, 3, 4, 5]);
        using var list = Accelerator.Allocate1D([values.View.Store().SubView(0, 4)]);
        using var sums = Accelerator.Allocate1D<int>(1);
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<StoredView<int>>, ArrayView<int>>(BeyondItsEnd);
        Assert.That(() => kernel(1, list.View, sums.View), Throws.TypeOf<SimulatorException>().With.Message.Contains("index 4"));
        values.Dispose();
        var rows = Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<StoredView<int>>, ArrayView<int>>(SumRows);
        Assert.That(() => rows(1, list.View, sums.View), Throws.TypeOf<SimulatorException>().With.Message.Contains("stale"));
    }
}

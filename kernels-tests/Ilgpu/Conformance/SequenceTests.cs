using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.RadixSortOperations;
using ILGPU.Algorithms.Sequencers;
using ILGPU.Runtime;
using NUnit.Framework;
using Half = ILGPU.Half;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Sequences of every type, repeated and in batches, and what is made of views by a sequence of indices.</summary>
public sealed class SequenceTests(string deviceName) : ConformanceFixture(deviceName)
{
    private AcceleratorStream Stream => Accelerator.DefaultStream;

    private void Check<T, TSequencer>(Func<long, T> expected)
        where T : unmanaged
        where TSequencer : struct, ISequencer<T>
    {
        const int Length = 133;
        using var buffer = Accelerator.Allocate1D<T>(Length);
        Accelerator.Sequence<T, TSequencer>(Stream, buffer.AsContiguous(), default);
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, Length).Select(i => expected(i))));
    }

    [Test]
    public void NumbersOfEveryType()
    {
        Check<sbyte, Int8Sequencer>(i => (sbyte)i);
        Check<byte, UInt8Sequencer>(i => (byte)i);
        Check<short, Int16Sequencer>(i => (short)i);
        Check<ushort, UInt16Sequencer>(i => (ushort)i);
        Check<int, Int32Sequencer>(i => (int)i);
        Check<uint, UInt32Sequencer>(i => (uint)i);
        Check<long, Int64Sequencer>(i => i);
        Check<ulong, UInt64Sequencer>(i => (ulong)i);
        Check<Half, HalfSequencer>(i => (Half)i);
        Check<float, FloatSequencer>(i => i);
        Check<double, DoubleSequencer>(i => i);
        Check<Index1D, IndexSequencer>(i => (int)i);
    }

    /// <summary>No element, one, and more than a group has; the stretch past the end stays as it is.</summary>
    [Test]
    public void RepeatedAndInBatches([Values(0, 1, 777)] int length)
    {
        using var buffer = Accelerator.Allocate1D<int>(length + 1);
        int[] Written(Action<ArrayView<int>> write)
        {
            buffer.View.AsContiguous().CopyFromCPU([.. Enumerable.Repeat(-1, length + 1)]);
            write(buffer.View.AsContiguous().SubView(0, length));
            int[] all = buffer.GetAsArray1D();
            Assert.That(all[^1], Is.EqualTo(-1));
            return all[..^1];
        }

        IEnumerable<int> Expected(Func<int, int> element) => Enumerable.Range(0, length).Select(element);
        Int32Sequencer sequencer = default;
        Assert.That(Written(v => Accelerator.Sequence(Stream, v, sequencer)), Is.EqualTo(Expected(i => i)));
        Assert.That(Written(v => Accelerator.RepeatedSequence(Stream, v, 5, sequencer)), Is.EqualTo(Expected(i => i % 5)));
        Assert.That(Written(v => Accelerator.BatchedSequence(Stream, v, 3, sequencer)), Is.EqualTo(Expected(i => i / 3)));
        Assert.That(Written(v => Accelerator.RepeatedBatchedSequence(Stream, v, 5, 3, sequencer)), Is.EqualTo(Expected(i => i / 3 % 5)));
        Assert.That(
            () => Accelerator.RepeatedSequence(Stream, buffer.AsContiguous(), 0, sequencer), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => Accelerator.BatchedSequence(Stream, buffer.AsContiguous(), 0, sequencer), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void InStepsOfAView()
    {
        const int Length = 300;
        using var buffer = Accelerator.Allocate1D<int>(2 * Length);
        var everySecond = new ArrayView1D<int, Stride1D.General>(buffer.AsContiguous(), Length, new Stride1D.General(2));
        int[] Written(Action write)
        {
            buffer.MemSetToZero();
            write();
            int[] all = buffer.GetAsArray1D();
            Assert.That(all.Where((_, i) => i % 2 == 1), Is.All.Zero);
            return [.. all.Where((_, i) => i % 2 == 0)];
        }

        IEnumerable<int> Expected(Func<int, int> element) => Enumerable.Range(0, Length).Select(element);
        Int32Sequencer sequencer = default;
        Assert.That(Written(() => Accelerator.Sequence(Stream, everySecond, sequencer)), Is.EqualTo(Expected(i => i)));
        Assert.That(Written(() => Accelerator.RepeatedSequence(Stream, everySecond, 7, sequencer)), Is.EqualTo(Expected(i => i % 7)));
        Assert.That(Written(() => Accelerator.BatchedSequence(Stream, everySecond, 7, sequencer)), Is.EqualTo(Expected(i => i / 7)));
        Assert.That(
            Written(() => Accelerator.RepeatedBatchedSequence(Stream, everySecond, 2, 7, sequencer)), Is.EqualTo(Expected(i => i / 7 % 2)));
        Assert.That(
            Written(() => Accelerator.CreateSequencer<int, Stride1D.General, Int32Sequencer>()(Stream, everySecond, sequencer)),
            Is.EqualTo(Expected(i => i)));
        Assert.That(
            Written(() => Accelerator.CreateRepeatedSequencer<int, Stride1D.General, Int32Sequencer>()(Stream, everySecond, 4, sequencer)),
            Is.EqualTo(Expected(i => i % 4)));
        Assert.That(
            Written(() => Accelerator.CreateBatchedSequencer<int, Stride1D.General, Int32Sequencer>()(Stream, everySecond, 4, sequencer)),
            Is.EqualTo(Expected(i => i / 4)));
        Assert.That(
            Written(() => Accelerator.CreateRepeatedBatchedSequencer<int, Stride1D.General, Int32Sequencer>()(
                Stream, everySecond, 3, 4, sequencer)),
            Is.EqualTo(Expected(i => i / 4 % 3)));
    }

    [Test]
    public void OfAnotherView()
    {
        int[] data = [.. Enumerable.Range(0, 50).Select(i => i * i)];
        using var source = Accelerator.Allocate1D(data);
        using var target = Accelerator.Allocate1D<int>(120);
        var sequencer = new ViewSourceSequencer<int, Stride1D.Dense>(source.View);
        Assert.That(sequencer.ViewSource.Length, Is.EqualTo(50));
        Accelerator.RepeatedSequence(Stream, target.View, data.Length, sequencer);
        Assert.That(target.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 120).Select(i => data[i % 50])));
    }

    private readonly struct PlusOf(int summand) : ITransformer<int, long>
    {
        public long Transform(int value) => value + summand;
    }

    private readonly struct Negative : ITransformer<int, int>
    {
        public int Transform(int value) => -value;
    }

    [Test]
    public void ReorderedViews([Values(0, 1, 600)] int length)
    {
        int[] data = [.. Enumerable.Range(0, 700).Select(i => i * 3)];
        Index1D[] order = [.. Enumerable.Range(0, length).Select(i => new Index1D(i * 389 % 700))];
        using var source = Accelerator.Allocate1D(data);
        using var indices = Accelerator.Allocate1D<Index1D>(length + 1);
        indices.View.SubView(0, length).BaseView.CopyFromCPU(order);
        using var target = Accelerator.Allocate1D<int>(length + 1);
        using var wide = Accelerator.Allocate1D<long>(length + 1);
        target.MemSetToZero();
        wide.MemSetToZero();
        ArrayView<Index1D> reorder = indices.AsContiguous().SubView(0, length);
        Accelerator.Reorder(Stream, source.AsContiguous(), target.AsContiguous(), reorder);
        Assert.That(target.GetAsArray1D()[..length], Is.EqualTo(order.Select(i => data[i])));
        Accelerator.ReorderTransform<int, Negative>(Stream, source.AsContiguous(), target.AsContiguous(), reorder, default);
        Assert.That(target.GetAsArray1D()[..length], Is.EqualTo(order.Select(i => -data[i])));
        Accelerator.ReorderTransform<int, long, PlusOf>(Stream, source.AsContiguous(), wide.AsContiguous(), reorder, new PlusOf(7));
        Assert.That(wide.GetAsArray1D()[..length], Is.EqualTo(order.Select(i => data[i] + 7L)));
        Accelerator.CreateReorderTransformer<int, long, PlusOf>()(
            Stream, source.AsContiguous(), wide.AsContiguous(), reorder, new PlusOf(9));
        Assert.That(wide.GetAsArray1D()[..length], Is.EqualTo(order.Select(i => data[i] + 9L)));
        Assert.That(wide.GetAsArray1D()[length], Is.Zero);
    }

    [Test]
    public void TransformedViewsWithSteps()
    {
        int[] data = [.. Enumerable.Range(0, 400).Select(i => i - 200)];
        using var source = Accelerator.Allocate1D(data);
        using var target = Accelerator.Allocate1D<int>(400);
        using var wide = Accelerator.Allocate1D<long>(200);
        target.MemSetToZero();
        var everySecond = new ArrayView1D<int, Stride1D.General>(source.AsContiguous(), 200, new Stride1D.General(2));
        var everySecondTarget = new ArrayView1D<int, Stride1D.General>(target.AsContiguous(), 200, new Stride1D.General(2));
        Accelerator.Transform<int, Stride1D.General, Negative>(Stream, everySecond, everySecondTarget, default);
        Assert.That(target.GetAsArray1D(), Is.EqualTo(data.Select((v, i) => i % 2 == 0 ? -v : 0)));
        Accelerator.Transform<int, Stride1D.General, long, Stride1D.Dense, PlusOf>(Stream, everySecond, wide.View, new PlusOf(1));
        Assert.That(wide.GetAsArray1D(), Is.EqualTo(data.Where((_, i) => i % 2 == 0).Select(v => v + 1L)));
        Accelerator.CreateTransformer<int, Stride1D.General, long, Stride1D.Dense, PlusOf>()(Stream, everySecond, wide.View, new PlusOf(2));
        Assert.That(wide.GetAsArray1D()[5], Is.EqualTo(data[10] + 2));
        Accelerator.CreateTransformer<int, Negative>()(Stream, source.AsContiguous(), target.AsContiguous(), default);
        Assert.That(target.GetAsArray1D(), Is.EqualTo(data.Select(v => -v)));
        Assert.That(
            () => Accelerator.Transform<int, long, PlusOf>(Stream, source.AsContiguous(), wide.AsContiguous(), default),
            Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>A sort of keys with the numbers of their places, which is what a permutation is made of.</summary>
    [Test]
    public void SortedKeysSayWhereTheyWere([Values(1, 300)] int length)
    {
        int[] keys = [.. Enumerable.Range(0, length).Select(i => i * 7919 % 211)];
        int[] places = [.. Enumerable.Range(0, length).OrderBy(i => keys[i])];
        using var view = Accelerator.Allocate1D(keys);
        using var values = Accelerator.Allocate1D<Index1D>(length);
        using var temp =
            Accelerator.Allocate1D<int>(Accelerator.ComputeRadixSortPairsTempStorageSize<int, Index1D, AscendingInt32>(length));
        Accelerator.CreateRadixSortPairs<int, Stride1D.Dense, Index1D, Stride1D.Dense, IndexSequencer, AscendingInt32>()(
            Stream, view.View, values.View, default, temp.AsContiguous());
        Assert.That(values.GetAsArray1D().Select(i => i.X), Is.EqualTo(places));
        Assert.That(view.GetAsArray1D(), Is.EqualTo(keys.Order()));

        view.CopyFromCPU(keys);
        using RadixSortProvider provider = Accelerator.CreateRadixSortProvider<int, Index1D, AscendingInt32>(length);
        provider.CreateRadixSortPairs<int, Stride1D.Dense, Index1D, Stride1D.Dense, IndexSequencer, AscendingInt32>()(
            Stream, view.View, values.View, default);
        Assert.That(values.GetAsArray1D().Select(i => i.X), Is.EqualTo(places));
        view.CopyFromCPU(keys);
        using RadixSortProvider ofKeys = Accelerator.CreateRadixSortProvider<int, AscendingInt32>(length);
        ofKeys.CreateRadixSort<int, Stride1D.Dense, AscendingInt32>()(Stream, view.View);
        Assert.That(view.GetAsArray1D(), Is.EqualTo(keys.Order()));
    }
}

using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ComparisonOperations;
using ILGPU.Algorithms.HistogramOperations;
using ILGPU.Algorithms.MatrixOperations;
using ILGPU.Algorithms.Sequencers;
using ILGPU.Runtime;
using ILGPU.Util;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>
/// One-off calls of algorithms: their kernels stay loaded, although nobody holds a launcher. A kernel that a finaliser unloads might still
/// be queued, and the next call would load it again.
/// </summary>
public sealed class OneOffCallTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly string[] s_calls =
    [
        "sequence", "repeated sequence", "batched sequence", "repeated batches", "transform", "reorder", "histogram",
        "unchecked histogram", "unique", "masked product", "entries of a matrix",
    ];

    private AcceleratorStream Stream => Accelerator.DefaultStream;

    /// <summary>A type of these tests' own, so that no other test loads the same kernels.</summary>
    /// <typeparam name="TCase">tells calls apart that have one kernel</typeparam>
    private readonly struct Halves<TCase>
        : ISequencer<int>, ITransformer<int, int>, IComparisonOperation<int>, IComputeSingleBinOperation<int, Index1D>
    {
        public int ComputeSequenceElement(LongIndex1D sequenceIndex) => (int)sequenceIndex.X / 2;

        public int Transform(int value) => value / 2;

        public int Compare(int first, int second) => (first / 2).CompareTo(second / 2);

        public Index1D ComputeHistogramBin(int value, Index1D numBins) => value / 2 % numBins.X;
    }

    private readonly struct Odd : InlineList.IPredicate<Index2D>
    {
        public bool Apply(Index2D item) => (item.X + item.Y) % 2 != 0;
    }

    /// <summary>All calls in turn, then the collector, then all once more: it takes seconds in a process that holds much memory.</summary>
    [Test]
    public void KernelsStayLoaded()
    {
        using var ints = Accelerator.Allocate1D(new int[64]);
        using var others = Accelerator.Allocate1D(new int[64]);
        using var order = Accelerator.Allocate1D(new Index1D[64]);
        using var matrix = Accelerator.Allocate2DDenseY(new float[8, 8]);
        using var neighbors = Accelerator.Allocate2DDenseY(new int[8, 8]);
        using var product = Accelerator.Allocate2DDenseY(new float[8, 8]);
        int loaded = ChildrenAfterCollection();
        foreach (string call in s_calls)
        {
            int before = loaded;
            Run(call);
            loaded = Accelerator.NumberChildObjects;
            Assert.That(loaded, Is.GreaterThan(before), $"{call}: the call loads its kernels");
        }

        Assert.That(ChildrenAfterCollection(), Is.EqualTo(loaded), "they stay when memory is collected");
        foreach (string call in s_calls)
        {
            Run(call);
            Assert.That(Accelerator.NumberChildObjects, Is.EqualTo(loaded), $"{call}: a second call loads nothing");
        }

        // In a method of its own: what it holds is gone when it returns.
        [MethodImpl(MethodImplOptions.NoInlining)]
        void Run(string call)
        {
            Call(
                call, ints.View, others.View, order.View, matrix.View,
                new(product.View, new(neighbors.View, others.View, 8, 8)), product.View);
            Accelerator.Synchronize();
        }
    }

    private void Call(
        string call, ArrayView1D<int, Stride1D.Dense> ints, ArrayView1D<int, Stride1D.Dense> others,
        ArrayView1D<Index1D, Stride1D.Dense> order, ArrayView2D<float, Stride2D.DenseY> matrix,
        SparseMatrixView<float, Stride2D.DenseY> sparse, ArrayView2D<float, Stride2D.DenseY> product)
    {
        switch (call)
        {
            case "sequence":
                Accelerator.Sequence<int, Stride1D.Dense, Halves<int>>(Stream, ints, default);
                break;
            case "repeated sequence":
                Accelerator.RepeatedSequence<int, Stride1D.Dense, Halves<int>>(Stream, ints, 8, default);
                break;
            case "batched sequence":
                Accelerator.BatchedSequence<int, Stride1D.Dense, Halves<long>>(Stream, ints, 8, default);
                break;
            case "repeated batches":
                Accelerator.RepeatedBatchedSequence<int, Stride1D.Dense, Halves<short>>(Stream, ints, 8, 2, default);
                break;
            case "transform":
                Accelerator.Transform<int, Stride1D.Dense, Halves<int>>(Stream, ints, others, default);
                break;
            case "reorder":
                Accelerator.ReorderTransform<int, Halves<int>>(Stream, ints.BaseView, others.BaseView, order.BaseView, default);
                break;
            case "histogram":
                Accelerator.Histogram<int, Stride1D.Dense, Halves<int>>(Stream, ints, others.BaseView, others.BaseView);
                break;
            case "unchecked histogram":
                Accelerator.HistogramUnchecked<int, Stride1D.Dense, Halves<int>>(Stream, ints, others.BaseView);
                break;
            case "unique":
                Accelerator.Unique<int, Halves<int>>(Stream, ints.BaseView);
                break;
            case "masked product":
                others.MemSetToZero(Stream);
                Accelerator.MultiplySparseTransposedMatrixMasked(Stream, default(Odd), matrix, sparse, product);
                break;
            default:
                SparseMatrixShapeView<Stride2D.DenseY> shape = Accelerator.ComputeSparseMatrixShapeConverter(
                    Stream, matrix, default(Odd), others.BaseView.SubView(0, 8), _ => sparse.Neighbors, ints.BaseView);
                Accelerator.ComputeSparseMatrixShapeInfo(Stream, (8, 8), default(Odd), others.BaseView, ints.BaseView);
                Accelerator.ComputeSparseMatrixView(Stream, matrix, shape, product);
                break;
        }
    }

    private int ChildrenAfterCollection()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return Accelerator.NumberChildObjects;
    }
}

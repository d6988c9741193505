using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.MatrixOperations;
using ILGPU.Runtime;
using ILGPU.Util;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Matrices of few entries, and products with them, against loops of the host.</summary>
public sealed class SparseMatrixTests(string deviceName) : ConformanceFixture(deviceName)
{
    private AcceleratorStream Stream => Accelerator.DefaultStream;

    private static float[,] Matrix(int rows, int columns, int filled, int seed)
    {
        var random = new System.Random(seed);
        var matrix = new float[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                matrix[i, j] = random.Next(100) < filled ? random.Next(1, 20) * 0.25f : 0;
            }
        }

        return matrix;
    }

    private static T[,] Product<T>(float[,] a, float[,] b, Func<float, T> number, Func<int, int, bool> isWanted, T elsewhere)
        where T : System.Numerics.INumber<T>
    {
        var result = new T[a.GetLength(0), b.GetLength(0)];
        for (int i = 0; i < a.GetLength(0); i++)
        {
            for (int j = 0; j < b.GetLength(0); j++)
            {
                result[i, j] = isWanted(i, j) ? T.Zero : elsewhere;
                for (int k = 0; k < a.GetLength(1) && isWanted(i, j); k++)
                {
                    result[i, j] += number(a[i, k] * b[j, k]);
                }
            }
        }

        return result;
    }

    private static bool IsWanted(int row, int column) => (row + column) % 3 != 0;

    /// <summary>Odd sizes, a single element, and a matrix without entries. Quarters are summed without rounding.</summary>
    [TestCase(37, 53, 29, 10)]
    [TestCase(1, 1, 1, 100)]
    [TestCase(5, 300, 2, 50)]
    [TestCase(9, 7, 4, 0)]
    public void ProductsOfDenseAndSparseMatrices(int m, int k, int n, int filled)
    {
        float[,] a = Matrix(m, k, 100, 1), b = Matrix(n, k, filled, 2);
        var mask = new float[m, n];
        for (int i = 0; i < m * n; i++)
        {
            mask[i / n, i % n] = IsWanted(i / n, i % n) ? -2 : 0.5f;
        }

        using var aBuffer = Accelerator.Allocate2DDenseY(a);
        using var bBuffer = Accelerator.Allocate2DDenseY(b);
        using var maskBuffer = Accelerator.Allocate2DDenseY(mask);
        using var counts = Accelerator.Allocate1D<int>(n);
        using var temp = Accelerator.Allocate1D<int>(1);
        using var neighbors = Accelerator.Allocate2DDenseY<int>((n, k));
        using var weights = Accelerator.Allocate2DDenseY<float>((n, k));
        using var output = Accelerator.Allocate2DDenseY(Filled(m, n, -1f));
        int most = 0;
        SparseMatrixShapeView<Stride2D.DenseY> shape =
            Accelerator.CreateSparseMatrixShapeConverter<float, FloatEpsPredicate<Stride2D.DenseY>, Stride2D.DenseY>(temp.View)(
            Stream, bBuffer.View, new(bBuffer.View, 0), counts.View, number =>
            {
                most = number;
                return neighbors.View;
            });
        int[] expectedCounts = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, k).Count(j => b[i, j] != 0))];
        Assert.That((most, counts.GetAsArray1D()), Is.EqualTo((expectedCounts.Max(), expectedCounts)));
        Assert.That(
            Accelerator.ComputeSparseMatrixShapeInfo(
                Stream, b.GetExtent(), new FloatEpsPredicate<Stride2D.DenseY>(bBuffer.View, 0), counts.View, temp.View),
            Is.EqualTo(most));
        SparseMatrixView<float, Stride2D.DenseY> sparse =
            Accelerator.CreateSparseMatrixConverter<float, Stride2D.DenseY>()(Stream, bBuffer.View, shape, weights.View);

        Accelerator.MultiplySparseTransposedMatrixMasked(
            Stream, new FloatEpsPredicate<Stride2D.DenseY>(maskBuffer.View, 1), aBuffer.View, sparse, output.View);
        float[,] expected = Product(a, b, v => v, IsWanted, -1f);
        Assert.That(output.GetAsArray2D(), Is.EqualTo(expected));
        output.CopyFromCPU(Filled(m, n, -1f));
        Accelerator.CreateSparseTransposedMatrixMultiplierMasked<
            float, MaskPredicate<float, Stride2D.DenseY>, Stride2D.DenseY, FloatMaskedSparseMatrixProcessor>()(
            Stream, new(maskBuffer.View, 0.5f), aBuffer.View, sparse, output.View);
        Assert.That(output.GetAsArray2D(), Is.EqualTo(expected));

        sparse = new SparseMatrixView<float, Stride2D.DenseY>(
            sparse.EdgeWeights, new SparseMatrixShapeView<Stride2D.DenseY>(
                shape.Neighbors, shape.NumNeighbors, shape.NumRows, shape.NumColumns));
        using var entries = Accelerator.Allocate2DDenseY<float>((n, k));
        Accelerator.LoadAutoGroupedStreamKernel<Index2D, SparseMatrixView<float, Stride2D.DenseY>, ArrayView2D<float, Stride2D.DenseY>>(
            Look)((n, k), sparse, entries.View);
        Assert.That(entries.GetAsArray2D(), Is.EqualTo(b));
        entries.MemSetToZero();
        Accelerator.LoadAutoGroupedStreamKernel<Index2D, SparseMatrixView<float, Stride2D.DenseY>, ArrayView2D<float, Stride2D.DenseY>>(
            Find)((n, k), sparse, entries.View);
        Assert.That(entries.GetAsArray2D(), Is.EqualTo(b));
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, SparseMatrixView<float, Stride2D.DenseY>>(Double)(n, sparse);
        Accelerator.MultiplySparseTransposedMatrixMasked<
            float, InlineList.TruePredicate<Index2D>, Stride2D.DenseY, FloatMaskedSparseMatrixProcessor>(
            Stream, default, aBuffer.View, sparse, output.View);
        Assert.That(output.GetAsArray2D(), Is.EqualTo(Product(a, b, v => 2 * v, (_, _) => true, 0f)));

        using var wrong = Accelerator.Allocate2DDenseY<float>((m + 1, n));
        Assert.That(
            () =>
                Accelerator.MultiplySparseTransposedMatrixMasked<InlineList.TruePredicate<Index2D>, Stride2D.DenseY>(
                    Stream, default, aBuffer.View, sparse, wrong.View),
            Throws.TypeOf<ArgumentException>());

        static void Look(Index2D index, SparseMatrixView<float, Stride2D.DenseY> matrix, ArrayView2D<float, Stride2D.DenseY> target) =>
            target[index] = matrix[index.X, index.Y];

        static void Find(Index2D index, SparseMatrixView<float, Stride2D.DenseY> matrix, ArrayView2D<float, Stride2D.DenseY> target)
        {
            bool isThere = matrix.ShapeView.TryFindColumn(index.X, index.Y, out Index1D at);
            target[index] = isThere ? matrix.EdgeWeights[index.X, at.X] : at.X + 1;
        }

        static void Double(Index1D row, SparseMatrixView<float, Stride2D.DenseY> matrix)
        {
            for (int i = 0; i < matrix.NumNeighbors[row]; i++)
            {
                matrix.DirectAccess(row, i) *= 2;
            }
        }
    }

    /// <summary>A matrix of another extent than the shape's, and memory that is too small for its entries.</summary>
    [Test]
    public void MemoryThatDoesNotFitTheShapeIsRefused()
    {
        using var matrix = Accelerator.Allocate2DDenseY<float>((4, 6));
        using var counts = Accelerator.Allocate1D<int>(4);
        using var neighbors = Accelerator.Allocate2DDenseY<int>((4, 3));
        var shape = new SparseMatrixShapeView<Stride2D.DenseY>(neighbors.View, counts.View, 4, 6);
        counts.MemSetToZero();
        Refused((4, 5), (4, 3));
        Refused((3, 6), (4, 3));
        Refused((4, 6), (3, 3));
        Refused((4, 6), (4, 2));
        using var data = Accelerator.Allocate2DDenseY<float>((4, 3));
        Assert.That(
            Accelerator.ComputeSparseMatrixView(Stream, matrix.View, shape, data.View).EdgeWeights.Extent,
            Is.EqualTo(new LongIndex2D(4, 3)));

        void Refused(LongIndex2D input, LongIndex2D memory)
        {
            using var wrong = Accelerator.Allocate2DDenseY<float>(input);
            using var values = Accelerator.Allocate2DDenseY<float>(memory);
            Assert.That(
                () => Accelerator.ComputeSparseMatrixView(Stream, wrong.View, shape, values.View),
                Throws.TypeOf<ArgumentException>()
                    .With.Message.Contains($"{input}").And.Message.Contains($"{memory}").And.Message.Contains("(4, 6)"));
        }
    }

    /// <summary>
    /// Rows one behind the other, as far as 64 bits reach: what computes in 32 bits finds another element, as it would in a matrix of more
    /// than two thousand million elements.
    /// </summary>
    private readonly struct Far(int columns) : IStride2D
    {
        public int XStride => columns;

        public int YStride => 1;

        public Index2D StrideExtent => new(columns, 1);

        public int ComputeElementIndex(Index2D index) => 0;

        public long ComputeElementIndex(LongIndex2D index) => (index.X * columns) + index.Y;

        public int ComputeElementIndexChecked(Index2D index, LongIndex2D extent) => 0;

        public long ComputeElementIndexChecked(LongIndex2D index, LongIndex2D extent) => ComputeElementIndex(index);

        public Index2D ReconstructFromElementIndex(int elementIndex) => new(elementIndex / columns, elementIndex % columns);

        public LongIndex2D ReconstructFromElementIndex(long elementIndex) => new(elementIndex / columns, elementIndex % columns);

        public int ComputeBufferLength(Index2D extent) => extent.X * columns;

        public long ComputeBufferLength(LongIndex2D extent) => extent.X * columns;

        public Stride1D.General To1DStride() => new(1);

        public Stride2D.General AsGeneral() => new(StrideExtent);
    }

    [Test]
    public void ElementsAreFoundIn64Bits()
    {
        const int M = 5, K = 7, N = 6;
        float[,] a = Matrix(M, K, 100, 3), b = Matrix(N, K, 60, 4);
        using var aBuffer = Accelerator.Allocate2DDenseY(a);
        using var bBuffer = Accelerator.Allocate2DDenseY(b);
        using var counts = Accelerator.Allocate1D<int>(N);
        using var temp = Accelerator.Allocate1D<int>(1);
        using var neighbors = Accelerator.Allocate2DDenseY<int>((N, K));
        using var weights = Accelerator.Allocate2DDenseY<float>((N, K));
        using var output = Accelerator.Allocate2DDenseY(Filled(M, N, -1f));
        var bView = View(bBuffer);
        SparseMatrixShapeView<Far> shape = Accelerator.ComputeSparseMatrixShapeConverter(
            Stream, bView, new FloatEpsPredicate<Far>(bView, 0), counts.View, _ => View(neighbors), temp.View);
        SparseMatrixView<float, Far> sparse = Accelerator.ComputeSparseMatrixView(Stream, bView, shape, View(weights));
        Accelerator.MultiplySparseTransposedMatrixMasked(
            Stream, default(InlineList.TruePredicate<Index2D>), View(aBuffer), sparse, View(output));
        Assert.That(output.GetAsArray2D(), Is.EqualTo(Product(a, b, v => v, (_, _) => true, 0f)));

        using var entries = Accelerator.Allocate2DDenseY<float>((N, K));
        Accelerator.LoadAutoGroupedStreamKernel<Index2D, SparseMatrixView<float, Far>, ArrayView2D<float, Stride2D.DenseY>>(Look)(
            (N, K), sparse, entries.View);
        Assert.That(entries.GetAsArray2D(), Is.EqualTo(b));
        float[,] mask = Matrix(N, K, 30, 5);
        bBuffer.CopyFromCPU(mask);
        Check(new MaskPredicate<float, Far>(bView, 0));
        Check(new FloatEpsPredicate<Far>(bView, 0));
        using var doubles = Accelerator.Allocate2DDenseY(Wide(mask));
        Check(new DoubleEpsPredicate<Far>(View(doubles), 0));

        static ArrayView2D<T, Far> View<T>(MemoryBuffer2D<T, Stride2D.DenseY> buffer)
            where T : unmanaged => new(buffer.AsContiguous(), buffer.Extent, new((int)buffer.Extent.Y));

        static void Look(Index2D index, SparseMatrixView<float, Far> matrix, ArrayView2D<float, Stride2D.DenseY> target) =>
            target[index] = matrix[index.X, index.Y] + matrix.DirectAccess(index.X, 0) - matrix.EdgeWeights[(long)index.X, 0L];

        void Check<TPredicate>(TPredicate predicate)
            where TPredicate : struct, InlineList.IPredicate<Index2D>
        {
            Accelerator.ComputeSparseMatrixShapeInfo(Stream, (N, K), predicate, counts.View, temp.View);
            Assert.That(
                counts.GetAsArray1D(),
                Is.EqualTo(Enumerable.Range(0, N).Select(i => Enumerable.Range(0, K).Count(j => mask[i, j] != 0))));
        }
    }

    /// <summary>Adds up what it is told, for the largest number of a row and for all.</summary>
    private readonly struct Tally(ArrayView<int> sums) : ISparseMatrixShapeInfoTarget
    {
        public void OutputNumNeighbors(int rowIndex, int numRowEntries) => Atomic.Add(ref sums[0], numRowEntries * (rowIndex + 1));

        public void ComputeAtomicMaxNumNeighbors(int maxNumLocalNeighbors) => Atomic.Max(ref sums[1], maxNumLocalNeighbors);
    }

    [Test]
    public void EntriesAreToldToTargetsOfOnesOwn()
    {
        float[,] matrix = Matrix(40, 9, 40, 3);
        int[] counts = [.. Enumerable.Range(0, 40).Select(i => Enumerable.Range(0, 9).Count(j => matrix[i, j] != 0))];
        using var buffer = Accelerator.Allocate2DDenseX(matrix);
        using var sums = Accelerator.Allocate1D([0, 0]);
        using var ofRows = Accelerator.Allocate1D<int>(40);
        var predicate = new FloatEpsPredicate<Stride2D.DenseX>(buffer.View, 0);
        Accelerator.CreateSparseMatrixInfoProvider<FloatEpsPredicate<Stride2D.DenseX>, Tally>()(
            Stream, matrix.GetExtent().ToLongIndex(), predicate, new Tally(sums.AsContiguous()));
        Assert.That(sums.GetAsArray1D(), Is.EqualTo(new[] { counts.Select((c, i) => c * (i + 1)).Sum(), counts.Max() }));
        var provider = Accelerator.CreateSparseMatrixInfoProvider<FloatEpsPredicate<Stride2D.DenseX>>(sums.AsContiguous());
        Assert.That(
            (provider(Stream, matrix.GetExtent().ToLongIndex(), predicate, ofRows.AsContiguous()), ofRows.GetAsArray1D()),
            Is.EqualTo((counts.Max(), counts)));
        Assert.That(
            () => provider(Stream, matrix.GetExtent().ToLongIndex(), predicate, default), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static T[,] Filled<T>(int rows, int columns, T value)
    {
        var result = new T[rows, columns];
        for (int i = 0; i < rows * columns; i++)
        {
            result[i / columns, i % columns] = value;
        }

        return result;
    }

    [Test]
    public void BatchesInSeveralStreams()
    {
        float[][,] lefts = [.. Enumerable.Range(0, 5).Select(i => Matrix(11 + i, 17, 100, i))];
        float[,] b = Matrix(13, 17, 30, 9);
        using var bBuffer = Accelerator.Allocate2DDenseY(Wide(b));
        using var counts = Accelerator.Allocate1D<int>(13);
        using var temp = Accelerator.Allocate1D<int>(1);
        using var neighbors = Accelerator.Allocate2DDenseY<int>((13, 17));
        using var weights = Accelerator.Allocate2DDenseY<double>((13, 17));
        var shape = Accelerator.ComputeSparseMatrixShapeConverter(
            Stream, bBuffer.View, new DoubleEpsPredicate<Stride2D.DenseY>(bBuffer.View, 0), counts.View, _ => neighbors.View, temp.View);
        var sparse = Accelerator.ComputeSparseMatrixView(Stream, bBuffer.View, shape, weights.View);
        Assert.That((sparse.NumRows.X, sparse.NumColumns.X, sparse.Neighbors.Extent.Y, shape.NumRows.X), Is.EqualTo((13, 17, 17L, 13)));
        var inputs = lefts.Select(a => Accelerator.Allocate2DDenseY(Wide(a))).ToList();
        var outputs = lefts.Select(a => Accelerator.Allocate2DDenseY(Filled(a.GetLength(0), 13, -1.0))).ToList();
        using var mask = Accelerator.Allocate2DDenseY(Filled(20, 13, 1.0));
        using var processor = new MaskedMatrixProcessor<double, DoubleEpsPredicate<Stride2D.DenseY>, Stride2D.DenseY,
            DoubleMaskedSparseMatrixProcessor>(Accelerator, 2);
        Assert.That((processor.Predicate, processor.MaxNumConcurrentStreams), Is.EqualTo(((DoubleEpsPredicate<Stride2D.DenseY>?)null, 2)));
        processor.MultiplyBatchedTransposed(
            Stream, [.. inputs.Select(i => i.View)], [.. inputs.Select(_ => sparse)], [.. outputs.Select(o => o.View)]);
        for (int i = 0; i < lefts.Length; i++)
        {
            Assert.That(outputs[i].GetAsArray2D(), Is.EqualTo(Product(lefts[i], b, v => (double)v, (_, _) => true, 0.0)));
        }

        processor.Predicate = new DoubleEpsPredicate<Stride2D.DenseY>(mask.View, 2);
        outputs[0].CopyFromCPU(Filled(11, 13, -1.0));
        processor.MultiplyTransposed(Stream, inputs[0].View, sparse, outputs[0].View);
        Assert.That(outputs[0].GetAsArray2D(), Is.EqualTo(Filled(11, 13, -1.0)), "nothing is wanted");
        Accelerator.MultiplySparseTransposedMatrixMasked(
            Stream, new DoubleEpsPredicate<Stride2D.DenseY>(mask.View, 0.5), inputs[0].View, sparse, outputs[0].View);
        Assert.That(outputs[0].GetAsArray2D(), Is.EqualTo(Product(lefts[0], b, v => (double)v, (_, _) => true, 0.0)));
        Assert.That(() => processor.MultiplyBatchedTransposed(Stream, [], [sparse], []), Throws.TypeOf<ArgumentException>());
        var order = new List<int>();
        processor.ProcessConcurrently(3, (_, i) => order.Add(i));
        using var streams = new ConcurrentStreamProcessor(Accelerator, 1, accelerator => accelerator.CreateStream());
        streams.ProcessConcurrently(Stream, 1, (_, i) => order.Add(i));
        Assert.That(order, Is.EqualTo(new[] { 0, 1, 2, 0 }));
        if (IsPtxMachine)
        {
            int waits = Waits();
            Assert.That(
                () => processor.ProcessConcurrently(3, (_, i) => throw new FormatException($"{i}")),
                Throws.TypeOf<FormatException>().With.Message.EqualTo("0"));
            Assert.That(Waits(), Is.EqualTo(waits + 2), "the streams are waited for all the same");
        }

        static int Waits() => PtxDriver.Calls.Count(call => call.StartsWith("cuStreamSynchronize", StringComparison.Ordinal));

        inputs.Concat(outputs).ToList().ForEach(buffer => buffer.Dispose());
    }

    private static double[,] Wide(float[,] matrix)
    {
        var result = new double[matrix.GetLength(0), matrix.GetLength(1)];
        for (int i = 0; i < matrix.Length; i++)
        {
            result.SetValue(
                (double)matrix[i / result.GetLength(1), i % result.GetLength(1)],
                new Index2D(i / result.GetLength(1), i % result.GetLength(1)));
        }

        return result;
    }
}

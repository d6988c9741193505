namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// Blocked matrix product: each task owns a strip of columns of one matrix of the batch and packs both factors a block at a time.
/// </summary>
internal sealed unsafe class MatrixProduct(CpuThreads threads)
{
    /// <summary>Columns per task, a multiple of every kernel's tile.</summary>
    private const int StripColumns = 96;

    /// <summary>Rows per task, a multiple of every kernel's rows.</summary>
    private const int StripRows = 240;

    private const int BlockDepth = 256;

    /// <summary>Steps of a sum in float32: rounding errors grow with them, not with the whole depth.</summary>
    private const int SumDepth = 4 * BlockDepth;

    private readonly Scratch[] _workerScratch = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];

    // Vectors of a strip are contiguous; successive reduction steps are one strip apart.
    private readonly int[] _bases = GC.AllocateArray<int>(StripColumns, pinned: true);
    private readonly int[] _offsets = Steps();

    /// <summary>c [Batch, M, N] = a · b; see <see cref="MatMulCall"/>.</summary>
    public void Run(MicroKernel kernel, float* a, float* b, float* c, in MatMulGeometry g)
    {
        if (g.M == 1 || g.N == 1)
        {
            MatrixVector.Run(threads, a, b, c, g);
            return;
        }

        for (var v = 0; v < StripColumns / kernel.Lanes; v++)
        {
            _bases[v] = v * kernel.Lanes;
        }

        var strips = (g.N + StripColumns - 1) / StripColumns;
        var rowsPerTask = RowsPerTask(kernel, g, g.Batch * strips);
        var rowStrips = (g.M + rowsPerTask - 1) / rowsPerTask;
        threads.For(
            g.Batch * strips * rowStrips,
            new StripTask(this, kernel, a, b, c, g, new(strips, rowStrips, rowsPerTask)));
    }

    /// <summary>
    /// Half of the rows if strips of columns alone would leave a thread idle, for instance three strips or one. The sums are the same.
    /// </summary>
    private int RowsPerTask(MicroKernel kernel, in MatMulGeometry g, int strips)
    {
        var isUneven = strips < 4 * threads.Count && strips % threads.Count != 0;
        return isUneven && g.M <= StripRows && g.M >= 4 * kernel.Rows
            ? ((g.M / 2) + kernel.Rows - 1) / kernel.Rows * kernel.Rows
            : StripRows;
    }

    private static int[] Steps()
    {
        var steps = GC.AllocateArray<int>(BlockDepth, pinned: true);
        for (var k = 0; k < BlockDepth; k++)
        {
            steps[k] = k * StripColumns;
        }

        return steps;
    }

    /// <summary>How a matrix is cut into tasks.</summary>
    private readonly record struct Cut(int Strips, int RowStrips, int RowsPerTask);

    /// <summary>Some rows and columns of a result.</summary>
    private readonly record struct Part(int Row, int Rows, int Column, int Columns);

    private readonly struct StripTask(MatrixProduct product, MicroKernel kernel, float* a, float* b, float* c, MatMulGeometry g, Cut cut)
        : ITask
    {
        public void Run(int task, int worker)
        {
            var strip = task % cut.Strips;
            var rowStrip = task / cut.Strips % cut.RowStrips;
            var batch = task / (cut.Strips * cut.RowStrips);
            var column = strip * StripColumns;
            var row = rowStrip * cut.RowsPerTask;
            var part = new Part(row, Math.Min(cut.RowsPerTask, g.M - row), column, Math.Min(StripColumns, g.N - column));
            var accumulators = product._workerScratch[worker].Floats(
                (3 * StripRows + kernel.Rows + BlockDepth) * (long)StripColumns + kernel.Rows * BlockDepth);
            var right = accumulators + (nint)(StripRows + kernel.Rows) * StripColumns;
            var left = right + (nint)BlockDepth * StripColumns;
            var totals = (double*)(left + kernel.Rows * BlockDepth);
            new Span<double>(totals, g.K > SumDepth ? part.Rows * StripColumns : 0).Clear();
            var matrixA = a + (nint)batch * g.M * g.K;
            var matrixB = b + (nint)batch * g.K * g.N;
            for (var k = 0; k == 0 || k < g.K; k += BlockDepth)
            {
                var depth = Math.Min(BlockDepth, g.K - k);
                PackRight(matrixB, k, depth, part, right);
                Multiply(matrixA, k, depth, part, left, right, accumulators);
                if (g.K > SumDepth && (k + depth == g.K || (k + depth) % SumDepth == 0))
                {
                    Reducers.Columns<Reducers.Sum>(accumulators, totals, part.Rows * StripColumns);
                }
            }

            if (g.K > SumDepth)
            {
                Reducers.Round(totals, 1, accumulators, part.Rows * StripColumns);
            }

            for (var r = 0; r < part.Rows; r++)
            {
                new ReadOnlySpan<float>(accumulators + r * StripColumns, part.Columns)
                    .CopyTo(new Span<float>(c + ((nint)batch * g.M + row + r) * g.N + column, part.Columns));
            }
        }

        private void Multiply(float* matrix, int k, int depth, Part part, float* left, float* right, float* accumulators)
        {
            var vectors = (part.Columns + kernel.Lanes - 1) / kernel.Lanes;
            fixed (int* base0 = product._bases, steps = product._offsets)
            {
                for (var r = 0; r < part.Rows; r += kernel.Rows)
                {
                    PackLeft(matrix, k, depth, part.Row + r, Math.Min(kernel.Rows, part.Rows - r), left);
                    for (var v = 0; v < vectors;)
                    {
                        var tile = kernel.NextTile(vectors - v);
                        kernel.Run(
                            tile, depth, left, new(right, base0 + v, steps),
                            new(accumulators + r * StripColumns + v * kernel.Lanes, StripColumns, accumulates: k % SumDepth > 0));
                        v += tile;
                    }
                }
            }
        }

        private void PackLeft(float* matrix, int k, int depth, int row, int used, float* left)
        {
            if (!g.TransposeA)
            {
                Panels.FromRows(matrix + (nint)row * g.K + k, g.K, used, depth, kernel.Rows, left);
                return;
            }

            Panels.FromColumns(matrix + (nint)k * g.M + row, g.M, used, depth, kernel.Rows, left);
        }

        /// <summary>right [depth][StripColumns], zeros beyond the matrix.</summary>
        private void PackRight(float* matrix, int k, int depth, Part part, float* right)
        {
            var (column, columns) = (part.Column, part.Columns);
            if (g.TransposeB)
            {
                Transpose.Run(matrix + (nint)column * g.K + k, g.K, columns, StripColumns, depth, right, StripColumns);
                return;
            }

            for (var i = 0; i < depth; i++)
            {
                var to = new Span<float>(right + i * StripColumns, StripColumns);
                new ReadOnlySpan<float>(matrix + (nint)(k + i) * g.N + column, columns).CopyTo(to);
                to[columns..].Clear();
            }
        }
    }
}

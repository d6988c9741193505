using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>Matrix-vector products: the matrix is read once, in place, and nothing is packed.</summary>
internal static unsafe class MatrixVector
{
    /// <summary>Columns per task if rows are summed: the sums stay in the L1 cache while the rows stream through it.</summary>
    private const int StripColumns = 1024;

    /// <summary>Elements of the matrix per task if results are dot products with rows.</summary>
    private const int TaskElements = 32768;

    /// <summary>Rows per partial sum in float32: rounding errors grow with the rows of a chunk, not with all rows.</summary>
    private const int ChunkRows = 256;

    /// <summary>Elements per partial sum of a dot product, in 64 lanes.</summary>
    private const int ChunkElements = 64 * ChunkRows;

    /// <summary>c [Batch, M, N] = a · b where M or N is 1; see <see cref="MatMulCall"/>.</summary>
    public static void Run(CpuThreads threads, float* a, float* b, float* c, in MatMulGeometry g)
    {
        // The matrix is [results, K] for dot products with its rows, or [K, results] for weighted sums of its rows.
        var isLeft = g.N == 1;
        var (matrix, vector) = isLeft ? ((nint)a, (nint)b) : ((nint)b, (nint)a);
        var results = isLeft ? g.M : g.N;
        if (isLeft ? g.TransposeA : !g.TransposeB)
        {
            var strips = (results + StripColumns - 1) / StripColumns;
            threads.For(g.Batch * strips, new SumTask((float*)matrix, (float*)vector, c, results, g.K, strips));
            return;
        }

        var rows = Math.Max(TaskElements / Math.Max(g.K, 1), 4);
        var shares = (results + rows - 1) / rows;
        threads.For(g.Batch * shares, new DotTask((float*)matrix, (float*)vector, c, results, g.K, rows, shares));
    }

    private readonly struct DotTask(float* matrix, float* vector, float* y, int results, int depth, int rows, int shares) : ITask
    {
        public void Run(int task, int worker)
        {
            var (batch, share) = Math.DivRem(task, shares);
            var x = vector + (nint)batch * depth;
            for (var row = share * rows; row < Math.Min((share + 1) * rows, results); row++)
            {
                var index = (nint)batch * results + row;
                double sum = 0;
                for (long first = 0; first < depth; first += ChunkElements)
                {
                    sum += Dot(matrix + index * depth + first, x + first, (int)Math.Min(ChunkElements, depth - first));
                }

                y[index] = (float)sum;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float Dot(float* a, float* b, int count)
        {
            var (s0, s1, s2, s3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            var i = 0;
            for (; i <= count - 4 * Lanes.Count; i += 4 * Lanes.Count)
            {
                s0 = Lanes.MultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s0);
                s1 = Lanes.MultiplyAdd(Vector512.Load(a + i + Lanes.Count), Vector512.Load(b + i + Lanes.Count), s1);
                s2 = Lanes.MultiplyAdd(Vector512.Load(a + i + 2 * Lanes.Count), Vector512.Load(b + i + 2 * Lanes.Count), s2);
                s3 = Lanes.MultiplyAdd(Vector512.Load(a + i + 3 * Lanes.Count), Vector512.Load(b + i + 3 * Lanes.Count), s3);
            }

            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                s0 = Lanes.MultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s0);
            }

            var sum = Vector512.Sum((s0 + s1) + (s2 + s3));
            for (; i < count; i++)
            {
                sum += a[i] * b[i];
            }

            return sum;
        }
    }

    private readonly struct SumTask(float* matrix, float* vector, float* y, int results, int depth, int strips) : ITask
    {
        [SkipLocalsInit]
        public void Run(int task, int worker)
        {
            var (batch, strip) = Math.DivRem(task, strips);
            var column = strip * StripColumns;
            var columns = Math.Min(StripColumns, results - column);
            var rows = matrix + (nint)batch * depth * results + column;
            var weights = vector + (nint)batch * depth;
            var chunk = stackalloc float[StripColumns];
            var sums = stackalloc double[StripColumns];
            new Span<double>(sums, columns).Clear();
            for (var first = 0; first < depth; first += ChunkRows)
            {
                Runs.Fill(chunk, 0, columns);
                var k = first;
                var end = Math.Min(first + ChunkRows, depth);
                for (; k <= end - 4; k += 4)
                {
                    AddFourRows(rows + (nint)k * results, results, weights + k, chunk, columns);
                }

                for (; k < end; k++)
                {
                    Runs.AddScaled(weights[k], rows + (nint)k * results, chunk, columns);
                }

                Reducers.Columns<Reducers.Sum>(chunk, sums, columns);
            }

            Reducers.Round(sums, 1, y + (nint)batch * results + column, columns);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void AddFourRows(float* rows, nint pitch, float* weights, float* y, int count)
        {
            var (w0, w1, w2, w3) = (
                Vector512.Create(weights[0]), Vector512.Create(weights[1]), Vector512.Create(weights[2]), Vector512.Create(weights[3]));
            var i = 0;
            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                var sum = Lanes.MultiplyAdd(Vector512.Load(rows + i), w0, Vector512.Load(y + i));
                sum = Lanes.MultiplyAdd(Vector512.Load(rows + pitch + i), w1, sum);
                sum = Lanes.MultiplyAdd(Vector512.Load(rows + 2 * pitch + i), w2, sum);
                Lanes.MultiplyAdd(Vector512.Load(rows + 3 * pitch + i), w3, sum).Store(y + i);
            }

            for (; i < count; i++)
            {
                for (var row = 0; row < 4; row++)
                {
                    y[i] = float.MultiplyAddEstimate(rows[row * pitch + i], weights[row], y[i]);
                }
            }
        }
    }
}

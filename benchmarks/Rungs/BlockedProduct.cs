using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>Packs a strip of the right factor.</summary>
/// <param name="k">first row of the factor</param>
/// <param name="depth">number of rows</param>
/// <param name="column">first column</param>
/// <param name="columns">number of columns, at most the strip's width</param>
/// <param name="strip">[depth][width]; zeros beyond <paramref name="columns"/></param>
internal unsafe delegate void StripSource(int k, int depth, int column, int columns, float* strip);

/// <summary>
/// The blocked matrix product of rungs 7 to 10: the sum is cut into blocks of <see cref="BlockDepth"/>, so that a strip of b stays in the
/// L1 cache while it is multiplied with all panels of a, which stay in the L2 cache.
/// </summary>
internal sealed unsafe class BlockedProduct<TVector, TSimd>
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    /// <summary>With a strip's width of 32 floats this is 32 KB: the size of an L1 cache.</summary>
    private const int BlockDepth = 256;

    /// <summary>Strips that a task computes for each packed block of a.</summary>
    private const int StripsPerTask = 8;

    private const int Rows = PackedTile<TVector, TSimd>.Rows;

    private readonly Scratch _left = new();

    /// <summary>c [rows, columns] = a [rows, depth] · b [depth, columns], where <paramref name="source"/> packs b.</summary>
    public void Run(float* a, StripSource source, float* c, int rows, int columns, int depth, int threads)
    {
        var task = StripsPerTask * PackedTile<TVector, TSimd>.Width;
        var left = _left.Floats((long)(rows + Rows) * depth);
        PackAll(a, left, rows, depth);
        var tasks = (columns + task - 1) / task;
        if (threads == 1)
        {
            for (var t = 0; t < tasks; t++)
            {
                Task(t);
            }
        }
        else
        {
            Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = threads }, Task);
        }

        void Task(int t) => Columns(left, source, c, rows, columns, depth, t * task, Math.Min(task, columns - t * task));
    }

    /// <summary>Packs all of a: block by block of the depth, each with its panels one after another.</summary>
    private static void PackAll(float* a, float* left, int rows, int depth)
    {
        var padded = (rows + Rows - 1) / Rows * Rows;
        for (var k = 0; k < depth; k += BlockDepth)
        {
            var block = Math.Min(BlockDepth, depth - k);
            for (var i = 0; i < rows; i += Rows)
            {
                PackedTile<TVector, TSimd>.PackLeft(
                    a + (nint)i * depth + k, depth, Math.Min(Rows, rows - i), block, left + k * padded + i * block);
            }
        }
    }

    private static void Columns(float* left, StripSource source, float* c, int rows, int columns, int depth, int first, int count)
    {
        var width = PackedTile<TVector, TSimd>.Width;
        var padded = (rows + Rows - 1) / Rows * Rows;
        var strip = stackalloc float[BlockDepth * width];
        for (var k = 0; k < depth; k += BlockDepth)
        {
            var block = Math.Min(BlockDepth, depth - k);
            for (var j = first; j < first + count; j += width)
            {
                var used = Math.Min(width, first + count - j);
                source(k, block, j, used, strip);
                for (var i = 0; i < rows; i += Rows)
                {
                    PackedTile<TVector, TSimd>.Run(
                        block, left + k * padded + i * block, strip, c + (nint)i * columns + j, columns, Math.Min(Rows, rows - i), used,
                        accumulate: k > 0);
                }
            }
        }
    }
}

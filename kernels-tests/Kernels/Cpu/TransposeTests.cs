using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>Pieces of all sizes around the blocks that registers hold, between numbers that nobody may touch.</summary>
public sealed class TransposeTests
{
    [Test]
    public unsafe void EveryNumberArrivesAndNoOtherIsWritten()
    {
        int[] sizes = [1, 7, 8, 9, 15, 16, 17, 24, 31, 33, 47];
        foreach (var rows in sizes)
        {
            foreach (var columns in sizes)
            {
                foreach (var paddedRows in (int[])[rows, rows + 5])
                {
                    var (pitch, toPitch) = (columns + 3, paddedRows + 2);
                    var from = ConvolutionTests.Numbers(rows * pitch, 1);
                    var to = new float[columns * toPitch];
                    to.AsSpan().Fill(float.NaN);
                    fixed (float* source = from, target = to)
                    {
                        Transpose.Run(source, pitch, rows, paddedRows, columns, target, toPitch);
                    }

                    var expected = new float[to.Length];
                    for (var i = 0; i < to.Length; i++)
                    {
                        var (column, row) = Math.DivRem(i, toPitch);
                        expected[i] = row < rows ? from[(row * pitch) + column] : row < paddedRows ? 0 : float.NaN;
                    }

                    Assert.That(to, Is.EqualTo(expected), $"{rows} of {paddedRows} rows, {columns} columns");
                }
            }
        }
    }
}

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

    /// <summary>Of eight rows, what a column writes beyond its place is overwritten by the next column.</summary>
    [Test]
    public unsafe void ColumnsOfEightRowsAreWrittenInOrder([Values(1, 3, 4, 5, 8, 9, 33)] int columns, [Values(1, 3, 4, 5, 7)] int toPitch)
    {
        const int Rows = 8;
        var from = ConvolutionTests.Numbers(Rows * columns, 1);
        var to = new float[(columns * toPitch) + Rows];
        fixed (float* source = from, target = to)
        {
            Transpose.Run(source, columns, Rows, Rows, columns, target, toPitch);
        }

        var expected = Enumerable.Range(0, columns * toPitch).Select(i => from[(i % toPitch * columns) + (i / toPitch)]);
        Assert.That(to.Take(columns * toPitch), Is.EqualTo(expected));
    }
}

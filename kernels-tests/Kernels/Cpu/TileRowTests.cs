using System.Runtime.Intrinsics.X86;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// Rows of pixels to tiles and back, number for number, each way that this processor has. What lies beyond the tiles' own numbers is NaN.
/// </summary>
public sealed class TileRowTests
{
    private const int Tiles = 2 * TileRow.Width, Pitch = Tiles + 5;

    private unsafe delegate void Way(float* from, float* to);

    [TestCase(3, 4)]
    [TestCase(3, 6)]
    [TestCase(4, 6)]
    [TestCase(5, 6)]
    public unsafe void EachElementIsAPixel(int outputs, int points)
    {
        var (linePitch, own) = ((Tiles * outputs) + TileRow.ReadBeyond, ((Tiles - 1) * outputs) + points);
        var pixels = ConvolutionTests.Numbers(points * linePitch, 1);
        for (var line = 0; line < points; line++)
        {
            Array.Fill(pixels, float.NaN, (line * linePitch) + own, linePitch - own);
        }

        TileVector[] starts = [new(0, 0), new(TileRow.Width * outputs, TileRow.Width)];
        Check("fast", (x, y) => TileRow.ToTiles(x, linePitch, starts, outputs, points, y, Pitch));
        Check("plain", (x, y) =>
        {
            for (var line = 0; line < points; line++, x += linePitch, y += TileRow.ElementRows * Pitch)
            {
                Transpose.Run(x, outputs, Tiles, Tiles, TileRow.ElementRows, y, Pitch);
            }
        });

        void Check(string way, Way toTiles)
        {
            var elements = Run(toTiles, pixels, points * TileRow.ElementRows * Pitch);
            for (var i = 0; i < points * points; i++)
            {
                var (line, j) = (i / points, i % points);
                var (first, from) = (((line * TileRow.ElementRows) + j) * Pitch, (line * linePitch) + j);
                var expected = Enumerable.Range(0, Pitch).Select(t => t < Tiles ? pixels[from + (t * outputs)] : float.NaN);
                Assert.That(elements[first..(first + Pitch)], Is.EqualTo(expected.ToArray()), $"{way}: element {j} of line {line}");
            }
        }
    }

    [Test]
    public unsafe void EachPixelIsAnOutputAndTheShift([Values(3, 4, 5)] int outputs)
    {
        const float Shift = 0.375f;
        var tiles = ConvolutionTests.Numbers(outputs * Pitch, 2);
        for (var j = 0; j < outputs; j++)
        {
            Array.Fill(tiles, float.NaN, (j * Pitch) + Tiles, Pitch - Tiles);
        }

        var pixels = Enumerable.Range(0, Tiles * outputs).Select(i => tiles[(i % outputs * Pitch) + (i / outputs)] + Shift);
        float[] expected = [.. pixels, float.NaN];
        Check("fast", (x, y) => TileRow.ToRow(x, Pitch, Tiles, outputs, Shift, y));
        Check("plain", (x, y) =>
        {
            for (var t = 0; t < Tiles; t += TileRow.Width)
            {
                TileRow.ToRowPlainly(x + t, Pitch, outputs, Shift, y + (t * outputs));
            }
        });
        if (outputs == 4 && Avx.IsSupported)
        {
            Check("eight tiles at a time", (x, y) =>
            {
                for (var t = 0; t < Tiles; t += TileRow.Width / 2)
                {
                    TileRow.ToRow4OfEight(x + t, Pitch, Shift, y + (t * outputs));
                }
            });
        }

        void Check(string way, Way toRow) => Assert.That(Run(toRow, tiles, expected.Length), Is.EqualTo(expected), way);
    }

    /// <summary>What a way makes of some numbers; NaN where it writes nothing.</summary>
    private static unsafe float[] Run(Way way, float[] from, int count)
    {
        var to = new float[count];
        Array.Fill(to, float.NaN);
        fixed (float* x = from, y = to)
        {
            way(x, y);
        }

        return to;
    }
}

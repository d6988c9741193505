using IlgpuGan.Tensors.Devices.Cpu.Convolution;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>Pixels laid out for a convolution of small planes, number for number, from any pixel on and for any number of them.</summary>
public sealed class SmallPlanesTests
{
    private const float Sentinel = -12345.625f;

    /// <summary>Shifted planes, strides, dilation, planes that shrink or grow, and both ends of the input.</summary>
    [TestCase("3 2 4 4 5 3 3 1 1 1")]
    [TestCase("4 3 6 6 5 3 3 1 1 1")]
    [TestCase("4 3 6 6 5 3 3 1 0 1")]
    [TestCase("2 3 2 2 5 3 3 1 1 1")]
    [TestCase("5 2 8 8 3 4 4 2 1 1")]
    [TestCase("3 2 16 16 3 4 4 2 1 1")]
    [TestCase("3 2 5 7 3 3 3 2,1 1,2 1")]
    [TestCase("2 2 9 9 3 3 3 1 2 2")]
    [TestCase("3 2 16 16 3 5 5 1 0 1")]
    [TestCase("2 1 12 24 3 4 4 2 1 1")]
    public void EachPixelIsWhatItsTapReads(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        AssertFilled(Correlation.Forward(g));
        AssertFilled(Correlation.InputGradient(g));
    }

    private static unsafe void AssertFilled(Correlation c)
    {
        (int Y, int X)[] places = [.. c.Phases.SelectMany(p => p.Taps).Select(t => (t.Y, t.X)).Distinct()];
        var planes = new SmallPlanes(c, places);
        var pixels = c.Images * c.Rows * c.Columns;
        var x = ConvolutionTests.Numbers(c.Images * c.Channels * c.InH * c.InW, 1);
        var to = new float[pixels + 2];
        fixed (float* input = x, output = to)
        {
            for (var place = 0; place < places.Length; place++)
            {
                for (var channel = 0; channel < c.Channels; channel++)
                {
                    foreach (var first in (int[])[0, 1, c.Columns, pixels / 2])
                    {
                        foreach (var count in (int[])[1, Math.Min(c.Columns, pixels - first), pixels - first])
                        {
                            Array.Fill(to, Sentinel);
                            planes.Fill(place, input, channel, first, count, output + 1);
                            var expected = Enumerable.Range(first, count).Select(pixel => Seen(c, x, places[place], channel, pixel));
                            Assert.That(to[1..(count + 1)], Is.EqualTo(expected), $"{places[place]}, {count} from {first}");
                            Assert.That((to[0], to[count + 1]), Is.EqualTo((Sentinel, Sentinel)), "written beyond");
                        }
                    }
                }
            }
        }
    }

    private static float Seen(Correlation c, float[] x, (int Y, int X) place, int channel, int pixel)
    {
        var (image, inPlane) = Math.DivRem(pixel, c.Rows * c.Columns);
        var (row, column) = Math.DivRem(inPlane, c.Columns);
        var (inY, inX) = ((row * c.StrideY) + place.Y, (column * c.StrideX) + place.X);
        return inY < 0 || inY >= c.InH || inX < 0 || inX >= c.InW
            ? 0
            : x[(((((image * c.Channels) + channel) * c.InH) + inY) * c.InW) + inX];
    }
}

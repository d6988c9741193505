using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>
/// Computes the columns [Depth, Pixels], whose row (c, ky, kx) is channel c shifted by the tap. They turn a convolution into a matrix
/// product, at the price of an array nine times as large as the input.
/// </summary>
internal sealed unsafe class Im2Col
{
    private readonly Scratch _memory = new();

    /// <summary>The columns of x; valid until the next call.</summary>
    /// <param name="layer">sizes</param>
    /// <param name="x">[Channels, Height + 2, Width + 2]</param>
    public float* Of(Convolution3x3 layer, float[] x)
    {
        var columns = _memory.Floats((long)layer.Depth * layer.Pixels);
        for (var c = 0; c < layer.Channels; c++)
        {
            for (var tap = 0; tap < Convolution3x3.Taps; tap++)
            {
                for (var row = 0; row < layer.Height; row++)
                {
                    var from = (c * layer.InHeight + row + tap / 3) * layer.InWidth + tap % 3;
                    var to = (nint)(c * Convolution3x3.Taps + tap) * layer.Pixels + row * layer.Width;
                    x.AsSpan(from, layer.Width).CopyTo(new Span<float>(columns + to, layer.Width));
                }
            }
        }

        return columns;
    }
}

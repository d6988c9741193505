using IlgpuGan.Benchmarks.Ops;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>
/// The problem that every rung solves: a 3 × 3 convolution of stride 1, as in a ResNet generator's blocks,
/// y [Filters, Height, Width] from x [Channels, Height + 2, Width + 2], which includes the padding, and w [Filters, Channels, 3, 3].
/// As a matrix product it is y [Filters, Pixels] = w [Filters, Depth] · columns [Depth, Pixels].
/// </summary>
internal sealed record Convolution3x3(int Channels, int Filters, int Height, int Width)
{
    public const int Taps = 9;

    public int InHeight => Height + 2;

    public int InWidth => Width + 2;

    /// <summary>Terms of each output's sum.</summary>
    public int Depth => Channels * Taps;

    /// <summary>Pixels of an output channel.</summary>
    public int Pixels => Height * Width;

    /// <summary>Operations; a multiply-add counts as two.</summary>
    public long Flops => 2L * Filters * Depth * Pixels;

    /// <summary>A random input in [−1, 1).</summary>
    public float[] DrawInput() => OpBenchmark.Draw(Channels * InHeight * InWidth);

    /// <summary>A random weight, scaled so that outputs are about 1.</summary>
    public float[] DrawWeight() => [.. OpBenchmark.Draw(Filters * Depth, seed: 2).Select(value => value * (1 / MathF.Sqrt(Depth)))];

    public float[] NewOutput() => new float[Filters * Pixels];
}

using System.Runtime.CompilerServices;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>Rung 1: the definition, loop by loop. All other rungs compute the same numbers.</summary>
internal sealed class SixLoops : IRung
{
    public string Name => "six loops";

    public string Change => "the definition: for each output, sum over channels and taps";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads)
    {
        for (var f = 0; f < layer.Filters; f++)
        {
            for (var row = 0; row < layer.Height; row++)
            {
                for (var column = 0; column < layer.Width; column++)
                {
                    float sum = 0;
                    for (var c = 0; c < layer.Channels; c++)
                    {
                        for (var ky = 0; ky < 3; ky++)
                        {
                            for (var kx = 0; kx < 3; kx++)
                            {
                                sum += w[(f * layer.Channels + c) * 9 + ky * 3 + kx]
                                    * x[(c * layer.InHeight + row + ky) * layer.InWidth + column + kx];
                            }
                        }
                    }

                    y[(f * layer.Height + row) * layer.Width + column] = sum;
                }
            }
        }
    }
}

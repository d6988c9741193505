using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Benchmarks.Steps;

/// <summary>
/// Weights and inputs that two programs compute identically without sharing a file: each number is an integer hash of its index. So their
/// losses can be compared (<c>Peers/torch_small.py</c> has the same formula).
/// </summary>
internal static class HashedNumbers
{
    private const double DeviationOfWeights = 0.02;

    /// <summary>Offset of the streams of batch norms' scales from those of a network's parameters.</summary>
    private const int ScaleStreamOffset = 100;

    private static readonly double s_rootOfTwelve = Math.Sqrt(12);

    /// <summary>Uniform numbers with a given mean and standard deviation.</summary>
    /// <param name="stream">index of the sequence; different streams have different numbers</param>
    /// <param name="shape">shape of the tensor, which gives their count</param>
    /// <param name="deviation">standard deviation</param>
    /// <param name="mean">mean</param>
    public static float[] Draw(int stream, Shape shape, double deviation, double mean = 0)
    {
        var values = new float[shape.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] =
                (float)((((Hash((uint)(i + 1 + (1000003L * stream))) >> 8) / 16777216.0) - 0.5) * s_rootOfTwelve * deviation + mean);
        }

        return values;
    }

    /// <summary>
    /// Moves a network to a device and sets its weights: convolutions around 0, scales of batch norms around 1, biases 0. Returns it.
    /// </summary>
    public static T InitializeHashed<T>(this T network, int stream, Device device)
        where T : Module
    {
        network.Initialize(1).To(device);
        var parameter = 0;
        foreach (var (_, tensor) in network.Parameters)
        {
            var index = stream + parameter++;
            tensor.Value.CopyFrom(tensor.Shape.Rank == 4 ? Draw(index, tensor.Shape, DeviationOfWeights) : new float[tensor.Shape.Count]);
        }

        var norm = 0;
        foreach (var layer in network.Descendants().OfType<BatchNorm2d>())
        {
            layer.Weight!.Value.CopyFrom(Draw(stream + ScaleStreamOffset + norm++, layer.Weight.Shape, DeviationOfWeights, 1));
        }

        return network;
    }

    private static uint Hash(uint x)
    {
        x = (x ^ (x >> 15)) * 0x297a2d39;
        x = (x ^ (x >> 12)) * 0x2c1b3c6d;
        x = (x ^ (x >> 15)) * 0x297a2d39;
        return x ^ (x >> 15);
    }
}

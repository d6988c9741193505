using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>Networks that have seen something: weights with signal, norms with statistics of their own.</summary>
internal static class SampleNetworks
{
    public static readonly Device Cpu = Device.Open("cpu", threads: 1);

    /// <summary>Gives a network weights, biases and scales of a seed, and batch norms the statistics of a few random pictures.</summary>
    /// <param name="network">fresh from its constructor, without dropout</param>
    /// <param name="seed">decides all numbers</param>
    /// <param name="shape">pictures to see, [N, C, H, W]</param>
    public static T Seasoned<T>(this T network, ulong seed, params int[] shape)
        where T : Layer
    {
        network.Initialize(seed, Initialization.Kaiming).To(Cpu);
        var random = new Random((int)seed);
        foreach (var (name, tensor) in network.NamedTensors())
        {
            if (tensor.Shape.Rank == 1 && tensor.Role == TensorRole.Parameter)
            {
                var around = name.EndsWith("weight", StringComparison.Ordinal) ? 1f : 0f;
                tensor.Value.CopyFrom(
                    Enumerable.Range(0, (int)tensor.Shape.Count).Select(_ => around + (0.3f * ((2 * random.NextSingle()) - 1))).ToArray());
            }
        }

        for (var i = 0; i < 2 && network.NamedTensors().Any(t => t.Tensor.Role == TensorRole.Buffer); i++)
        {
            network.Train().Run(Picture(seed + (ulong)i, shape), shape);
        }

        return network;
    }

    /// <summary>Random colours in [−1, 1], smooth here and noisy there, as networks see them.</summary>
    public static float[] Picture(ulong seed, params int[] shape)
    {
        var random = new Random((int)seed);
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            var (x, y) = (i % shape[3], i / shape[3] % shape[2]);
            var smooth = MathF.Sin((x * 0.11f) + (i / (shape[2] * shape[3]))) * MathF.Cos(y * 0.07f);
            values[i] = (0.7f * smooth) + (0.3f * ((2 * random.NextSingle()) - 1));
        }

        return values;
    }

    /// <summary>A forward in the network's present mode, without gradients.</summary>
    public static (int[] Shape, float[] Values) Run(this Module network, float[] input, params int[] shape)
    {
        using var noGrad = GradMode.NoGrad();
        using var step = Cpu.Step();
        var output = ((Layer)network).Forward(Tensor.From(input, new Shape(shape), Cpu));
        return (output.Shape.ToArray(), output.ToArray());
    }

    public static float LargestDifference(float[] a, float[] b)
    {
        NUnit.Framework.Assert.That(a, NUnit.Framework.Has.Length.EqualTo(b.Length));
        return a.Zip(b, (x, y) => MathF.Abs(x - y)).Max();
    }
}

using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.Unsb;

/// <summary>
/// A step of the bridge as a vector: sines and cosines of its index at frequencies from 1 down to 1/10,000, then two linear layers with
/// leaky ReLUs. State-dict keys are the published discriminator's.
/// </summary>
internal sealed class TimeEmbedding : Module
{
    private const int LongestPeriod = 10_000;

    private readonly int _numbers;
    private readonly Sequential _main;

    /// <param name="numbers">length of the vector, even and at least 4</param>
    public TimeEmbedding(int numbers)
    {
        _numbers = numbers;
        _main = Add("main", new Sequential(
            new Linear(numbers, numbers), new LeakyRelu(), new Linear(numbers, numbers), new LeakyRelu()));
    }

    /// <returns>[1, numbers]</returns>
    public Tensor Forward(int time, Device device)
    {
        using var waves = Waves(time, _numbers, device);
        return _main.Forward(waves);
    }

    /// <summary>sin and cos of time · 10,000^(−i / (n/2 − 1)) for i from 0 to n/2 − 1, [1, n].</summary>
    internal static Tensor Waves(int time, int numbers, Device device)
    {
        var half = numbers / 2;
        using var indices = PatchNce.Indices(half, device);
        using var logarithms = indices.Affine((float)(-Math.Log(LongestPeriod) / (half - 1)), 0);
        using var frequencies = logarithms.Exp();
        using var angles = frequencies.Affine(time, 0);
        using var sines = angles.Sin();
        using var cosines = angles.Cos();
        using var waves = TensorOps.Concat(0, sines, cosines);
        return waves.Reshape(1, numbers);
    }
}

using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families;

/// <summary>What a step draws at random, which tests set, and what it computes together; recordings take both for constant.</summary>
public abstract partial class GanModel
{
    /// <summary>Mixing weights of real and fake in a gradient penalty: a number from [0, 1) for each sample, [N, 1, …].</summary>
    internal Tensor Mix(Tensor like) => Uniform("mix", new Shape([like.Shape[0], .. Enumerable.Repeat(1, like.Shape.Rank - 1)]));

    /// <summary>
    /// Values that <see cref="Normal"/> and <see cref="Uniform"/> return instead of random numbers, by the name of the draw; null to draw.
    /// Tests set known numbers.
    /// </summary>
    internal Func<string, Shape, Tensor>? FixedDraws
    {
        get;
        set
        {
            field = value;
            _phases.Forget();
        }
    }

    /// <summary>
    /// So many replays of each recording run beside <see cref="Update"/>, which must leave the same bits. Tests set it, to have named what
    /// a family's update does and a replay does not.
    /// </summary>
    internal int ReplayChecks { set => _phases.Checks = value; }

    /// <summary>Random numbers from N(0, 1), new in each step.</summary>
    /// <param name="name">of the draw, unique in a step: <c>z</c></param>
    /// <param name="shape">of the result</param>
    protected Tensor Normal(string name, Shape shape) => FixedDraws?.Invoke(name, shape).Share() ?? Tensor.Normal(Random, shape, Device);

    /// <summary>Uniform random numbers from [0, 1), new in each step.</summary>
    /// <param name="name">of the draw, unique in a step: <c>mix</c></param>
    /// <param name="shape">of the result</param>
    protected Tensor Uniform(string name, Shape shape) => FixedDraws?.Invoke(name, shape).Share() ?? Tensor.Uniform(Random, shape, Device);

    /// <summary>Whether two batches for a network are computed as one: only where the result is the same.</summary>
    protected bool Joins(Layer network, Tensor first, Tensor second) => JointForward.IsExact(network, first, second);
}

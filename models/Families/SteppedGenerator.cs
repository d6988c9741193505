namespace IlgpuGan.Models.Families;

/// <summary>The numbers of steps in which a generator can translate.</summary>
/// <param name="Default">unless the user chooses another</param>
/// <param name="Most">the largest; the smallest is 1</param>
/// <param name="RandomFrom">
/// the least number of steps in which it draws noise, so that other seeds give other outputs; null if it never does
/// </param>
public sealed record StepRange(int Default, int Most, int? RandomFrom);

/// <summary>The steps of a translation, and the noise that they draw.</summary>
/// <param name="Count">number of steps, at least 1</param>
/// <param name="Seed">of the noise</param>
/// <param name="Sample">index of the sample, from 0; each has its own noise</param>
public sealed record TranslationSteps(int Count, ulong Seed = 1, int Sample = 0)
{
    /// <summary>A random stream of its own, so that the noise does not depend on what else is drawn with the seed.</summary>
    private const uint Stream = 0x57E95;

    /// <summary>
    /// Numbers from N(0, 1), the same for all pictures of a batch: the translation of a picture does not depend on the others.
    /// </summary>
    /// <param name="draw">index of the draw in the translation, from 0</param>
    /// <param name="shape">[N, …]</param>
    /// <param name="device">the device to draw on</param>
    public Tensor Noise(int draw, Shape shape, Device device)
    {
        using var one = Tensor.Normal(new RandomKey(Seed, Stream, (uint)Sample, (uint)draw), shape.With(0, 1), device);
        return one.Expand(shape);
    }
}

/// <summary>
/// A generator that translates in one or several steps, each a forward of the same network, which is conditioned on time. As a layer it
/// takes <see cref="Steps"/> steps, with the noise of seed 1.
/// </summary>
/// <param name="steps">initial value of <see cref="Steps"/></param>
internal abstract class SteppedGenerator(int steps) : Layer
{
    /// <summary>Number of steps of <see cref="Forward"/> and of an exported graph.</summary>
    public int Steps { get; set; } = steps;

    public sealed override Tensor Forward(Tensor x) => Translate(x, new TranslationSteps(Steps));

    /// <summary>Translates pictures [N, C, H, W] to [N, C', H, W].</summary>
    public abstract Tensor Translate(Tensor x, TranslationSteps steps);
}

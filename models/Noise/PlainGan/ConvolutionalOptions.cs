using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>Options of a family with DCGAN's networks.</summary>
public abstract record ConvolutionalOptions : LabelledNoiseOptions
{
    /// <summary>The networks go down to 4 pixels, and the generator has at least two upsamplings, the last without a norm.</summary>
    private const int SmallestSide = 16;

    /// <summary>Width of the generator's last hidden layer; it doubles towards the code.</summary>
    [Option("Width of the generator's last hidden layer; it doubles towards the code.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    /// <summary>Width of the discriminator's first layer.</summary>
    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>The discriminator's norms.</summary>
    [Option("The discriminator's norms.")]
    public NormKind NormD { get; init; } = NormKind.Batch;

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (ImageSize < SmallestSide || !int.IsPow2(ImageSize))
        {
            found.Add(
                $"--image-size {ImageSize} must be a power of two and at least {SmallestSide}: {Model}'s networks double from 4 pixels");
        }
    }
}

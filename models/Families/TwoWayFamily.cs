namespace IlgpuGan.Models.Families;

/// <summary>
/// A family that learns both directions from two unpaired sets, with a generator and a discriminator per direction, named as in CycleGAN.
/// Its model is a <see cref="TwoWayModel{TOptions}"/>.
/// </summary>
public abstract class TwoWayFamily<TOptions> : PictureFamily<TOptions>
    where TOptions : PictureOptions
{
    /// <summary>From A to B.</summary>
    internal const string Forwards = "netG_A";

    /// <summary>From B to A.</summary>
    internal const string Backwards = "netG_B";

    /// <summary>Named after the generator whose outputs it judges.</summary>
    internal const string DiscriminatorOfB = "netD_A";
    internal const string DiscriminatorOfA = "netD_B";

    /// <summary>The views of <see cref="TwoWayModel{TOptions}"/>.</summary>
    private protected static readonly string[] s_views = ["real_A", "fake_B", "rec_A", "real_B", "fake_A", "rec_B"];

    /// <summary>A generator with these numbers of channels, not yet initialised.</summary>
    protected abstract Layer CreateGenerator(TOptions o, int inputChannels, int outputChannels);

    /// <summary>A discriminator of pictures with this number of channels, not yet initialised.</summary>
    protected abstract Layer CreateDiscriminator(TOptions o, int channels);

    protected override IReadOnlyList<NetworkSpec> Networks(TOptions o) =>
    [
        new(Forwards, NetworkRole.Generator, () => CreateGenerator(o, o.InputNc, o.OutputNc)),
        new(Backwards, NetworkRole.Generator, () => CreateGenerator(o, o.OutputNc, o.InputNc)),
        new(DiscriminatorOfB, NetworkRole.Discriminator, () => CreateDiscriminator(o, o.OutputNc)),
        new(DiscriminatorOfA, NetworkRole.Discriminator, () => CreateDiscriminator(o, o.InputNc)),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(TOptions o) =>
        [ForwardGenerator(Forwards, o), BackwardGenerator(Backwards, o)];
}

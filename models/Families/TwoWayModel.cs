namespace IlgpuGan.Models.Families;

/// <summary>The four networks of a <see cref="TwoWayFamily{TOptions}"/>, and their sample pictures.</summary>
public abstract class TwoWayModel<TOptions> : GanModel<TOptions>
    where TOptions : PictureOptions
{
    protected TwoWayModel(Family family, TOptions options, Device device)
        : base(family, options, device)
    {
        GeneratorA = Network<Layer>(TwoWayFamily<TOptions>.Forwards);
        GeneratorB = Network<Layer>(TwoWayFamily<TOptions>.Backwards);
        DiscriminatorA = Network<Layer>(TwoWayFamily<TOptions>.DiscriminatorOfB);
        DiscriminatorB = Network<Layer>(TwoWayFamily<TOptions>.DiscriminatorOfA);
    }

    /// <summary>Both generators, for an optimiser.</summary>
    protected static IReadOnlyList<string> Generators { get; } = [TwoWayFamily<TOptions>.Forwards, TwoWayFamily<TOptions>.Backwards];

    /// <summary>Both discriminators, for an optimiser.</summary>
    protected static IReadOnlyList<string> Discriminators { get; } =
        [TwoWayFamily<TOptions>.DiscriminatorOfB, TwoWayFamily<TOptions>.DiscriminatorOfA];

    /// <summary>A to B.</summary>
    public Layer GeneratorA { get; }

    /// <summary>B to A.</summary>
    public Layer GeneratorB { get; }

    /// <summary>Judges pictures of B.</summary>
    public Layer DiscriminatorA { get; }

    /// <summary>Judges pictures of A.</summary>
    public Layer DiscriminatorB { get; }

    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        var (a, b) = (batch.A, batch.B);
        var (fakeB, fakeA) = (GeneratorA.Forward(a), GeneratorB.Forward(b));
        return [a, fakeB, GeneratorB.Forward(fakeB), b, fakeA, GeneratorA.Forward(fakeA)];
    }

    /// <summary>Whether gradients reach the discriminators' weights.</summary>
    protected void SetDiscriminatorsTrainable(bool trainable) =>
        (DiscriminatorA.RequiresGrad, DiscriminatorB.RequiresGrad) = (trainable, trainable);
}

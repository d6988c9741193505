namespace IlgpuGan.Models.Families;

/// <summary>The pictures to generate; <see cref="GenerationSpec"/> says which of these options a family supports.</summary>
public sealed record GenerationRequest
{
    public int Count { get; init; } = 1;

    /// <summary>Seed of all random numbers: the same seed gives the same pictures.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>One of the family's classes, or attributes separated by commas; null for all in turn.</summary>
    public string? Label { get; init; }

    /// <summary>Label vectors to generate for in turn, in place of <see cref="Label"/>; null for that.</summary>
    internal IReadOnlyList<float[]>? Labels { get; init; }

    /// <summary>Embeddings to generate for in turn, for a family that takes them; null for those that the run has stored.</summary>
    public IReadOnlyList<float[]>? Embeddings { get; init; }

    /// <summary>Rows and columns in pixels; null for the size of training.</summary>
    public Size2d? Size { get; init; }

    /// <summary>Interpolate in equal steps from the first picture to the last.</summary>
    public bool Interpolate { get; init; }

    /// <summary>
    /// The scale at which randomness starts, or at which a picture is injected; 0 is the coarsest. Null for the family's default.
    /// </summary>
    public int? FromScale { get; init; }

    /// <summary>A picture to inject.</summary>
    public Picture? Inject { get; init; }

    /// <summary>White where the result of <see cref="Inject"/> is used, black where the training picture remains.</summary>
    public Picture? Mask { get; init; }

    /// <summary>Pixels by which the white of the mask grows before its edge is smoothed.</summary>
    public int MaskGrow { get; init; } = 7;

    /// <summary>Enlarge the training picture four times (super-resolution).</summary>
    public bool SuperResolve { get; init; }

    /// <summary>Generate consecutive frames of an animation.</summary>
    public bool Animate { get; init; }

    /// <summary>Number of steps that the model was trained for; determines its stage (<see cref="GanModel.StageAt"/>).</summary>
    public long StepsTaken { get; init; }
}

namespace IlgpuGan.Models.Families;

/// <summary>The pictures to generate; <see cref="GenerationSpec"/> says which of these options a family supports.</summary>
public sealed record GenerationRequest
{
    [Option("Pictures to make.", Least = 1, Most = 1_000_000)]
    public int Count { get; init; } = 1;

    /// <summary>Seed of all random numbers: the same seed gives the same pictures.</summary>
    [Option("Seed of all random numbers: the same seed gives the same pictures.")]
    [Served]
    public ulong Seed { get; init; } = 1;

    /// <summary>One of the family's classes, or attributes separated by commas; null for all in turn.</summary>
    [Option("Class of the pictures, or comma-separated attributes (default all in turn).", Values = "L")]
    [Served]
    public string? Label { get; init; }

    /// <summary>Label vectors to generate for in turn, in place of <see cref="Label"/>; null for that.</summary>
    internal IReadOnlyList<float[]>? Labels { get; init; }

    /// <summary>Embeddings to generate for in turn, for a family that takes them; null for those that the run has stored.</summary>
    public IReadOnlyList<float[]>? Embeddings { get; init; }

    /// <summary>Rows and columns in pixels; null for the size of training.</summary>
    [Option("Size of the pictures (default that of training).", Values = "WxH", Most = OptionsValidation.LargestSide)]
    [Served]
    public Size2d? Size { get; init; }

    /// <summary>Interpolate in equal steps from the first picture to the last.</summary>
    [Option("Interpolate between two pictures in equal steps.")]
    public bool Interpolate { get; init; }

    /// <summary>
    /// The scale at which randomness starts, or at which a picture is injected; 0 is the coarsest. Null for the family's default.
    /// </summary>
    [Option(
        "For a pyramid, the coarsest scale with new noise, from 0; with --inject, the scale at which the picture is injected.",
        Least = 0, Most = 1000)]
    [Served]
    public int? FromScale { get; init; }

    /// <summary>A picture to inject.</summary>
    public Picture? Inject { get; init; }

    /// <summary>White where the result of <see cref="Inject"/> is used, black where the training picture remains.</summary>
    public Picture? Mask { get; init; }

    /// <summary>Pixels by which the white of the mask grows before its edge is smoothed.</summary>
    [Option("Pixels by which the white of --mask grows before its edge is smoothed.", Least = 0, Most = 1000)]
    public int MaskGrow { get; init; } = 7;

    /// <summary>Enlarge the training picture four times (super-resolution).</summary>
    [Option("Enlarge the training picture four times (super-resolution).")]
    [Served]
    public bool SuperResolve { get; init; }

    /// <summary>Generate consecutive frames of an animation.</summary>
    [Option("Generate the frames of an animation.")]
    public bool Animate { get; init; }

    /// <summary>Number of steps that the model was trained for; determines its stage (<see cref="GanModel.StageAt"/>).</summary>
    public long StepsTaken { get; init; }
}

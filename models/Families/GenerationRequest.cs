namespace IlgpuGan.Models.Families;

/// <summary>The pictures to generate; <see cref="GenerationSpec"/> says which of these options a family supports.</summary>
public sealed record GenerationRequest
{
    public int Count { get; init; } = 1;

    /// <summary>Seed of all random numbers: the same seed gives the same pictures.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>One of the family's classes, or attributes separated by commas; null for all in turn.</summary>
    public string? Label { get; init; }

    /// <summary>Embeddings to generate for in turn, for a family that takes them; null for those that the run has stored.</summary>
    public IReadOnlyList<float[]>? Embeddings { get; init; }

    /// <summary>In pixels; null for the size of training.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>The pictures lead in equal steps from one to another.</summary>
    public bool Interpolate { get; init; }

    /// <summary>
    /// The scale at which chance begins, or at which a picture is put in; 0 is the coarsest. Null for the family's default.
    /// </summary>
    public int? FromScale { get; init; }

    /// <summary>A picture to put in.</summary>
    public Picture? Inject { get; init; }

    /// <summary>White where its result is used, black for the training picture.</summary>
    public Picture? Mask { get; init; }

    /// <summary>Pixels by which the white of the mask grows before its edge is smoothed.</summary>
    public int MaskGrow { get; init; } = 7;

    /// <summary>Enlarge the training picture four times (super-resolution).</summary>
    public bool SuperResolve { get; init; }

    /// <summary>The pictures are frames that follow each other.</summary>
    public bool Animate { get; init; }

    /// <summary>Steps that the model was trained for, which <see cref="GanModel.StageAt"/> tells the stage from.</summary>
    public long StepsTaken { get; init; }
}

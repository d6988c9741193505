namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>What is known of a value across lanes: uniform, strided or varying.</summary>
/// <param name="IsKnown">Whether each lane has what the one before it has, plus the step; else they have nothing in common.</param>
/// <param name="Step">0 for what is the same in all lanes; of pointers in bytes.</param>
/// <param name="IsAligned">Whether the first lane's is a multiple of <see cref="VectorPlan.Lanes"/>.</param>
internal readonly record struct LaneStep(bool IsKnown, int Step = 0, bool IsAligned = false)
{
    /// <summary>A varying value.</summary>
    public static LaneStep Unknown => default;

    /// <summary>A uniform value.</summary>
    public static LaneStep Same => new(IsKnown: true);

    public bool IsUniform => IsKnown && Step == 0;

    /// <summary>The numbers of neighbouring lanes, the first a multiple of their count.</summary>
    public bool IsRow => IsKnown && Step == 1 && IsAligned;

    /// <summary>The meet of both.</summary>
    public LaneStep Meet(LaneStep other) =>
        IsKnown && other.IsKnown && Step == other.Step ? this with { IsAligned = IsAligned && other.IsAligned } : Unknown;
}

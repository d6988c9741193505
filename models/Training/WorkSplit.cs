namespace IlgpuGan.Models.Training;

/// <summary>How a training step is divided between processes.</summary>
public enum WorkSplit
{
    /// <summary>The samples of a batch.</summary>
    Data,

    /// <summary>The two directions of a model that translates both ways: two processes, each with the whole batch.</summary>
    Direction,
}

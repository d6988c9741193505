namespace IlgpuGan.Models.Training;

/// <summary>How a training step is divided between processes.</summary>
public enum WorkSplit
{
    /// <summary>Each process takes some of the samples of a batch.</summary>
    Data,

    /// <summary>Each of two processes takes one direction of a model that translates both ways, with the whole batch.</summary>
    Direction,
}

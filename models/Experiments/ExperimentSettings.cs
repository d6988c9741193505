using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation.Segmentation;

namespace IlgpuGan.Models.Experiments;

/// <summary>Output and size of an experiment.</summary>
public sealed record ExperimentSettings
{
    /// <summary>Output folder of runs and tables; an interrupted experiment there is resumed.</summary>
    public required string Output { get; init; }

    /// <summary>Pairs with label maps in <c>train</c> and <c>val</c>; null for facades that the program draws.</summary>
    public string? Data { get; init; }

    /// <summary>Which side holds the label maps: A for AtoB.</summary>
    public Direction Direction { get; init; } = Direction.AToB;

    /// <summary>Side in pixels of the pictures; a power of two from 32.</summary>
    public int Size { get; init; } = 64;

    /// <summary>Training steps of each arm; null for the experiment's own number.</summary>
    public int? Steps { get; init; }

    /// <summary>Synthetic pairs for training, and held-out ones for evaluation.</summary>
    public int Pairs { get; init; } = 400;

    public int HeldOut { get; init; } = 60;

    public ulong Seed { get; init; } = 1;

    public SegmenterSettings Segmenter { get; init; } = new();
}

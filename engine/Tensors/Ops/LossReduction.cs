namespace IlgpuGan.Tensors.Ops;

/// <summary>What a loss does with the values of its elements.</summary>
public enum LossReduction
{
    /// <summary>Their mean: a scalar. Where elements have weights of classes, the sum divided by the sum of those.</summary>
    Mean,

    /// <summary>Their sum: a scalar.</summary>
    Sum,

    /// <summary>The values themselves.</summary>
    None,
}

namespace IlgpuGan.Models.Families;

/// <summary>A kind of training data and its purpose, for which a family is recommended to newcomers.</summary>
public enum Material
{
    /// <summary>Pictures with the answer to each.</summary>
    Pairs,

    /// <summary>Two sets without pairs, each to be turned into the other.</summary>
    TwoSets,

    /// <summary>The same, but one way is enough.</summary>
    TwoSetsOneWay,

    /// <summary>To generate pictures with its patches.</summary>
    OnePicture,

    /// <summary>To generate pictures like them.</summary>
    Pictures,
}

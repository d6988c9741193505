namespace IlgpuGan.Models.Families;

/// <summary>A kind of training data, with its purpose, for which <c>ilgpugan new</c> recommends a family.</summary>
public enum DataSituation
{
    /// <summary>Pictures, each with its target.</summary>
    Pairs,

    /// <summary>Two sets without pairs, each to be turned into the other.</summary>
    TwoSets,

    /// <summary>Two sets without pairs, of which only one is turned into the other.</summary>
    TwoSetsOneWay,

    /// <summary>A single picture, to generate pictures with its patches.</summary>
    OnePicture,

    /// <summary>A set of pictures, to generate similar ones.</summary>
    Pictures,
}

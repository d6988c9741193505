namespace IlgpuGan.Models.Families;

/// <summary>What a person has to learn from, and what is to be made of it: how a newcomer comes to a family.</summary>
public enum Material
{
    /// <summary>Pictures with the answer to each.</summary>
    Pairs,

    /// <summary>Two sets without pairs, each to be turned into the other.</summary>
    TwoSets,

    /// <summary>The same, but one way is enough.</summary>
    TwoSetsOneWay,

    /// <summary>Others with its patches are to be made.</summary>
    OnePicture,

    /// <summary>Others like them are to be made.</summary>
    Pictures,
}

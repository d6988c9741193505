namespace IlgpuGan.Models.Networks;

/// <summary>A network that can begin with the weights of a smaller one, which it has grown out of.</summary>
public interface IGrownNetwork
{
    /// <summary>Copies what both have in common.</summary>
    /// <param name="smaller">another network, with its weights</param>
    /// <returns>whether it is one that this can have grown out of; else nothing is copied</returns>
    bool TryInitializeFrom(Module smaller);
}

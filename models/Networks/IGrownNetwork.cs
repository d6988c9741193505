namespace IlgpuGan.Models.Networks;

/// <summary>A network that can be initialised from a smaller network that it extends.</summary>
internal interface IGrownNetwork
{
    /// <summary>Copies the tensors that both networks have.</summary>
    /// <param name="smaller">the network to copy from</param>
    /// <returns>whether this network extends the smaller one; if not, nothing is copied</returns>
    bool TryInitializeFrom(Module smaller);
}

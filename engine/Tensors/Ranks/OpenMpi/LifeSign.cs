namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>What a process shows the others between two looks; the larger says more.</summary>
internal enum LifeSign : byte
{
    /// <summary>Nothing came.</summary>
    None,

    /// <summary>It waits for others.</summary>
    Waits,

    /// <summary>It works apart.</summary>
    Works,
}

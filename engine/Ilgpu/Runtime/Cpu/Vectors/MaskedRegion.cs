using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Blocks that run under a mask: those between branches at which lanes diverge and the block at which they reconverge.
/// </summary>
/// <param name="Blocks">In the order in which they are run, as often as lanes wait for an earlier one.</param>
/// <param name="Exit">Where all lanes go on together; null if they return.</param>
/// <param name="IsCyclic">Whether lanes may run a block again while others wait behind it.</param>
internal sealed record MaskedRegion(Block[] Blocks, Block? Exit, bool IsCyclic)
{
    /// <summary>The block that is looked at after this one; null for the exit.</summary>
    public Block? After(Block block)
    {
        int next = Array.IndexOf(Blocks, block) + 1;
        return next < Blocks.Length ? Blocks[next] : null;
    }

    public bool Contains(Block block) => Array.IndexOf(Blocks, block) >= 0;
}

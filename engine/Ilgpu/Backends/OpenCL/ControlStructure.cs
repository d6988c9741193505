using ILGPU.IR;

namespace ILGPU.Backends.OpenCL;

/// <summary>
/// Where each block of a reducible kernel goes in text that has loops and conditions instead of jumps. The dominator tree is the skeleton
/// (Ramsey, "Beyond Relooper", 2022): a block with one way in stands where that way ends, a block where ways meet stands behind the text of
/// its immediate dominator, and what a loop leaves to stands behind the loop.
/// </summary>
internal sealed class ControlStructure
{
    private readonly ControlFlow flow;
    private readonly Dictionary<int, Loop> loops;
    private readonly List<Block>[] joins;
    private readonly List<Block>[] exits;
    private readonly bool[] isPlaced;

    public ControlStructure(ControlFlow flow)
    {
        this.flow = flow;
        loops = flow.Loops.ToDictionary(loop => loop.Header);
        joins = Lists();
        exits = Lists();
        isPlaced = new bool[flow.Order.Length];
        for (var block = 1; block < flow.Order.Length; block++)
        {
            Place(block);
        }
    }

    public bool IsLoop(Block block) => loops.ContainsKey(flow.Index(block));

    /// <summary>The blocks behind the text of a block, in order; for a loop header those that are still inside the loop.</summary>
    public List<Block> Joins(Block block) => joins[flow.Index(block)];

    /// <summary>The blocks behind a loop, in order.</summary>
    public List<Block> Exits(Block header) => exits[flow.Index(header)];

    /// <summary>Whether the block stands where the one way into it ends.</summary>
    public bool IsInline(Block block) => !isPlaced[flow.Index(block)];

    private List<Block>[] Lists() => [.. Enumerable.Range(0, flow.Order.Length).Select(_ => new List<Block>())];

    // In reverse postorder, so that the lists are in the order in which control reaches their blocks.
    private void Place(int block)
    {
        var dominator = flow.ImmediateDominator(block);
        var left = flow.Loops.FindLast(loop => loop.Body.Contains(dominator) && !loop.Body.Contains(block));
        if (left is not null)
        {
            exits[left.Header].Add(flow.Order[block]);
        }
        else if (flow.Predecessors(block).Count(p => !flow.Dominates(block, p)) > 1)
        {
            joins[dominator].Add(flow.Order[block]);
        }
        else
        {
            return;
        }

        isPlaced[block] = true;
    }
}

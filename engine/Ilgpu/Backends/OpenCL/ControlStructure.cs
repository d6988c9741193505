using ILGPU.IR;

namespace ILGPU.Backends.OpenCL;

/// <summary>
/// Where each block of a reducible kernel goes in text that has loops and conditions instead of jumps. The dominator tree is the skeleton
/// (Ramsey, "Beyond Relooper", 2022): a block with one way in stands where that way ends, a block where ways meet stands behind the text of
/// its immediate dominator, and what a loop leaves to stands behind the loop.
/// </summary>
internal sealed class ControlStructure
{
    private readonly ControlFlow _flow;
    private readonly Dictionary<int, Loop> _loops;
    private readonly List<Block>[] _joins;
    private readonly List<Block>[] _exits;
    private readonly bool[] _isPlaced;

    public ControlStructure(ControlFlow flow)
    {
        _flow = flow;
        _loops = flow.Loops.ToDictionary(loop => loop.Header);
        _joins = Lists();
        _exits = Lists();
        _isPlaced = new bool[flow.Order.Length];
        for (var block = 1; block < flow.Order.Length; block++)
        {
            Place(block);
        }
    }

    public bool IsLoop(Block block) => _loops.ContainsKey(_flow.Index(block));

    /// <summary>The blocks behind the text of a block, in order; for a loop header those that are still inside the loop.</summary>
    public List<Block> Joins(Block block) => _joins[_flow.Index(block)];

    /// <summary>The blocks behind a loop, in order.</summary>
    public List<Block> Exits(Block header) => _exits[_flow.Index(header)];

    /// <summary>Whether the block stands where the one way into it ends.</summary>
    public bool IsInline(Block block) => !_isPlaced[_flow.Index(block)];

    private List<Block>[] Lists() => [.. Enumerable.Range(0, _flow.Order.Length).Select(_ => new List<Block>())];

    // In reverse postorder, so that the lists are in the order in which control reaches their blocks.
    private void Place(int block)
    {
        var dominator = _flow.ImmediateDominator(block);
        var left = _flow.Loops.FindLast(loop => loop.Body.Contains(dominator) && !loop.Body.Contains(block));
        if (left is not null)
        {
            _exits[left.Header].Add(_flow.Order[block]);
        }
        else if (_flow.Predecessors(block).Count(p => !_flow.Dominates(block, p)) > 1)
        {
            _joins[dominator].Add(_flow.Order[block]);
        }
        else
        {
            return;
        }

        _isPlaced[block] = true;
    }
}

using IlgpuGan.TestsCommon.PtxMachine.Decoding;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>A decoded entry.</summary>
internal sealed class PtxKernel
{
    /// <param name="module">The translation unit.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="globals">The address of the module's variables.</param>
    public PtxKernel(PtxModule module, PtxEntry entry, ulong globals)
    {
        Entry = entry;
        Slots = new PtxSlots(entry);
        var decoder = new PtxDecoder(module, entry, Slots, globals);
        Code = [.. entry.Statements.Select(decoder.Decode)];
        if (Code.Length == 0 || Code[^1] is not PtxExit { Guard: < 0 } and not PtxJump { Guard: < 0 })
        {
            throw new PtxRejectedException(entry.Line, $"'{entry.Name}' runs past its end");
        }
        CellBytes = Code.OfType<Instructions.MemoryNode>().Select(node => node.ElementBytes).Append(4).Min();
        HasFences = Code.OfType<Instructions.FenceNode>().Any(fence => fence.IsBeyondGroup);
        ReadsThroughTexture = Code.OfType<Instructions.LoadNode>().Any(load => load.IsNonCoherent);
    }

    public PtxEntry Entry { get; }

    public PtxSlots Slots { get; }

    public PtxNode[] Code { get; }

    /// <summary>The smallest access, at most 4 bytes: the granularity of race detection.</summary>
    public int CellBytes { get; }

    /// <summary>Whether there are fences beyond the group (device or system scope).</summary>
    public bool HasFences { get; }

    /// <summary>Whether there is an ld.global.nc, whose memory must not be written during the launch.</summary>
    public bool ReadsThroughTexture { get; }
}

/// <summary>
/// The slots of values: declared registers first, then one slot for each constant and special register of the kernel, so that every operand
/// is a slot.
/// </summary>
internal sealed class PtxSlots(PtxEntry entry)
{
    private readonly Dictionary<ulong, int> _constants = [];
    private readonly Dictionary<string, int> _specials = [];
    private readonly Dictionary<bool, int> _predicates = [];
    private int _count = entry.Registers;

    public int Count => _count;

    public int Predicates => entry.Predicates + _predicates.Count;

    public IReadOnlyDictionary<bool, int> ConstantPredicates => _predicates;

    public IReadOnlyDictionary<ulong, int> Constants => _constants;

    public IReadOnlyDictionary<string, int> Specials => _specials;

    /// <summary>The special registers that differ between groups, but not within one.</summary>
    public IEnumerable<KeyValuePair<string, int>> GroupSpecials =>
        _specials.Where(special => special.Key.StartsWith("%ctaid", StringComparison.Ordinal));

    public int Constant(ulong bits) => _constants.TryGetValue(bits, out var slot) ? slot : _constants[bits] = _count++;

    /// <summary>The slot of a predicate that always or never holds.</summary>
    public int Predicate(bool holds) =>
        _predicates.TryGetValue(holds, out var slot) ? slot : _predicates[holds] = entry.Predicates + _predicates.Count;

    public int Special(string name) => _specials.TryGetValue(name, out var slot) ? slot : _specials[name] = _count++;
}

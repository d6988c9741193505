using System.Text;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>How a kernel's threads are run in the lanes of vectors, or why they are run one after the other.</summary>
internal sealed class VectorPlan
{
    /// <summary>Threads that are run together: 32-bit values fill a vector of 256 bits, 64-bit values one of 512.</summary>
    public const int Lanes = 8;

    private readonly HashSet<Value> _crossing = [];

    /// <summary>For each load or store the address that is fused into it.</summary>
    private readonly Dictionary<Instruction, Instruction> _fused = [];

    private readonly HashSet<Instruction> _absorbed = [];

    /// <summary>Of loads of several neighbours, what is read of them, by their numbers.</summary>
    private readonly Dictionary<Instruction, Instruction?[]> _elements = [];

    private VectorPlan(KernelFunction function, Divergence divergence)
    {
        Divergence = divergence;
        FindCrossing();
        FuseAddresses(function);
        foreach (Instruction element in function.Instructions.Where(i => i.Opcode == Opcode.TupleElement))
        {
            var vector = (Instruction)element.Operands[0];
            _elements.TryAdd(vector, new Instruction?[vector.TupleTypes!.Length]);
            _elements[vector][element.Kind] = element;
        }
    }

    public Divergence Divergence { get; }

    /// <summary>Whether batches of a group of this size hold neighbours along X alone.</summary>
    public static bool HasRows(in KernelConfig config) =>
        config.GroupDim.X % Lanes == 0 || (config.GroupDim.Y == 1 && config.GroupDim.Z == 1);

    /// <summary>The plan of a kernel.</summary>
    /// <param name="function">In its final form.</param>
    /// <param name="hasRows">Whether the lanes of a batch are neighbours along X: see <see cref="HasRows"/>.</param>
    /// <param name="refusal">Why there is none, as a clause for messages.</param>
    public static VectorPlan? Of(KernelFunction function, bool hasRows, out string? refusal)
    {
        refusal = WhyNot(function);
        if (refusal is not null)
        {
            return null;
        }

        var divergence = new Divergence(function, hasRows);
        refusal = divergence.Refusal ?? DivergentSynchronization(divergence);
        return refusal is null ? new(function, divergence) : null;
    }

    /// <summary>The kernel's IR, headed by how it is run.</summary>
    public static string Describe(KernelFunction function)
    {
        string text = Printer.Print(function);
        if (Of(function, hasRows: true, out string? refusal) is not { } plan)
        {
            return $"; threads run one after the other: {refusal}\n{text}";
        }

        Divergence divergence = plan.Divergence;
        string[] masked = [.. divergence.Order.Where(divergence.IsMasked).Select(block => block.ToString())];
        string[] uniform = [.. Values(divergence).Where(divergence.IsUniform).Select(value => value.ToString()!)];
        string[] steps = [.. Values(divergence)
            .Where(value => divergence.StepOf(value) is { IsKnown: true, IsUniform: false })
            .Select(value => $"{value} by {divergence.StepOf(value).Step}")];
        string others = Of(function, hasRows: false, out refusal) is null
            ? $"; in groups of planes whose rows are no multiple of {Lanes} threads run one after the other: {refusal}\n" : string.Empty;
        return new StringBuilder($"; {Lanes} threads run together in the lanes of vectors\n")
            .Append($"; under masks: {List(masked, "no block")}\n")
            .Append($"; the same in all lanes: {List(uniform, "nothing")}\n")
            .Append($"; going on from lane to lane: {List(steps, "nothing")}\n")
            .Append(others)
            .Append(text)
            .ToString();
    }

    /// <summary>
    /// Whether the value must keep what it was in lanes that do not compute it: they may wait behind, and read it later.
    /// </summary>
    public bool KeepsOtherLanes(Block home, Value value) =>
        Divergence.IsMasked(home) && Divergence.RegionOf(home).IsCyclic && _crossing.Contains(value);

    /// <summary>
    /// The address, of a common base and an index of each lane, that a load or store computes itself; null if it reads one.
    /// </summary>
    public Instruction? FusedAddress(Instruction access) => _fused.GetValueOrDefault(access);

    /// <summary>Of a load of several neighbours what is read, by the numbers of the neighbours.</summary>
    public IReadOnlyList<Instruction?> ElementsOf(Instruction vector) => _elements.GetValueOrDefault(vector) ?? [];

    /// <summary>Whether nobody reads the instruction, because all that would have compute it themselves.</summary>
    public bool IsAbsorbed(Instruction instruction) => _absorbed.Contains(instruction);

    /// <summary>All that a block reads, with what it hands to the next one.</summary>
    public static IEnumerable<Value> Reads(Block block) =>
        block.Instructions.SelectMany(instruction => instruction.Operands).Concat(TerminatorReads(block));

    private static string List(string[] names, string none) => names.Length == 0 ? none : string.Join(", ", names);

    private static IEnumerable<Value> Values(Divergence divergence) => divergence.Order
        .SelectMany(block => block.Parameters.Concat<Value>(block.Instructions))
        .Where(value => value.Type is not (IrType.Void or IrType.Tuple));

    private static string? WhyNot(KernelFunction function)
    {
        foreach (Instruction instruction in function.Instructions)
        {
            string? reason = instruction.Opcode switch
            {
                Opcode.Print => "it prints",
                Opcode.CheckBounds or Opcode.Assert => "its assertions are checked",
                Opcode.InlinePtx => "it uses inline PTX",
                _ => null,
            };
            if (reason is not null)
            {
                return At(reason, instruction);
            }
        }

        return WaitingLoop(function);
    }

    /// <summary>
    /// A loop in which a lane may wait for another one: run in step, both would wait for ever.
    /// </summary>
    private static string? WaitingLoop(KernelFunction function)
    {
        Instruction? fence = function.Instructions.FirstOrDefault(i => i.Opcode == Opcode.Fence && i.Kind != (int)FenceLevel.Group);
        if (fence is null && !function.Instructions.Any(i => i.Opcode is Opcode.Atomic or Opcode.AtomicCompareExchange))
        {
            return null;
        }

        HashSet<Block> cyclic = OnCycles(function);
        if (cyclic.Count > 0 && fence is not null)
        {
            return At("its threads may wait for each other: it has loops and a fence", fence);
        }

        var read = new HashSet<Value>(function.Blocks.SelectMany(Reads));
        foreach (Block block in cyclic)
        {
            if (block.Instructions.Find(i =>
                i.Opcode == Opcode.AtomicCompareExchange || (i.Opcode == Opcode.Atomic && read.Contains(i))) is { } atomic)
            {
                return At("its threads may wait for each other: a loop reads what an atomic operation returns", atomic);
            }
        }

        return null;
    }

    private static string? DivergentSynchronization(Divergence divergence)
    {
        foreach (Block block in divergence.Order)
        {
            if (divergence.IsMasked(block) && block.Instructions.Find(SyncPoint.Is) is { } sync)
            {
                return At($"{new SyncPoint(sync, 0).Name} lies behind a branch that threads take differently", sync);
            }
        }

        return null;
    }

    private static string At(string reason, Instruction instruction) =>
        instruction.Location is { } location ? $"{reason} ({location.Chain()})" : reason;

    private static HashSet<Block> OnCycles(KernelFunction function)
    {
        var result = new HashSet<Block>();
        foreach (Block start in ControlFlow.Reachable(function))
        {
            var seen = new HashSet<Block>();
            var open = new Stack<Block>(start.Successors);
            while (open.TryPop(out Block? block))
            {
                if (!seen.Add(block))
                {
                    continue;
                }

                foreach (Block next in block.Successors)
                {
                    open.Push(next);
                }
            }

            if (seen.Contains(start))
            {
                result.Add(start);
            }
        }

        return result;
    }

    private static IEnumerable<Value> TerminatorReads(Block block) =>
        block.Terminator.Edges.SelectMany(edge => edge.Arguments).Concat(block.Terminator.Condition is { } condition ? [condition] : []);

    private void FindCrossing()
    {
        foreach (Block block in Divergence.Order)
        {
            var own = new HashSet<Value>(block.Instructions);
            _crossing.UnionWith(Reads(block).Where(value => value is Instruction && !own.Contains(value)));
        }
    }

    /// <summary>
    /// Finds loads and stores whose address is computed in their block, with no synchronisation between: a common base, and an index of
    /// which no step is known. Whether the lanes' elements are neighbours is seen most cheaply by the indices.
    /// </summary>
    private void FuseAddresses(KernelFunction function)
    {
        var uses = new Dictionary<Value, int>();
        foreach (Value value in function.Blocks.SelectMany(Reads))
        {
            uses[value] = uses.GetValueOrDefault(value) + 1;
        }

        foreach (Block block in Divergence.Order)
        {
            var near = new HashSet<Instruction>();
            foreach (Instruction instruction in block.Instructions)
            {
                if (SyncPoint.Is(instruction))
                {
                    near.Clear();
                }
                else if (IsIndexed(instruction))
                {
                    near.Add(instruction);
                }
                else if (instruction.Opcode is Opcode.Load or Opcode.Store or Opcode.LoadVector or Opcode.StoreVector
                    && instruction.Memory.Size() >= sizeof(int)
                    && instruction.Operands[0] is Instruction address && near.Contains(address))
                {
                    _fused[instruction] = address;
                    uses[address]--;
                    if (uses[address] == 0)
                    {
                        _absorbed.Add(address);
                    }
                }
            }
        }
    }

    private bool IsIndexed(Instruction instruction) => instruction is { Opcode: Opcode.Address, Operands: [var start, var position] }
        && position.Type == IrType.Int32 && Divergence.IsUniform(start) && !Divergence.StepOf(position).IsKnown;
}

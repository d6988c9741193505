using ILGPU.IR.Ranges;

namespace ILGPU.IR.Passes;

/// <summary>
/// Splits the index of an address in a loop into what changes there and what does not: base + (row + k) * 4 becomes (base + row * 4) + k *
/// 4, whose first part leaves the loop. Not where the sum could wrap around to an index that is right: where it can only wrap to negative
/// ones, as with at most one term of unknown sign, the access would be out of bounds either way.
/// </summary>
public static class InvariantAddresses
{
    /// <summary>Each base that is kept costs two registers for as long as the loop runs.</summary>
    private const int MostBasesPerLoop = 8;

    private sealed record Split(Instruction Address, List<Value> Invariant, List<Value> Variant);

    public static void Run(KernelFunction function, LaunchLimits limits)
    {
        RangeAnalysis? ranges = null;
        var flow = new ControlFlow(function);
        foreach (var loop in flow.Loops)
        {
            var blocks = loop.Body.Order().Select(index => flow.Order[index]).ToList();
            var inside = blocks.SelectMany(block => block.Instructions.Concat<Value>(block.Parameters)).ToHashSet();
            var splits = blocks.SelectMany(block => block.Instructions).Select(i => Find(i, inside)).OfType<Split>()
                .ToDictionary(split => split.Address);
            if (splits.Count > 0)
            {
                ranges ??= new RangeAnalysis(function, limits);
                foreach (var block in blocks)
                {
                    foreach (var i
                        in block.Instructions.FindAll(i => splits.TryGetValue(i, out var split) && MayWrapIntoBounds(split, ranges, block)))
                    {
                        splits.Remove(i);
                    }
                }
            }

            if (splits.Count == 0 || splits.Values.Select(BaseOf).Distinct().Count() > MostBasesPerLoop)
            {
                continue;
            }

            foreach (var block in blocks)
            {
                Rewrite(block, splits);
            }
        }
    }

    private static Split? Find(Instruction address, HashSet<Value> inside)
    {
        if (address is not { Opcode: Opcode.Address, Operands: [var pointer, Instruction { Opcode: Opcode.Add } index] }
            || inside.Contains(pointer) || !inside.Contains(index))
        {
            return null;
        }

        var split = new Split(address, [], []);
        Collect(index, inside, split);
        return split.Invariant.Count > 0 && split.Variant.Count > 0 ? split : null;
    }

    // Above the largest number a sum wraps to negative ones, up to twice the numbers; below the least it wraps to positive ones.
    private static bool MayWrapIntoBounds(Split split, RangeAnalysis ranges, Block block)
    {
        if (split.Address.Operands[1].Type != IrType.Int32)
        {
            return false;
        }

        var (low, high) = (0L, 0L);
        foreach (var term in split.Invariant.Concat(split.Variant))
        {
            var range = ranges.Of(term, block);
            (low, high) = (low + range.Low, high + range.High);
        }

        return low < int.MinValue || high > uint.MaxValue;
    }

    private static void Collect(Value term, HashSet<Value> inside, Split split)
    {
        if (!inside.Contains(term))
        {
            split.Invariant.Add(term);
        }
        else if (term is Instruction { Opcode: Opcode.Add } sum)
        {
            Collect(sum.Operands[0], inside, split);
            Collect(sum.Operands[1], inside, split);
        }
        else
        {
            split.Variant.Add(term);
        }
    }

    // The order in which a sum was written does not make another base.
    private static (Value Pointer, long Scale, int Sum, int Terms) BaseOf(Split split) => (
        split.Address.Operands[0],
        split.Address.Scale,
        split.Invariant.Aggregate(0, (hash, value) => unchecked(hash + value.GetHashCode())),
        split.Invariant.Count);

    private static void Rewrite(Block block, Dictionary<Instruction, Split> splits)
    {
        var output = new List<Instruction>(block.Instructions.Count);
        foreach (var instruction in block.Instructions)
        {
            if (splits.TryGetValue(instruction, out var split))
            {
                var start = new Instruction(Opcode.Address, IrType.Pointer, instruction.Operands[0], Sum(split.Invariant, output))
                {
                    Scale = instruction.Scale,
                    Location = instruction.Location,
                };
                output.Add(start);
                instruction.Operands = [start, Sum(split.Variant, output)];
            }

            output.Add(instruction);
        }

        block.Instructions = output;
    }

    private static Value Sum(List<Value> terms, List<Instruction> output)
    {
        var sum = terms[0];
        foreach (var term in terms.Skip(1))
        {
            var next = new Instruction(Opcode.Add, sum.Type, sum, term);
            output.Add(next);
            sum = next;
        }

        return sum;
    }
}

namespace ILGPU.IR.Passes;

/// <summary>
/// `for (i = …; i &lt; bound; i += step)`: the header decides alone, on a counter that changes by the same at each turn, against a bound
/// that stays.
/// </summary>
/// <param name="Counter">The header's parameter that counts.</param>
/// <param name="Step">Defined outside the loop; a constant one is positive.</param>
/// <param name="Bound">Defined outside the loop.</param>
/// <param name="StaysIfTrue">Whether the header's edge 0 stays inside.</param>
internal sealed record CountedLoop(BlockParameter Counter, Value Step, Value Bound, bool StaysIfTrue)
{
    /// <summary>So that a few steps stay far from overflowing.</summary>
    public const int LargestStep = 1 << 28;

    /// <summary>The loop's count, or null if the loop is of another kind.</summary>
    public static CountedLoop? Find(ControlFlow flow, Loop loop)
    {
        var header = flow.Order[loop.Header];
        if (loop.Latches.Count != 1
            || header.Terminator is not { Kind: TerminatorKind.Conditional, Condition: Instruction { Opcode: Opcode.Compare } compare })
        {
            return null;
        }

        var (yes, no) = (IsInside(header.Terminator.Edges[0].Target), IsInside(header.Terminator.Edges[1].Target));
        if (yes == no || loop.Body.Any(index => index != loop.Header && !flow.Order[index].Successors.All(IsInside)))
        {
            return null;
        }

        // i < bound, or bound > i; where the loop goes on if not, i >= bound and the like.
        var condition = yes ? (Condition)compare.Kind : ((Condition)compare.Kind).Inverse();
        var (counter, bound) = (compare.Operands[0], compare.Operands[1]);
        if (condition == Condition.Gt)
        {
            (counter, bound) = (bound, counter);
        }
        else if (condition != Condition.Lt)
        {
            return null;
        }

        if (counter is not BlockParameter { Type: IrType.Int32 } parameter || !header.Parameters.Contains(parameter)
            || IsDefinedInside(flow, loop, bound))
        {
            return null;
        }

        var returning = flow.Order[loop.Latches[0]].Terminator.Edges.Single(edge => edge.Target == header);
        return returning.Arguments[header.Parameters.IndexOf(parameter)] is Instruction { Opcode: Opcode.Add } next
            && ReferenceEquals(next.Operands[0], parameter)
            && next.Operands[1] is var step
            && (step is Constant constant ? constant.Bits is > 0 and <= LargestStep : !IsDefinedInside(flow, loop, step))
            ? new CountedLoop(parameter, step, bound, yes)
            : null;

        bool IsInside(Block block) => loop.Body.Contains(flow.Index(block));
    }

    private static bool IsDefinedInside(ControlFlow flow, Loop loop, Value value) =>
        value is not (Constant or KernelArgument)
        && loop.Body.Any(index => value is BlockParameter p ? flow.Order[index].Parameters.Contains(
            p) : flow.Order[index].Instructions.Contains((Instruction)value));
}

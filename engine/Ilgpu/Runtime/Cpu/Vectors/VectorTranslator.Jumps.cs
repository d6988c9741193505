using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <content>Control flow between blocks.</content>
internal sealed partial class VectorTranslator
{
    private void EmitTerminator(Block block)
    {
        Terminator terminator = block.Terminator;
        switch (terminator.Kind)
        {
            case TerminatorKind.Branch:
                EmitJump(block, terminator.Edges[0]);
                break;
            case TerminatorKind.Conditional when values.IsUniform(terminator.Condition!):
                EmitUniformCondition(block);
                break;
            case TerminatorKind.Conditional when Divergence.LeavingEdge(block) is >= 0 and int leaving:
                EmitLeaving(block, leaving);
                break;
            case TerminatorKind.Switch when values.IsUniform(terminator.Condition!):
                EmitUniformSwitch(block);
                break;
            case TerminatorKind.Conditional or TerminatorKind.Switch:
                EmitFork(block);
                break;
            case TerminatorKind.Return when divergence.IsMasked(block):
                EmitWithout(some);
                EmitSetAll();
                EmitContinuation(block);
                break;
            case TerminatorKind.Return:
                il.Emit(OpCodes.Br, finished);
                break;
            default:
                EmitTrap(terminator);
                break;
        }
    }

    private void EmitUniformCondition(Block block)
    {
        Terminator terminator = block.Terminator;
        Label taken = il.DefineLabel();
        instructions.LoadScalar(terminator.Condition!);
        il.Emit(OpCodes.Brtrue, taken);
        EmitJumpOrLeave(block, 1);
        il.MarkLabel(taken);
        EmitJumpOrLeave(block, 0);
    }

    private void EmitJumpOrLeave(Block block, int edge)
    {
        Terminator terminator = block.Terminator;
        if (edge != Divergence.LeavingEdge(block))
        {
            EmitJump(block, terminator.Edges[edge]);
        }
        else if (terminator.Edges[edge].Target.Terminator is { Kind: TerminatorKind.Trap } trap)
        {
            EmitTrap(trap);
        }
        else if (divergence.IsMasked(block))
        {
            EmitWithout(some);
            EmitSetAll();
            EmitContinuation(block);
        }
        else
        {
            il.Emit(OpCodes.Br, finished);
        }
    }

    private void EmitUniformSwitch(Block block)
    {
        Terminator terminator = block.Terminator;
        Label[] cases = [.. terminator.Edges.SkipLast(1).Select(_ => il.DefineLabel())];
        instructions.LoadScalar(terminator.Condition!);
        il.Emit(OpCodes.Switch, cases);
        EmitJump(block, terminator.Edges[^1]);
        for (int i = 0; i < cases.Length; i++)
        {
            il.MarkLabel(cases[i]);
            EmitJump(block, terminator.Edges[i]);
        }
    }

    /// <summary>Some lanes end here, or fail; the others go on together.</summary>
    private void EmitLeaving(Block block, int leaving)
    {
        Terminator terminator = block.Terminator;
        bool isMasked = divergence.IsMasked(block);
        LocalBuilder gone = il.DeclareLocal(typeof(Vector256<int>));
        il.Emit(OpCodes.Ldloc, isMasked ? some : all);
        instructions.LoadLanes(terminator.Condition!);
        EmitMaskOperation(isIntersection: leaving == 0);
        il.Emit(OpCodes.Stloc, gone);
        if (terminator.Edges[leaving].Target.Terminator is { Kind: TerminatorKind.Trap } trap)
        {
            Label nobody = il.DefineLabel();
            il.Emit(OpCodes.Ldloc, gone);
            calls.Operation("Any");
            il.Emit(OpCodes.Brfalse, nobody);
            EmitTrap(trap);
            il.MarkLabel(nobody);
        }

        EmitWithout(gone);
        EmitSetAll();
        if (isMasked)
        {
            il.Emit(OpCodes.Ldloc, some);
            il.Emit(OpCodes.Ldloc, gone);
            calls.Operation("Without");
            EmitSetSome();
        }
        else
        {
            il.Emit(OpCodes.Ldloc, allBits);
            il.Emit(OpCodes.Brfalse, finished);
        }

        EmitJump(block, terminator.Edges[1 - leaving]);
    }

    /// <summary>Each lane takes its own edge. Those that take one never read what another one assigns.</summary>
    /// <remarks>
    /// But for what a loop counts for all its lanes together: lanes that leave it hand over theirs before the next turn's is assigned.
    /// </remarks>
    private void EmitFork(Block block)
    {
        Edge[] edges = block.Terminator.Edges;
        LocalBuilder[] taking = EmitParting(block);
        if (edges.Length == 2 && Array.FindIndex(edges, edge => CanGoOn(block, edge.Target)) is >= 0 and int together)
        {
            EmitGoOnTogether(edges[together], taking[1 - together]);
        }

        foreach (int i in Enumerable.Range(0, edges.Length).OrderBy(edge => divergence.IsBackward(block, edges[edge].Target)))
        {
            EmitPart(edges[i], taking[i]);
        }

        if (divergence.IsMasked(block))
        {
            EmitContinuation(block, [.. edges.Select(edge => edge.Target)]);
        }
        else if (divergence.RegionBehind(block) is { } region)
        {
            il.Emit(OpCodes.Br, heads[region.Blocks[0]]);
        }
        else
        {
            il.Emit(OpCodes.Br, heads[edges[0].Target]);
        }
    }

    /// <summary>Computes which lanes take which edge.</summary>
    private LocalBuilder[] EmitParting(Block block)
    {
        Terminator terminator = block.Terminator;
        LocalBuilder rest = il.DeclareLocal(typeof(Vector256<int>));
        LocalBuilder[] taking = [.. terminator.Edges.SkipLast(1).Select(_ => il.DeclareLocal(typeof(Vector256<int>))), rest];
        il.Emit(OpCodes.Ldloc, divergence.IsMasked(block) ? some : all);
        il.Emit(OpCodes.Stloc, rest);
        for (int i = 0; i < taking.Length - 1; i++)
        {
            il.Emit(OpCodes.Ldloc, rest);
            instructions.LoadLanes(terminator.Condition!);
            if (terminator.Kind == TerminatorKind.Switch)
            {
                il.Emit(OpCodes.Ldc_I4, i);
                values.Broadcast(IrType.Int32);
                calls.Generic("Equal", IrType.Int32);
            }

            EmitMaskOperation(isIntersection: true);
            il.Emit(OpCodes.Stloc, taking[i]);
            il.Emit(OpCodes.Ldloc, rest);
            il.Emit(OpCodes.Ldloc, taking[i]);
            calls.Operation("Without");
            il.Emit(OpCodes.Stloc, rest);
        }

        return taking;
    }

    /// <summary>All lanes that run the block take an edge.</summary>
    private void EmitJump(Block block, Edge edge)
    {
        if (divergence.IsMasked(block))
        {
            if (Divergence.LeavingEdge(block) < 0 && CanGoOn(block, edge.Target))
            {
                EmitGoOn(edge);
                return;
            }

            EmitPart(edge, some);
            EmitContinuation(block, edge.Target);
            return;
        }

        EmitArguments(edge, mask: null);
        if (divergence.IsMasked(edge.Target))
        {
            il.Emit(OpCodes.Ldloc, all);
            il.Emit(OpCodes.Stloc, waiting[edge.Target]);
        }

        il.Emit(OpCodes.Br, heads[edge.Target]);
    }

    /// <summary>
    /// Whether lanes that run a masked block, if all of them go to another one, may run it at once: nobody else waits for it then, nor
    /// for what comes before it.
    /// </summary>
    private bool CanGoOn(Block block, Block target)
    {
        if (!divergence.IsMasked(block) || !divergence.IsMasked(target))
        {
            return false;
        }

        return divergence.IsBackward(block, target)
            ? divergence.BeginsLockstep(target)
            : divergence.HasOneWayIn(target) && divergence.RegionOf(block).After(block) == target
                && !block.Successors.Any(successor => divergence.IsBackward(block, successor));
    }

    /// <summary>Unless somebody takes another edge, all lanes that run the masked block go on.</summary>
    private void EmitGoOnTogether(Edge edge, LocalBuilder others)
    {
        Label parting = il.DefineLabel();
        il.Emit(OpCodes.Ldloc, others);
        calls.Operation("Any");
        il.Emit(OpCodes.Brtrue, parting);
        EmitGoOn(edge);
        il.MarkLabel(parting);
    }

    /// <summary>All lanes that run the masked block run the target next.</summary>
    private void EmitGoOn(Edge edge)
    {
        EmitArguments(edge, some);
        il.Emit(OpCodes.Br, bodies[edge.Target]);
    }

    /// <summary>The lanes of a mask take an edge, and wait for its target.</summary>
    private void EmitPart(Edge edge, LocalBuilder mask)
    {
        EmitArguments(edge, mask);
        if (!divergence.IsMasked(edge.Target))
        {
            return;
        }

        il.Emit(OpCodes.Ldloc, waiting[edge.Target]);
        il.Emit(OpCodes.Ldloc, mask);
        calls.Generic("Or", IrType.Bool);
        il.Emit(OpCodes.Stloc, waiting[edge.Target]);
    }

    /// <summary>Assigns the target's parameters in parallel: all values are pushed before the first is stored.</summary>
    private void EmitArguments(Edge edge, LocalBuilder? mask)
    {
        for (int i = 0; i < edge.Arguments.Length; i++)
        {
            if (values.IsScalar(edge.Target.Parameters[i]))
            {
                instructions.LoadScalar(edge.Arguments[i]);
            }
            else
            {
                instructions.LoadLanes(edge.Arguments[i]);
            }
        }

        for (int i = edge.Arguments.Length - 1; i >= 0; i--)
        {
            BlockParameter parameter = edge.Target.Parameters[i];
            if (mask is null || values.IsScalar(parameter))
            {
                values.Store(parameter);
            }
            else
            {
                values.StoreUnder(parameter, mask);
            }
        }
    }

    /// <summary>Goes on in the block's region: to the first block before it that somebody waits for, or to the next one.</summary>
    private void EmitContinuation(Block block, params Block[] targets)
    {
        foreach (Block target in divergence.RegionOf(block).Blocks)
        {
            if (targets.Contains(target) && divergence.IsBackward(block, target))
            {
                il.Emit(OpCodes.Ldloc, waiting[target]);
                calls.Operation("Any");
                il.Emit(OpCodes.Brtrue, heads[target]);
            }
        }

        il.Emit(OpCodes.Br, Following(block));
    }

    /// <summary>Combines two masks on the stack: those in both, or in the first alone.</summary>
    private void EmitMaskOperation(bool isIntersection)
    {
        if (isIntersection)
        {
            calls.Generic("And", IrType.Bool);
        }
        else
        {
            calls.Operation("Without");
        }
    }

    /// <summary>Pushes the lanes that have not returned, without those of a mask.</summary>
    private void EmitWithout(LocalBuilder mask)
    {
        il.Emit(OpCodes.Ldloc, all);
        il.Emit(OpCodes.Ldloc, mask);
        calls.Operation("Without");
    }

    private void EmitTrap(Terminator terminator)
    {
        il.Emit(OpCodes.Ldstr, name);
        il.Emit(OpCodes.Ldstr, terminator.Reason ?? "the runtime library would throw here");
        il.Emit(OpCodes.Ldstr, terminator.Location?.Chain() ?? "an unknown line");
        il.Emit(OpCodes.Call, typeof(LaneChecks).GetMethod(nameof(LaneChecks.Trap))!);
        il.Emit(OpCodes.Br, finished);
    }
}

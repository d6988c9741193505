using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <content>Control flow between blocks.</content>
internal sealed partial class VectorTranslator
{
    /// <summary>Masked blocks that are worth a branch around them.</summary>
    private const int LeastSkipped = 2;

    private void EmitTerminator(Block block)
    {
        Terminator terminator = block.Terminator;
        switch (terminator.Kind)
        {
            case TerminatorKind.Branch:
                EmitJump(block, terminator.Edges[0]);
                break;
            case TerminatorKind.Conditional when _values.IsUniform(terminator.Condition!):
                EmitUniformCondition(block);
                break;
            case TerminatorKind.Conditional when Divergence.LeavingEdge(block) is >= 0 and int leaving:
                EmitLeaving(block, leaving);
                break;
            case TerminatorKind.Switch when _values.IsUniform(terminator.Condition!):
                EmitUniformSwitch(block);
                break;
            case TerminatorKind.Conditional or TerminatorKind.Switch:
                EmitFork(block);
                break;
            case TerminatorKind.Return when _divergence.IsMasked(block):
                EmitWithout(_some);
                EmitSetAll();
                EmitContinuation(block);
                break;
            case TerminatorKind.Return:
                _il.Emit(OpCodes.Br, _finished);
                break;
            default:
                EmitTrap(terminator);
                break;
        }
    }

    private void EmitUniformCondition(Block block)
    {
        Terminator terminator = block.Terminator;
        Label taken = _il.DefineLabel();
        _instructions.LoadScalar(terminator.Condition!);
        _il.Emit(OpCodes.Brtrue, taken);
        EmitJumpOrLeave(block, 1);
        _il.MarkLabel(taken);
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
        else if (_divergence.IsMasked(block))
        {
            EmitWithout(_some);
            EmitSetAll();
            EmitContinuation(block);
        }
        else
        {
            _il.Emit(OpCodes.Br, _finished);
        }
    }

    private void EmitUniformSwitch(Block block)
    {
        Terminator terminator = block.Terminator;
        Label[] cases = [.. terminator.Edges.SkipLast(1).Select(_ => _il.DefineLabel())];
        _instructions.LoadScalar(terminator.Condition!);
        _il.Emit(OpCodes.Switch, cases);
        EmitJump(block, terminator.Edges[^1]);
        for (int i = 0; i < cases.Length; i++)
        {
            _il.MarkLabel(cases[i]);
            EmitJump(block, terminator.Edges[i]);
        }
    }

    /// <summary>Some lanes end here, or fail; the others go on together.</summary>
    private void EmitLeaving(Block block, int leaving)
    {
        Terminator terminator = block.Terminator;
        bool isMasked = _divergence.IsMasked(block);
        LocalBuilder gone = _il.DeclareLocal(typeof(Vector256<int>));
        _il.Emit(OpCodes.Ldloc, isMasked ? _some : _all);
        _instructions.LoadLanes(terminator.Condition!);
        EmitMaskOperation(isIntersection: leaving == 0);
        _il.Emit(OpCodes.Stloc, gone);
        if (terminator.Edges[leaving].Target.Terminator is { Kind: TerminatorKind.Trap } trap)
        {
            Label nobody = _il.DefineLabel();
            _il.Emit(OpCodes.Ldloc, gone);
            _calls.Operation("Any");
            _il.Emit(OpCodes.Brfalse, nobody);
            EmitTrap(trap);
            _il.MarkLabel(nobody);
        }

        EmitWithout(gone);
        EmitSetAll();
        if (isMasked)
        {
            _il.Emit(OpCodes.Ldloc, _some);
            _il.Emit(OpCodes.Ldloc, gone);
            _calls.Operation("Without");
            EmitSetSome();
        }
        else
        {
            _il.Emit(OpCodes.Ldloc, _allBits);
            _il.Emit(OpCodes.Brfalse, _finished);
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

        if (edges.Length == 2)
        {
            EmitSkip(block, edges[0], taking[1]);
            EmitSkip(block, edges[1], taking[0]);
        }

        if (!_divergence.IsMasked(block) && _divergence.RegionBehind(block) is { } entered)
        {
            EmitClear(entered);
        }

        foreach (int i in Enumerable.Range(0, edges.Length).OrderBy(edge => _divergence.IsBackward(block, edges[edge].Target)))
        {
            EmitPart(edges[i], taking[i]);
        }

        if (_divergence.IsMasked(block))
        {
            EmitContinuation(block, [.. edges.Select(edge => edge.Target)]);
        }
        else if (_divergence.RegionBehind(block) is { } region)
        {
            _il.Emit(OpCodes.Br, _heads[region.Blocks[0]]);
        }
        else
        {
            _il.Emit(OpCodes.Br, _heads[edges[0].Target]);
        }
    }

    /// <summary>Computes which lanes take which edge.</summary>
    private LocalBuilder[] EmitParting(Block block)
    {
        Terminator terminator = block.Terminator;
        LocalBuilder rest = _il.DeclareLocal(typeof(Vector256<int>));
        LocalBuilder[] taking = [.. terminator.Edges.SkipLast(1).Select(_ => _il.DeclareLocal(typeof(Vector256<int>))), rest];
        _il.Emit(OpCodes.Ldloc, _divergence.IsMasked(block) ? _some : _all);
        _il.Emit(OpCodes.Stloc, rest);
        for (int i = 0; i < taking.Length - 1; i++)
        {
            _il.Emit(OpCodes.Ldloc, rest);
            _instructions.LoadLanes(terminator.Condition!);
            if (terminator.Kind == TerminatorKind.Switch)
            {
                _il.Emit(OpCodes.Ldc_I4, i);
                _values.Broadcast(IrType.Int32);
                _calls.Generic("Equal", IrType.Int32);
            }

            EmitMaskOperation(isIntersection: true);
            _il.Emit(OpCodes.Stloc, taking[i]);
            _il.Emit(OpCodes.Ldloc, rest);
            _il.Emit(OpCodes.Ldloc, taking[i]);
            _calls.Operation("Without");
            _il.Emit(OpCodes.Stloc, rest);
        }

        return taking;
    }

    /// <summary>All lanes that run the block take an edge.</summary>
    private void EmitJump(Block block, Edge edge)
    {
        if (_divergence.IsMasked(block))
        {
            if (Divergence.LeavingEdge(block) < 0 && CanGoOn(block, edge.Target))
            {
                EmitGoOn(edge);
                return;
            }

            if (Divergence.LeavingEdge(block) < 0)
            {
                EmitSkip(block, edge, others: null);
            }

            EmitPart(edge, _some);
            EmitContinuation(block, edge.Target);
            return;
        }

        EmitArguments(edge, mask: null);
        if (_divergence.IsMasked(edge.Target))
        {
            EmitClear(_divergence.RegionOf(edge.Target));
            _il.Emit(OpCodes.Ldloc, _all);
            _il.Emit(OpCodes.Stloc, _waiting[edge.Target]);
        }

        _il.Emit(OpCodes.Br, _heads[edge.Target]);
    }

    /// <summary>
    /// Whether lanes that run a masked block, if all of them go to another one, may run it at once: nobody else waits for it then, nor
    /// for what comes before it.
    /// </summary>
    private bool CanGoOn(Block block, Block target)
    {
        if (!_divergence.IsMasked(block) || !_divergence.IsMasked(target))
        {
            return false;
        }

        return _divergence.IsBackward(block, target)
            ? _divergence.BeginsLockstep(target)
            : _divergence.HasOneWayIn(target) && _divergence.RegionOf(block).After(block) == target
                && !block.Successors.Any(successor => _divergence.IsBackward(block, successor));
    }

    /// <summary>Unless somebody takes another edge, all lanes that run the masked block go on.</summary>
    private void EmitGoOnTogether(Edge edge, LocalBuilder others)
    {
        Label parting = _il.DefineLabel();
        _il.Emit(OpCodes.Ldloc, others);
        _calls.Operation("Any");
        _il.Emit(OpCodes.Brtrue, parting);
        EmitGoOn(edge);
        _il.MarkLabel(parting);
    }

    /// <summary>
    /// Where every lane of the batch takes the edge, nobody waits for the blocks before its target: they are not looked at.
    /// </summary>
    /// <param name="block">Where the edge begins.</param>
    /// <param name="edge">What lanes take.</param>
    /// <param name="others">The lanes of the block that take another edge; null if none does.</param>
    private void EmitSkip(Block block, Edge edge, LocalBuilder? others)
    {
        if (Skipped(block, edge.Target) < LeastSkipped)
        {
            return;
        }

        Label parting = _il.DefineLabel();
        if (others is not null)
        {
            _il.Emit(OpCodes.Ldloc, others);
            _calls.Operation("Any");
            _il.Emit(OpCodes.Brtrue, parting);
        }

        if (_divergence.IsMasked(block))
        {
            _il.Emit(OpCodes.Ldloc, _someBits);
            _il.Emit(OpCodes.Ldloc, _allBits);
            _il.Emit(OpCodes.Bne_Un, parting);
        }
        else
        {
            _il.Emit(OpCodes.Ldloc, _all);
            _il.Emit(OpCodes.Stloc, _some);
            _il.Emit(OpCodes.Ldloc, _allBits);
            _il.Emit(OpCodes.Stloc, _someBits);
            if (_divergence.IsMasked(edge.Target) && !StaysTogether(edge.Target))
            {
                EmitClear(_divergence.RegionOf(edge.Target));
            }
        }

        EmitArguments(edge, _some);
        _il.Emit(OpCodes.Br, _divergence.IsMasked(edge.Target) ? _bodies[edge.Target] : _heads[edge.Target]);
        _il.MarkLabel(parting);
    }

    /// <summary>
    /// Whether lanes that all run a masked block together leave the region without looking at who waits in it.
    /// </summary>
    private bool StaysTogether(Block block)
    {
        if (block.Terminator is not { Kind: TerminatorKind.Branch, Edges: [{ Target: var target }] })
        {
            return false;
        }

        bool goesOn = Skipped(block, target) >= LeastSkipped || (CanGoOn(block, target) && !_divergence.IsBackward(block, target));
        return goesOn && (!_divergence.IsMasked(target) || StaysTogether(target));
    }

    /// <summary>How many masked blocks come after a block, or at the start of the region behind it, and before a target.</summary>
    private int Skipped(Block block, Block target)
    {
        MaskedRegion? region = _divergence.IsMasked(block) ? _divergence.RegionOf(block) : _divergence.RegionBehind(block);
        if (region is null || _divergence.IsBackward(block, target))
        {
            return 0;
        }

        int first = Array.IndexOf(region.Blocks, block) + 1;
        int last = region.Contains(target) ? Array.IndexOf(region.Blocks, target) : region.Blocks.Length;
        return last - first;
    }

    /// <summary>All lanes that run the masked block run the target next.</summary>
    private void EmitGoOn(Edge edge)
    {
        EmitArguments(edge, _some);
        _il.Emit(OpCodes.Br, _bodies[edge.Target]);
    }

    /// <summary>The lanes of a mask take an edge, and wait for its target.</summary>
    private void EmitPart(Edge edge, LocalBuilder mask)
    {
        EmitArguments(edge, mask);
        if (!_divergence.IsMasked(edge.Target))
        {
            return;
        }

        _il.Emit(OpCodes.Ldloc, _waiting[edge.Target]);
        _il.Emit(OpCodes.Ldloc, mask);
        _calls.Generic("Or", IrType.Bool);
        _il.Emit(OpCodes.Stloc, _waiting[edge.Target]);
    }

    /// <summary>Assigns the target's parameters in parallel: all values are pushed before the first is stored.</summary>
    private void EmitArguments(Edge edge, LocalBuilder? mask)
    {
        for (int i = 0; i < edge.Arguments.Length; i++)
        {
            if (_values.IsScalar(edge.Target.Parameters[i]))
            {
                _instructions.LoadScalar(edge.Arguments[i]);
            }
            else
            {
                _instructions.LoadLanes(edge.Arguments[i]);
            }
        }

        for (int i = edge.Arguments.Length - 1; i >= 0; i--)
        {
            BlockParameter parameter = edge.Target.Parameters[i];
            if (mask is null || _values.IsScalar(parameter))
            {
                _values.Store(parameter);
            }
            else
            {
                _values.StoreUnder(parameter, mask);
            }
        }
    }

    /// <summary>Goes on in the block's region: to the first block before it that somebody waits for, or to the next one.</summary>
    private void EmitContinuation(Block block, params Block[] targets)
    {
        foreach (Block target in _divergence.RegionOf(block).Blocks)
        {
            if (targets.Contains(target) && _divergence.IsBackward(block, target))
            {
                _il.Emit(OpCodes.Ldloc, _waiting[target]);
                _calls.Operation("Any");
                _il.Emit(OpCodes.Brtrue, _heads[target]);
            }
        }

        _il.Emit(OpCodes.Br, Following(block));
    }

    /// <summary>Combines two masks on the stack: those in both, or in the first alone.</summary>
    private void EmitMaskOperation(bool isIntersection)
    {
        if (isIntersection)
        {
            _calls.Generic("And", IrType.Bool);
        }
        else
        {
            _calls.Operation("Without");
        }
    }

    /// <summary>Pushes the lanes that have not returned, without those of a mask.</summary>
    private void EmitWithout(LocalBuilder mask)
    {
        _il.Emit(OpCodes.Ldloc, _all);
        _il.Emit(OpCodes.Ldloc, mask);
        _calls.Operation("Without");
    }

    private void EmitTrap(Terminator terminator)
    {
        _il.Emit(OpCodes.Ldstr, _name);
        _il.Emit(OpCodes.Ldstr, terminator.Reason ?? "the runtime library would throw here");
        _il.Emit(OpCodes.Ldstr, terminator.Location?.Chain() ?? "an unknown line");
        _il.Emit(OpCodes.Call, typeof(LaneChecks).GetMethod(nameof(LaneChecks.Trap))!);
        _il.Emit(OpCodes.Br, _finished);
    }
}

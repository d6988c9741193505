namespace ILGPU.IR.Passes;

/// <summary>
/// Runs short counted loops several turns at a time, the rest one by one: neighbouring turns share addresses and overlap their loads. The
/// assembler does not do this by itself.
/// </summary>
public static class PartialUnrolling
{
    private const int Turns = 4;
    private const int MostInstructions = 48;
    private const int MostBlocks = 6;

    public static void Run(KernelFunction function)
    {
        Preheaders.Insert(function);
        var flow = new ControlFlow(function);
        foreach (var loop in flow.Loops)
        {
            var isInnermost = !flow.Loops.Exists(other => other != loop && loop.Body.Contains(other.Header));
            if (isInnermost && IsWorthwhile(flow, loop) && CountedLoop.Find(flow, loop) is { } count)
            {
                Unroll(function, flow, loop, count);
            }
        }

        ControlFlowSimplification.Prune(function);
    }

    private static bool IsWorthwhile(ControlFlow flow, Loop loop)
    {
        var instructions = loop.Body.SelectMany(index => flow.Order[index].Instructions).ToList();
        return loop.Body.Count <= MostBlocks
            && instructions.Count <= MostInstructions
            && instructions.Exists(i => i.Opcode == Opcode.Load)
            && instructions.TrueForAll(
                i => i.Opcode is not (Opcode.Barrier or Opcode.BarrierReduce or Opcode.InlinePtx or Opcode.Print or Opcode.LocalAlloca));
    }

    // before: goto many(start)                                          if the step is constant, else
    //         if (bound - 3 step < bound) goto many(start) else goto header(start)
    // many(i, …): if (i < limit) { turn; turn; turn; turn; goto many } else goto header(i, …)
    // header: the loop as it was, for what is left.
    private static void Unroll(KernelFunction function, ControlFlow flow, Loop loop, CountedLoop count)
    {
        var header = flow.Order[loop.Header];
        var preheader = flow.Order[flow.Predecessors(loop.Header).Single(p => !loop.Body.Contains(p))];
        var location = header.Terminator.Location;
        Value limit;
        Value? exists = null;
        if (count.Step is Constant constant)
        {
            // The counter behind four turns is still at most the bound, and the limit does not wrap around: ranges can see both.
            var ahead = (Turns * constant.AsInt32) - 1;
            var bound = Insert(Opcode.Math, IrType.Int32, (int)MathFunction.MaxS, count.Bound, Constant.Int32(int.MinValue + ahead));
            limit = Insert(Opcode.Add, IrType.Int32, 0, bound, Constant.Int32(-ahead));
        }
        else
        {
            // Near the smallest number the limit wraps around, and the loop takes the slow way; so it does with a step that is not small
            // and positive.
            limit = Insert(
                Opcode.Sub, IrType.Int32, 0, count.Bound, Insert(Opcode.Mul, IrType.Int32, 0, count.Step, Constant.Int32(Turns - 1)));
            var less = Insert(Opcode.Add, IrType.Int32, 0, count.Step, Constant.Int32(-1));
            var isSmall = Insert(Opcode.Compare, IrType.Bool, (int)Condition.LtUn, less, Constant.Int32(CountedLoop.LargestStep));
            exists =
                Insert(Opcode.And, IrType.Bool, 0, Insert(Opcode.Compare, IrType.Bool, (int)Condition.Lt, limit, count.Bound), isSmall);
        }

        var start = preheader.Terminator.Edges[0].Arguments;
        var many = new Block();
        many.Parameters.AddRange(header.Parameters.Select(parameter => new BlockParameter(parameter.Type)));
        function.Blocks.Add(many);
        preheader.Terminator = exists is null
            ? Terminator.Branch(many, start)
            : new Terminator(TerminatorKind.Conditional, exists, new Edge(many, start), new Edge(header, [.. start]));
        var hasMore = new Instruction(
            Opcode.Compare, IrType.Bool, many.Parameters[header.Parameters.IndexOf(count.Counter)], limit) { Kind = (int)Condition.Lt,
            Location = location };
        many.Instructions.Add(hasMore);
        var (first, last) = Copies(function, flow, loop, count, [.. many.Parameters]);
        many.Terminator = new Terminator(
            TerminatorKind.Conditional, hasMore, new Edge(first, []), new Edge(header, [.. many.Parameters])) { Location = location };
        last.Target = many;

        Instruction Insert(Opcode opcode, IrType type, int kind, params Value[] operands)
        {
            var instruction = new Instruction(opcode, type, operands) { Kind = kind, Location = location };
            preheader.Instructions.Add(instruction);
            return instruction;
        }
    }

    private static (Block First, Edge Last) Copies(
        KernelFunction function, ControlFlow flow, Loop loop, CountedLoop count, Value[] incoming)
    {
        Block? first = null;
        Edge? back = null;
        for (var turn = 0; turn < Turns; turn++)
        {
            var (entry, returning) = new LoopTurn(function, flow, loop).Clone(incoming, loop.Header, count.StaysIfTrue ? 0 : 1);
            first ??= entry;
            if (back is not null)
            {
                (back.Target, back.Arguments) = (entry, []);
            }

            (back, incoming) = (returning, returning!.Arguments);
        }

        return (first!, back!);
    }
}

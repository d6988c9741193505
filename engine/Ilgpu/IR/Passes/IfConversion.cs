namespace ILGPU.IR.Passes;

/// <summary>Turns short branches that only choose values into selects, so that a warp does not diverge over them.</summary>
public static class IfConversion
{
    private const int MostInstructions = 6;

    public static void Run(KernelFunction function)
    {
        var incoming = new Dictionary<Block, int>();
        foreach (var target in function.Blocks.SelectMany(block => block.Successors))
        {
            incoming[target] = incoming.GetValueOrDefault(target) + 1;
        }

        foreach (var block in function.Blocks)
        {
            if (block.Terminator.Kind == TerminatorKind.Conditional)
            {
                Convert(block, incoming);
            }
        }

        ControlFlowSimplification.Prune(function);
    }

    private static void Convert(Block block, Dictionary<Block, int> incoming)
    {
        var condition = block.Terminator.Condition!;
        var (yes, no) = (block.Terminator.Edges[0], block.Terminator.Edges[1]);
        var (yesSide, noSide) = (IsSide(yes), IsSide(no));
        Edge fromYes, fromNo;
        if (yesSide && noSide && Last(yes).Target == Last(no).Target)
        {
            (fromYes, fromNo) = (Last(yes), Last(no));
        }
        else if (yesSide && Last(yes).Target == no.Target)
        {
            (fromYes, fromNo) = (Last(yes), no);
        }
        else if (noSide && Last(no).Target == yes.Target)
        {
            (fromYes, fromNo) = (yes, Last(no));
        }
        else
        {
            return;
        }

        if (fromYes.Target == block || fromYes.Arguments.Zip(fromNo.Arguments).Count(pair => !ReferenceEquals(pair.First, pair.Second)) > 4)
        {
            return;
        }

        if (fromYes != yes)
        {
            block.Instructions.AddRange(yes.Target.Instructions);
        }

        if (fromNo != no)
        {
            block.Instructions.AddRange(no.Target.Instructions);
        }

        var arguments = new Value[fromYes.Arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            var (a, b) = (fromYes.Arguments[i], fromNo.Arguments[i]);
            if (ReferenceEquals(a, b))
            {
                arguments[i] = a;
                continue;
            }

            var select = new Instruction(Opcode.Select, a.Type, condition, a, b) { Location = block.Terminator.Location };
            block.Instructions.Add(select);
            arguments[i] = select;
        }

        block.Terminator = Terminator.Branch(fromYes.Target, arguments);

        static Edge Last(Edge edge) => edge.Target.Terminator.Edges[0];

        bool IsSide(Edge edge) =>
            edge.Target is { Parameters.Count: 0, Terminator.Kind: TerminatorKind.Branch } side
            && incoming[side] == 1
            && side.Instructions.Count <= MostInstructions
            && side.Instructions.TrueForAll(IsCheap);
    }

    private static bool IsCheap(Instruction instruction) =>
        LoopInvariants.IsSpeculatable(instruction)
        && instruction.Opcode is not (Opcode.Math or Opcode.Div or Opcode.Rem or Opcode.DivS or Opcode.DivU or Opcode.RemS or Opcode.RemU);
}

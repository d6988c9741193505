namespace ILGPU.IR.Passes;

/// <summary>Applies the <see cref="Simplifier"/> everywhere, definitions before uses.</summary>
public static class Simplification
{
    public static void Run(KernelFunction function)
    {
        var map = new Dictionary<Value, Value>();
        List<Instruction> output = [];
        Simplifier? simplifier = null;
        simplifier = new Simplifier(Place);
        foreach (var block in ControlFlow.Reachable(function))
        {
            output = new List<Instruction>(block.Instructions.Count);
            foreach (var instruction in block.Instructions)
            {
                for (var i = 0; i < instruction.Operands.Length; i++)
                {
                    instruction.Operands[i] = KernelFunction.Resolve(instruction.Operands[i], map);
                }

                var value = Place(instruction);
                if (!ReferenceEquals(value, instruction))
                {
                    map.Add(instruction, value);
                }
            }

            block.Instructions = output;
        }

        // Values from around a loop were not known on the way down.
        function.Replace(map);

        Value Place(Instruction instruction)
        {
            var value = simplifier!.Simplify(instruction);
            if (value is Instruction placed && (ReferenceEquals(placed, instruction) || placed.Id == Simplifier.NotPlaced))
            {
                placed.Id = 0;
                output.Add(placed);
            }

            return value;
        }
    }
}

namespace ILGPU.IR.Passes;

/// <summary>
/// Where both quotient and remainder of the same two integers are wanted, as in `row = i / width; column = i % width`, divides once:
/// the remainder is what the quotient leaves. Hardware has no instruction for either, a division is some twenty others.
/// </summary>
public static class QuotientReuse
{
    private readonly record struct Key(bool IsSigned, Value A, Value B);

    public static void Run(KernelFunction function)
    {
        var wanted = new HashSet<Key>();
        foreach (var block in function.Blocks)
        {
            foreach (var i in block.Instructions)
            {
                if (i.Opcode is Opcode.DivS or Opcode.DivU && i.Operands[1] is not Constant)
                {
                    wanted.Add(KeyOf(i));
                }
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        var flow = new ControlFlow(function);
        var map = new Dictionary<Value, Value>();
        var quotients = new Dictionary<Key, (Instruction Quotient, int Block)>();
        for (var index = 0; index < flow.Order.Length; index++)
        {
            var block = flow.Order[index];
            var output = new List<Instruction>(block.Instructions.Count);
            foreach (var i in block.Instructions)
            {
                var isRemainder = i.Opcode is Opcode.RemS or Opcode.RemU;
                if ((!isRemainder && i.Opcode is not (Opcode.DivS or Opcode.DivU)) || !wanted.Contains(KeyOf(i)))
                {
                    output.Add(i);
                    continue;
                }

                var key = KeyOf(i);
                if (!quotients.TryGetValue(key, out var known) || !flow.Dominates(known.Block, index))
                {
                    // A remainder that comes first makes the quotient, which the division further down then takes.
                    var quotient = isRemainder
                        ? new Instruction(
                            key.IsSigned ? Opcode.DivS : Opcode.DivU, i.Type, i.Operands[0], i.Operands[1]) { Location = i.Location }
                        : i;
                    output.Add(quotient);
                    quotients[key] = known = (quotient, index);
                }

                if (isRemainder)
                {
                    map.Add(i, Remainder(i, known.Quotient, output));
                }
                else if (!ReferenceEquals(known.Quotient, i))
                {
                    map.Add(i, known.Quotient);
                }
            }

            block.Instructions = output;
        }

        function.Replace(map);
    }

    private static Key KeyOf(Instruction i) => new(i.Opcode is Opcode.DivS or Opcode.RemS, i.Operands[0], i.Operands[1]);

    private static Instruction Remainder(Instruction i, Instruction quotient, List<Instruction> output)
    {
        var product = new Instruction(Opcode.Mul, i.Type, quotient, i.Operands[1]) { Location = i.Location };
        var rest = new Instruction(Opcode.Sub, i.Type, i.Operands[0], product) { Location = i.Location };
        output.Add(product);
        output.Add(rest);
        return rest;
    }
}

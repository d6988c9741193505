namespace ILGPU.IR.Passes;

/// <summary>
/// Puts the operands of sums, products and bitwise operations of integers in one order, so that <see cref="CommonSubexpressions"/> takes
/// a + b and b + a for the same: then neighbouring accesses have one address.
/// </summary>
public static class OperandOrder
{
    public static void Run(KernelFunction function)
    {
        var numbers = new Dictionary<Value, int>();
        foreach (Block block in ControlFlow.Reachable(function))
        {
            foreach (BlockParameter parameter in block.Parameters)
            {
                numbers.Add(parameter, numbers.Count);
            }

            foreach (Instruction instruction in block.Instructions)
            {
                numbers.Add(instruction, numbers.Count);
            }
        }

        foreach (Instruction instruction in function.Instructions)
        {
            if (IsCommutative(instruction) && NumberOf(instruction.Operands[0]) > NumberOf(instruction.Operands[1]))
            {
                Array.Reverse(instruction.Operands);
            }
        }

        // A constant stays behind: it has no number, nor have arguments.
        int NumberOf(Value value) => value is Constant ? int.MaxValue : numbers.GetValueOrDefault(value, -1);
    }

    // Of floats, the order may decide which NaN comes out.
    private static bool IsCommutative(Instruction instruction) =>
        instruction.Opcode is Opcode.Add or Opcode.Mul or Opcode.And or Opcode.Or or Opcode.Xor && !instruction.Type.IsFloat();
}

using System.Reflection;
using ILGPU.IR;

namespace ILGPU.Frontend;

/// <summary>Translates one method's IL into the kernel, block by block, evaluating IL's stack symbolically.</summary>
internal sealed partial class MethodTranslator
{
    private readonly KernelTranslator kernel;
    private readonly IrBuilder ir;
    private readonly ILBody il;
    private readonly SourceLocation? caller;
    private readonly MethodBase method;
    private readonly Dictionary<int, int> position = [];
    private readonly Dictionary<int, (Block Block, StackValue[] Stack)> blocks = [];
    private readonly Queue<int> pending = new();
    private readonly Stack<StackValue> stack = new();
    private readonly TypeLayout returns;
    private readonly Block exit;
    private StackValue[] arguments = [];
    private TypeLayout[] parameterLayouts = [];
    private (Value Pointer, TypeLayout Layout)[] locals = [];
    private Type? constrained;

    public MethodTranslator(KernelTranslator kernel, ILBody il, SourceLocation? caller)
    {
        (this.kernel, this.il, this.caller) = (kernel, il, caller);
        ir = kernel.Builder;
        method = il.Method;
        for (var i = 0; i < il.Instructions.Length; i++)
        {
            position[il.Instructions[i].Offset] = i;
        }

        returns = kernel.LayoutOf(method is MethodInfo info ? info.ReturnType : typeof(void));
        exit = ir.NewBlock();
    }

    public StackValue Translate(StackValue[] values)
    {
        SetLocation(0);
        try
        {
            if (il.Body.ExceptionHandlingClauses.Count > 0)
            {
                throw new KernelRefusedException($"'{KernelTranslator.Describe(method)}' has a try block (try, using, lock and foreach " +
                    "over enumerators need one); kernels have no exceptions, use if and loops over indices");
            }

            PrepareArguments(values);
            PrepareLocals();
            Jump(0);
        }
        catch (KernelRefusedException refusal)
        {
            Refuse(refusal);
        }

        while (pending.TryDequeue(out var offset))
        {
            TranslateBlock(offset);
        }

        foreach (var leaf in returns.Leaves)
        {
            exit.Parameters.Add(new BlockParameter(leaf.Memory.Value()));
        }

        ir.Current = exit;
        return new StackValue([.. exit.Parameters], returns);
    }

    private void PrepareArguments(StackValue[] values)
    {
        var types = method.GetParameters().Select(p => p.ParameterType).ToList();
        if (!method.IsStatic)
        {
            types.Insert(0, ThisType());
        }

        arguments = new StackValue[values.Length];
        parameterLayouts = new TypeLayout[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            // A string or a closure instance has no layout and no memory: it stays the compile-time value that it is.
            if (values[i].Leaves.Length == 0 && values[i].Payload is not null)
            {
                arguments[i] = values[i];
                continue;
            }

            parameterLayouts[i] = kernel.LayoutOf(types[i]);
            var value = kernel.As(parameterLayouts[i], values[i]);
            arguments[i] = il.WrittenArguments.Contains(i) ? StackValue.Of(kernel.Spill(parameterLayouts[i], value)) : value;
        }
    }

    private Type ThisType()
    {
        var type = method.DeclaringType!;
        return type.IsValueType ? type.MakeByRefType() : type;
    }

    private void PrepareLocals()
    {
        var variables = il.Body.LocalVariables;
        locals = new (Value, TypeLayout)[variables.Count];
        for (var i = 0; i < locals.Length; i++)
        {
            var type = variables[i].LocalType;

            // A local of a class type is refused only where it is used: closures and delegates of dead code do no harm.
            if (!type.IsValueType && !type.IsByRef && !type.IsPointer && !type.IsArray)
            {
                continue;
            }

            if (type.IsByRefLike)
            {
                continue;
            }

            var layout = kernel.LayoutOf(type);
            locals[i] = (ir.LocalAlloca(layout.Size, layout.Alignment), layout);
            if (il.Body.InitLocals)
            {
                kernel.Store(layout, locals[i].Pointer, kernel.Zero(layout));
            }
        }
    }

    private (Value Pointer, TypeLayout Layout) Local(int index)
    {
        if (locals[index].Layout is null)
        {
            _ = kernel.LayoutOf(il.Body.LocalVariables[index].LocalType);
        }

        return locals[index];
    }

    // Sends the current stack to the block at an IL offset, which is made on first sight.
    private Edge EdgeTo(int offset)
    {
        if (!blocks.TryGetValue(offset, out var target))
        {
            var block = ir.NewBlock();
            var entries = stack.Reverse().Select(value => value with { Leaves = [.. value.Leaves.Select(Parameter)] }).ToArray();
            target = (block, entries);
            blocks.Add(offset, target);
            pending.Enqueue(offset);

            Value Parameter(Value leaf)
            {
                var parameter = new BlockParameter(leaf.Type);
                block.Parameters.Add(parameter);
                return parameter;
            }
        }

        var sent = stack.Reverse().SelectMany(value => value.Leaves).ToArray();
        if (sent.Length != target.Block.Parameters.Count)
        {
            throw new KernelRefusedException("two paths meet with different values on the stack");
        }

        for (var i = 0; i < sent.Length; i++)
        {
            sent[i] = kernel.Coerce(target.Block.Parameters[i].Type.Memory(), sent[i]);
        }

        return new Edge(target.Block, sent);
    }

    private void Jump(int offset) => ir.Terminate(new Terminator(TerminatorKind.Branch, null, EdgeTo(offset)) { Location = ir.Location });

    private void TranslateBlock(int offset)
    {
        var (block, entries) = blocks[offset];
        ir.Current = block;
        stack.Clear();
        foreach (var entry in entries)
        {
            stack.Push(entry);
        }

        constrained = null;
        try
        {
            for (var i = position[offset]; ; i++)
            {
                var instruction = il.Instructions[i];
                SetLocation(instruction.Offset);
                if (Translate(instruction))
                {
                    return;
                }

                if (il.Leaders.Contains(instruction.Next))
                {
                    Jump(instruction.Next);
                    return;
                }
            }
        }
        catch (KernelRefusedException refusal)
        {
            Refuse(refusal);
        }
    }

    private void Refuse(KernelRefusedException refusal) =>
        ir.Terminate(new Terminator(TerminatorKind.Refused, null) { Reason = refusal.Message, Location = ir.Location });

    private void SetLocation(int offset)
    {
        var line = SequencePoints.Find(method, offset);

        // The framework's own code has no lines: report the line that called it.
        ir.Location = line is { } found
            ? new SourceLocation(found.File, found.Line, KernelTranslator.Describe(method), caller)
            : caller ?? new SourceLocation(null, 0, KernelTranslator.Describe(method), null);
    }

    // True if the instruction ended the block.
    private bool Translate(in ILInstruction instruction)
    {
        var name = instruction.OpCode.Name!;
        switch (name)
        {
            case "nop" or "break" or "volatile." or "unaligned." or "readonly." or "tail.":
                return false;
            case "constrained.":
                constrained = ResolveType(instruction);
                return false;
            case "pop":
                stack.Pop();
                return false;
            case "dup":
                stack.Push(stack.Peek());
                return false;
            case "ret":
                Return();
                return true;
            case "br" or "br.s":
                Jump((int)instruction.Operand!);
                return true;
            case "switch":
                Switch(instruction);
                return true;
            case "throw" or "rethrow" when method.Module == typeof(object).Module:
                ir.Terminate(
                    new Terminator(TerminatorKind.Trap, null) { Reason = KernelTranslator.Describe(method), Location = ir.Location });
                return true;
            case "throw" or "rethrow":
                throw new KernelRefusedException(
                    "exceptions can't be thrown in kernels; write an error value to a buffer, or use Debug.Assert");
        }

        if (name[0] == 'b' && TranslateConditional(name, instruction))
        {
            return true;
        }

        return !TranslateConstant(name, instruction) && !TranslateVariable(name, instruction) && !TranslateArithmetic(name)
            && !TranslateMemory(name, instruction) && !TranslateConversion(name) && TranslateCall(name, instruction);
    }

    private void Return()
    {
        var value = returns.Size == 0 ? StackValue.Nothing : kernel.As(returns, stack.Pop());
        if (value.Leaves.Length != returns.Leaves.Length)
        {
            throw new KernelRefusedException($"'{value.Payload}' is an object; kernels have none");
        }

        ir.Branch(exit, value.Leaves);
    }

    private void Switch(in ILInstruction instruction)
    {
        var condition = kernel.Coerce(MemoryType.Int32, stack.Pop().Scalar);
        var edges = ((int[])instruction.Operand!).Append(instruction.Next).Select(EdgeTo).ToArray();
        ir.Terminate(new Terminator(TerminatorKind.Switch, condition, edges) { Location = ir.Location });
    }

    private bool TranslateConditional(string name, in ILInstruction instruction)
    {
        Value condition;
        switch (name)
        {
            case "brtrue" or "brtrue.s" or "brfalse" or "brfalse.s":
                var value = stack.Pop();
                condition = value.Leaves.Length == 0 ? Constant.Bool(value.Payload is not null) : ir.IsNonZero(value.Scalar);
                if (name.StartsWith("brfalse", StringComparison.Ordinal))
                {
                    condition = ir.Emit(Opcode.Not, IrType.Bool, condition);
                }

                break;
            default:
                if (BranchCondition(name) is not { } comparison)
                {
                    return false;
                }

                var (b, a) = (stack.Pop(), stack.Pop());
                condition = CompareScalars(comparison, a, b);
                break;
        }

        ir.Terminate(new Terminator(
            TerminatorKind.Conditional, condition, EdgeTo((int)instruction.Operand!), EdgeTo(instruction.Next)) { Location = ir.Location });
        return true;
    }

    private static Condition? BranchCondition(string name) => (name.EndsWith(".s", StringComparison.Ordinal) ? name[..^2] : name) switch
    {
        "beq" => Condition.Eq,
        "bne.un" => Condition.Ne,
        "blt" => Condition.Lt,
        "ble" => Condition.Le,
        "bgt" => Condition.Gt,
        "bge" => Condition.Ge,
        "blt.un" => Condition.LtUn,
        "ble.un" => Condition.LeUn,
        "bgt.un" => Condition.GtUn,
        "bge.un" => Condition.GeUn,
        _ => null,
    };
}

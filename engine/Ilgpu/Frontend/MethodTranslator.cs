using System.Reflection;
using ILGPU.IR;

namespace ILGPU.Frontend;

/// <summary>Translates one method's IL into the kernel, block by block, evaluating IL's stack symbolically.</summary>
internal sealed partial class MethodTranslator
{
    private readonly KernelTranslator _kernel;
    private readonly IrBuilder _ir;
    private readonly ILBody _il;
    private readonly SourceLocation? _caller;
    private readonly MethodBase _method;
    private readonly Dictionary<int, int> _position = [];
    private readonly Dictionary<int, (Block Block, StackValue[] Stack)> _blocks = [];
    private readonly Queue<int> _pending = new();
    private readonly Stack<StackValue> _stack = new();
    private readonly TypeLayout _returns;
    private readonly Block _exit;
    private StackValue[] _arguments = [];
    private TypeLayout[] _parameterLayouts = [];
    private (Value Pointer, TypeLayout Layout)[] _locals = [];
    private Type? _constrained;

    public MethodTranslator(KernelTranslator kernel, ILBody il, SourceLocation? caller)
    {
        (_kernel, _il, _caller) = (kernel, il, caller);
        _ir = kernel.Builder;
        _method = il.Method;
        for (var i = 0; i < il.Instructions.Length; i++)
        {
            _position[il.Instructions[i].Offset] = i;
        }

        _returns = kernel.LayoutOf(_method is MethodInfo info ? info.ReturnType : typeof(void));
        _exit = _ir.NewBlock();
    }

    public StackValue Translate(StackValue[] values)
    {
        SetLocation(0);
        try
        {
            if (_il.Body.ExceptionHandlingClauses.Count > 0)
            {
                throw new KernelRefusedException($"'{KernelTranslator.Describe(_method)}' has a try block (try, using, lock and foreach " +
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

        while (_pending.TryDequeue(out var offset))
        {
            TranslateBlock(offset);
        }

        foreach (var leaf in _returns.Leaves)
        {
            _exit.Parameters.Add(new BlockParameter(leaf.Memory.Value()));
        }

        _ir.Current = _exit;
        return new StackValue([.. _exit.Parameters], _returns);
    }

    private void PrepareArguments(StackValue[] values)
    {
        var types = _method.GetParameters().Select(p => p.ParameterType).ToList();
        if (!_method.IsStatic)
        {
            types.Insert(0, ThisType());
        }

        _arguments = new StackValue[values.Length];
        _parameterLayouts = new TypeLayout[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            // A string or a closure instance has no layout and no memory: it stays the compile-time value that it is.
            if (values[i].Leaves.Length == 0 && values[i].Payload is not null)
            {
                _arguments[i] = values[i];
                continue;
            }

            _parameterLayouts[i] = _kernel.LayoutOf(types[i]);
            var value = _kernel.As(_parameterLayouts[i], values[i]);
            _arguments[i] = _il.WrittenArguments.Contains(i) ? StackValue.Of(_kernel.Spill(_parameterLayouts[i], value)) : value;
        }
    }

    private Type ThisType()
    {
        var type = _method.DeclaringType!;
        return type.IsValueType ? type.MakeByRefType() : type;
    }

    private void PrepareLocals()
    {
        var variables = _il.Body.LocalVariables;
        _locals = new (Value, TypeLayout)[variables.Count];
        for (var i = 0; i < _locals.Length; i++)
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

            var layout = _kernel.LayoutOf(type);
            _locals[i] = (_ir.LocalAlloca(layout.Size, layout.Alignment), layout);
            if (_il.Body.InitLocals)
            {
                _kernel.Store(layout, _locals[i].Pointer, _kernel.Zero(layout));
            }
        }
    }

    private (Value Pointer, TypeLayout Layout) Local(int index)
    {
        if (_locals[index].Layout is null)
        {
            _ = _kernel.LayoutOf(_il.Body.LocalVariables[index].LocalType);
        }

        return _locals[index];
    }

    // Sends the current stack to the block at an IL offset, which is made on first sight.
    private Edge EdgeTo(int offset)
    {
        if (!_blocks.TryGetValue(offset, out var target))
        {
            var block = _ir.NewBlock();
            var entries = _stack.Reverse().Select(value => value with { Leaves = [.. value.Leaves.Select(Parameter)] }).ToArray();
            target = (block, entries);
            _blocks.Add(offset, target);
            _pending.Enqueue(offset);

            Value Parameter(Value leaf)
            {
                var parameter = new BlockParameter(leaf.Type);
                block.Parameters.Add(parameter);
                return parameter;
            }
        }

        var sent = _stack.Reverse().SelectMany(value => value.Leaves).ToArray();
        if (sent.Length != target.Block.Parameters.Count)
        {
            throw new KernelRefusedException("two paths meet with different values on the stack");
        }

        for (var i = 0; i < sent.Length; i++)
        {
            sent[i] = _kernel.Coerce(target.Block.Parameters[i].Type.Memory(), sent[i]);
        }

        return new Edge(target.Block, sent);
    }

    private void Jump(int offset) => _ir.Terminate(new Terminator(TerminatorKind.Branch, null, EdgeTo(offset)) { Location = _ir.Location });

    private void TranslateBlock(int offset)
    {
        var (block, entries) = _blocks[offset];
        _ir.Current = block;
        _stack.Clear();
        foreach (var entry in entries)
        {
            _stack.Push(entry);
        }

        _constrained = null;
        try
        {
            for (var i = _position[offset]; ; i++)
            {
                var instruction = _il.Instructions[i];
                SetLocation(instruction.Offset);
                if (Translate(instruction))
                {
                    return;
                }

                if (_il.Leaders.Contains(instruction.Next))
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
        _ir.Terminate(new Terminator(TerminatorKind.Refused, null) { Reason = refusal.Message, Location = _ir.Location });

    private void SetLocation(int offset)
    {
        var line = SequencePoints.Find(_method, offset);

        // The framework's own code has no lines: report the line that called it.
        _ir.Location = line is { } found
            ? new SourceLocation(found.File, found.Line, KernelTranslator.Describe(_method), _caller)
            : _caller ?? new SourceLocation(null, 0, KernelTranslator.Describe(_method), null);
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
                _constrained = ResolveType(instruction);
                return false;
            case "pop":
                _stack.Pop();
                return false;
            case "dup":
                _stack.Push(_stack.Peek());
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
            case "throw" or "rethrow" when _method.Module == typeof(object).Module:
                _ir.Terminate(
                    new Terminator(TerminatorKind.Trap, null) { Reason = KernelTranslator.Describe(_method), Location = _ir.Location });
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
        var value = _returns.Size == 0 ? StackValue.Nothing : _kernel.As(_returns, _stack.Pop());
        if (value.Leaves.Length != _returns.Leaves.Length)
        {
            throw new KernelRefusedException($"'{value.Payload}' is an object; kernels have none");
        }

        _ir.Branch(_exit, value.Leaves);
    }

    private void Switch(in ILInstruction instruction)
    {
        var condition = _kernel.Coerce(MemoryType.Int32, _stack.Pop().Scalar);
        var edges = ((int[])instruction.Operand!).Append(instruction.Next).Select(EdgeTo).ToArray();
        _ir.Terminate(new Terminator(TerminatorKind.Switch, condition, edges) { Location = _ir.Location });
    }

    private bool TranslateConditional(string name, in ILInstruction instruction)
    {
        Value condition;
        switch (name)
        {
            case "brtrue" or "brtrue.s" or "brfalse" or "brfalse.s":
                var value = _stack.Pop();
                condition = value.Leaves.Length == 0 ? Constant.Bool(value.Payload is not null) : _ir.IsNonZero(value.Scalar);
                if (name.StartsWith("brfalse", StringComparison.Ordinal))
                {
                    condition = _ir.Emit(Opcode.Not, IrType.Bool, condition);
                }

                break;
            default:
                if (BranchCondition(name) is not { } comparison)
                {
                    return false;
                }

                var (b, a) = (_stack.Pop(), _stack.Pop());
                condition = CompareScalars(comparison, a, b);
                break;
        }

        _ir.Terminate(new Terminator(
            TerminatorKind.Conditional, condition, EdgeTo((int)instruction.Operand!), EdgeTo(instruction.Next))
        {
            Location = _ir.Location,
        });
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

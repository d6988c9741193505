using System.Reflection.Emit;
using ILGPU.Backends;
using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>
/// Where the values of a kernel live in the translated method: constants in the code, arguments in the packed block, values that are read
/// once in their own block on the evaluation stack, all others in IL locals.
/// </summary>
internal sealed class ValueLocals
{
    private readonly ILGenerator _il;

    private readonly Dictionary<Value, LocalBuilder> _locals = [];

    private readonly Dictionary<KernelArgument, KernelParameter> _parameters = [];

    private readonly HashSet<Instruction> _folded;

    /// <param name="il">Where to.</param>
    /// <param name="function">The kernel.</param>
    /// <param name="parameters">Of its arguments, in their order.</param>
    /// <param name="folds">Whether values may stay on the evaluation stack.</param>
    public ValueLocals(ILGenerator il, KernelFunction function, IReadOnlyList<KernelParameter> parameters, bool folds = true)
    {
        _il = il;
        for (int i = 0; i < parameters.Count; i++)
        {
            _parameters[function.Arguments[i]] = parameters[i];
        }

        _folded = folds ? FindFolded(function) : [];
    }

    public static Type ClrType(IrType type) => type switch
    {
        IrType.Bool or IrType.Int32 => typeof(int),
        IrType.Int64 or IrType.Pointer => typeof(long),
        IrType.Float32 => typeof(float),
        IrType.Float64 => typeof(double),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The simulator has no values of this type."),
    };

    /// <summary>Whether the instruction is computed where it is read.</summary>
    public bool IsFolded(Instruction instruction) => _folded.Contains(instruction);

    public LocalBuilder LocalOf(Value value)
    {
        if (!_locals.TryGetValue(value, out LocalBuilder? local))
        {
            _locals[value] = local = _il.DeclareLocal(ClrType(value.Type));
        }

        return local;
    }

    public void Store(Value value) => _il.Emit(OpCodes.Stloc, LocalOf(value));

    /// <summary>Pushes a constant, an argument, or what is in a local.</summary>
    public void Load(Value value)
    {
        switch (value)
        {
            case Constant constant:
                LoadConstant(constant);
                break;
            case KernelArgument argument:
                LoadArgument(_parameters[argument]);
                break;
            default:
                _il.Emit(OpCodes.Ldloc, LocalOf(value));
                break;
        }
    }

    /// <summary>Pure instructions with one reader, which is in the same block.</summary>
    private static HashSet<Instruction> FindFolded(KernelFunction function)
    {
        var uses = new Dictionary<Value, int>();
        var home = new Dictionary<Value, Block>();
        var strays = new HashSet<Value>();
        foreach (Block block in function.Blocks)
        {
            foreach (Instruction instruction in block.Instructions)
            {
                home[instruction] = block;
            }
        }

        void Count(Value value, Block reader)
        {
            uses[value] = uses.GetValueOrDefault(value) + 1;
            if (home.TryGetValue(value, out Block? owner) && owner != reader)
            {
                strays.Add(value);
            }
        }

        foreach (Block block in function.Blocks)
        {
            // What is computed before a synchronisation and read after it must outlive the method call.
            var afterSync = new HashSet<Value>();
            foreach (Instruction instruction in block.Instructions)
            {
                foreach (Value operand in instruction.Operands)
                {
                    Count(operand, block);
                    if (operand is Instruction && home[operand] == block && !afterSync.Contains(operand))
                    {
                        strays.Add(operand);
                    }
                }

                if (SyncPoint.Is(instruction))
                {
                    afterSync.Clear();
                }

                afterSync.Add(instruction);
            }

            if (block.Terminator.Condition is { } condition)
            {
                Count(condition, block);
            }

            foreach (Edge edge in block.Terminator.Edges)
            {
                foreach (Value argument in edge.Arguments)
                {
                    Count(argument, block);
                }
            }

            foreach (Value value in TerminatorReads(block))
            {
                if (value is Instruction && home[value] == block && !afterSync.Contains(value))
                {
                    strays.Add(value);
                }
            }
        }

        return [.. home.Keys.OfType<Instruction>().Where(i => IsFoldable(i) && uses.GetValueOrDefault(i) == 1 && !strays.Contains(i))];
    }

    private static IEnumerable<Value> TerminatorReads(Block block) =>
        block.Terminator.Edges.SelectMany(edge => edge.Arguments).Concat(block.Terminator.Condition is { } condition ? [condition] : []);

    private static bool IsFoldable(Instruction instruction) =>
        instruction.IsPure && instruction.Opcode is not (Opcode.LocalAlloca or Opcode.TupleElement);

    private void LoadConstant(Constant constant)
    {
        switch (constant.Type)
        {
            case IrType.Float32:
                _il.Emit(OpCodes.Ldc_R4, constant.AsFloat32);
                break;
            case IrType.Float64:
                _il.Emit(OpCodes.Ldc_R8, constant.AsFloat64);
                break;
            case IrType.Int64 or IrType.Pointer:
                _il.Emit(OpCodes.Ldc_I8, constant.Bits);
                break;
            default:
                _il.Emit(OpCodes.Ldc_I4, constant.AsInt32);
                break;
        }
    }

    private void LoadArgument(KernelParameter parameter)
    {
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I4, parameter.Offset);
        _il.Emit(OpCodes.Add);
        _il.Emit(PlainMemory.Load(parameter.Type));
    }
}

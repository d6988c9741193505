using System.Reflection;
using System.Reflection.Emit;
using ILGPU.Backends;
using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>
/// Translates a kernel's IR to a method of .NET that runs one thread from synchronisation to synchronisation: at each it puts the values
/// that are still needed into the thread's frame and returns; called again, it takes them out and goes on. Accesses to memory and whatever
/// can fail become calls that check; where nothing is checked, accesses are plain and volatile.
/// </summary>
internal sealed class SimulatorTranslator
{
    /// <summary>Bytes between allocations that belong to nobody, so that a read past the end of one finds nothing written.</summary>
    private const int Gap = 16;

    private readonly KernelImage _image;

    private readonly DynamicMethod _method;

    private readonly ILGenerator _il;

    private readonly ValueLocals _values;

    private readonly InstructionTranslator _instructions;

    private readonly SourceSites _sites = new();

    private readonly Dictionary<Block, Label> _labels = [];

    private readonly List<SyncPoint> _syncPoints = [];

    private readonly Dictionary<Instruction, Value[]> _kept;

    private readonly Dictionary<Value, int> _frameSlots = [];

    private readonly bool _isCounting;

    private SimulatorTranslator(KernelImage image, bool isCounting, bool isChecked)
    {
        _image = image;
        _isCounting = isCounting;
        Type[] parameters = [typeof(SimulatedThread), typeof(byte*), typeof(int)];
        _method = new($"Simulate {image.EntryPoint}", typeof(int), parameters, typeof(SimulatorTranslator).Module, skipVisibility: true);
        _il = _method.GetILGenerator();
        _values = new(_il, image.Function, image.Parameters);
        var layout = new MemoryLayout(image.Function, Gap);
        Layout = layout;
        _instructions = new(_il, _values, _sites, layout, isChecked);
        _kept = Liveness.AcrossSynchronizations(image.Function);
    }

    private MemoryLayout Layout { get; }

    /// <param name="image">The kernel.</param>
    /// <param name="name">How errors call it.</param>
    /// <param name="isCounting">Whether the translation counts its instructions.</param>
    /// <param name="isChecked">
    /// Whether pointers name allocations and accesses are checked; else pointers are addresses of the host.
    /// </param>
    public static TranslatedKernel Translate(KernelImage image, string name, bool isCounting = false, bool isChecked = true) =>
        new SimulatorTranslator(image, isCounting, isChecked).Translate(name);

    private TranslatedKernel Translate(string name)
    {
        foreach (Block block in _image.Function.Blocks)
        {
            _labels[block] = _il.DefineLabel();
        }

        Label[] resumptions = DefineResumptions();
        if (resumptions.Length > 0)
        {
            _il.Emit(OpCodes.Ldarg_2);
            _il.Emit(OpCodes.Switch, [_labels[_image.Function.Entry], .. resumptions]);
        }

        for (int i = 0; i < _image.Function.Blocks.Count; i++)
        {
            EmitBlock(_image.Function.Blocks[i], i, resumptions);
        }

        return new()
        {
            Name = name,
            Body = _method.CreateDelegate<ThreadBody>(),
            SyncPoints = [.. _syncPoints],
            Sites = _sites.ToArray(),
            Blocks = _isCounting ? [.. _image.Function.Blocks.Select(BlockWork.Of)] : [],
            FrameBytes = _frameSlots.Count * sizeof(long),
            LocalBytes = Layout.LocalBytes,
            SharedBytes = Layout.SharedBytes,
            CellBytes = Layout.CellBytes,
            HasFences = _image.Function.Instructions.Any(i => i.Opcode == Opcode.Fence && i.Kind != (int)FenceLevel.Group),
            Views = [.. Views()],
        };
    }

    private IEnumerable<(int Offset, string Name)> Views()
    {
        for (int i = 0; i < _image.Parameters.Length; i++)
        {
            if (_image.Parameters[i].Kind == KernelParameterKind.ViewPointer)
            {
                yield return (_image.Parameters[i].Offset, _image.Function.Arguments[i].Name[..^"_ptr".Length]);
            }
        }
    }

    private Label[] DefineResumptions() =>
        [.. _image.Function.Instructions.Where(SyncPoint.Is).Select(_ => _il.DefineLabel())];

    private void EmitBlock(Block block, int number, Label[] resumptions)
    {
        _il.MarkLabel(_labels[block]);
        if (_isCounting)
        {
            EmitCounting(number);
        }

        foreach (Instruction instruction in block.Instructions)
        {
            if (SyncPoint.Is(instruction))
            {
                EmitSynchronization(instruction, resumptions[_syncPoints.Count]);
            }
            else if (!_values.IsFolded(instruction))
            {
                _instructions.EmitStatement(instruction);
            }
        }

        EmitTerminator(block.Terminator, number);
    }

    private void EmitCounting(int number)
    {
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldfld, ThreadField(nameof(SimulatedThread.Group)));
        _il.Emit(OpCodes.Call, typeof(SimulatedGroup).GetProperty(nameof(SimulatedGroup.Counts))!.GetMethod!);
        _il.Emit(OpCodes.Ldc_I4, number);
        _il.Emit(OpCodes.Call, typeof(GroupCounts).GetMethod(nameof(GroupCounts.Pass))!);
    }

    /// <summary>Pushes what decides where a block leads, and counts which way the thread goes.</summary>
    private void EmitSelector(Terminator terminator, int number)
    {
        _instructions.EmitValue(terminator.Condition!);
        if (!_isCounting)
        {
            return;
        }

        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldc_I4, number);
        _il.Emit(OpCodes.Ldc_I4, terminator.Edges.Length - 1);
        _il.Emit(OpCodes.Call, typeof(GroupCounts).GetMethod(nameof(GroupCounts.Jump))!);
    }

    private void EmitSynchronization(Instruction instruction, Label resumption)
    {
        int site = _sites.Add(instruction.Location);
        _syncPoints.Add(new(instruction, site));
        EmitGiven(instruction, site);
        foreach (Value value in _kept[instruction])
        {
            EmitFrameAccess(value, isStore: true);
        }

        _il.Emit(OpCodes.Ldc_I4, _syncPoints.Count);
        _il.Emit(OpCodes.Ret);

        _il.MarkLabel(resumption);
        foreach (Value value in _kept[instruction])
        {
            EmitFrameAccess(value, isStore: false);
        }

        if (instruction.Type == IrType.Void)
        {
            return;
        }

        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldfld, ThreadField(nameof(SimulatedThread.Taken)));
        EmitFromBits(instruction.Type);
        _values.Store(instruction);
    }

    /// <summary>Tells the thread what it brings to the synchronisation.</summary>
    private void EmitGiven(Instruction instruction, int site)
    {
        if (instruction.Operands.Length == 0)
        {
            return;
        }

        _il.Emit(OpCodes.Ldarg_0);
        _instructions.EmitValue(instruction.Operands[0]);
        EmitToBits(instruction.Operands[0].Type);
        _il.Emit(OpCodes.Stfld, ThreadField(nameof(SimulatedThread.Given)));
        if (instruction.Opcode != Opcode.Shuffle)
        {
            return;
        }

        _il.Emit(OpCodes.Ldarg_0);
        _instructions.EmitValue(instruction.Operands[1]);
        _il.Emit(OpCodes.Stfld, ThreadField(nameof(SimulatedThread.Operand)));
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldarg_0);
        _instructions.EmitValue(instruction.Operands[2]);
        _il.Emit(OpCodes.Ldc_I4, site);
        _il.Emit(OpCodes.Call, typeof(SimulatedChecks).GetMethod(nameof(SimulatedChecks.Width))!);
        _il.Emit(OpCodes.Stfld, ThreadField(nameof(SimulatedThread.Width)));
    }

    private void EmitFrameAccess(Value value, bool isStore)
    {
        if (!_frameSlots.TryGetValue(value, out int slot))
        {
            _frameSlots[value] = slot = _frameSlots.Count;
        }

        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldfld, ThreadField(nameof(SimulatedThread.Frame)));
        _il.Emit(OpCodes.Ldc_I4, slot * sizeof(long));
        _il.Emit(OpCodes.Add);
        if (isStore)
        {
            _values.Load(value);
            _il.Emit(OpCodes.Stobj, ValueLocals.ClrType(value.Type));
        }
        else
        {
            _il.Emit(OpCodes.Ldobj, ValueLocals.ClrType(value.Type));
            _values.Store(value);
        }
    }

    private void EmitToBits(IrType type)
    {
        if (type == IrType.Float32)
        {
            _il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.SingleToInt32Bits))!);
        }

        if (type == IrType.Float64)
        {
            _il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.DoubleToInt64Bits))!);
        }
        else if (type is not (IrType.Int64 or IrType.Pointer))
        {
            _il.Emit(OpCodes.Conv_I8);
        }
    }

    private void EmitFromBits(IrType type)
    {
        if (type == IrType.Float64)
        {
            _il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.Int64BitsToDouble))!);
        }
        else if (type is not (IrType.Int64 or IrType.Pointer))
        {
            _il.Emit(OpCodes.Conv_I4);
        }

        if (type == IrType.Float32)
        {
            _il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.Int32BitsToSingle))!);
        }
    }

    private void EmitTerminator(Terminator terminator, int number)
    {
        switch (terminator.Kind)
        {
            case TerminatorKind.Branch:
                EmitEdge(terminator.Edges[0]);
                break;
            case TerminatorKind.Conditional:
                Label taken = _il.DefineLabel();
                EmitSelector(terminator, number);
                _il.Emit(OpCodes.Brtrue, taken);
                EmitEdge(terminator.Edges[1]);
                _il.MarkLabel(taken);
                EmitEdge(terminator.Edges[0]);
                break;
            case TerminatorKind.Switch:
                Label[] cases = [.. terminator.Edges.Select(_ => _il.DefineLabel())];
                EmitSelector(terminator, number);
                _il.Emit(OpCodes.Switch, cases[..^1]);
                EmitEdge(terminator.Edges[^1]);
                for (int i = 0; i < cases.Length - 1; i++)
                {
                    _il.MarkLabel(cases[i]);
                    EmitEdge(terminator.Edges[i]);
                }

                break;
            case TerminatorKind.Return:
                EmitReturn();
                break;
            default:
                _il.Emit(OpCodes.Ldarg_0);
                _il.Emit(OpCodes.Ldstr, terminator.Reason ?? "the runtime library would throw here");
                _il.Emit(OpCodes.Ldc_I4, _sites.Add(terminator.Location));
                _il.Emit(OpCodes.Call, typeof(SimulatedChecks).GetMethod(nameof(SimulatedChecks.Trap))!);
                EmitReturn();
                break;
        }
    }

    private void EmitReturn()
    {
        _il.Emit(OpCodes.Ldc_I4, SimulatedThread.Finished);
        _il.Emit(OpCodes.Ret);
    }

    /// <summary>Assigns the target's parameters in parallel: all values are pushed before the first is stored.</summary>
    private void EmitEdge(Edge edge)
    {
        for (int i = 0; i < edge.Arguments.Length; i++)
        {
            _instructions.EmitValue(edge.Arguments[i]);
        }

        for (int i = edge.Arguments.Length - 1; i >= 0; i--)
        {
            _values.Store(edge.Target.Parameters[i]);
        }

        _il.Emit(OpCodes.Br, _labels[edge.Target]);
    }

    private static FieldInfo ThreadField(string name) => typeof(SimulatedThread).GetField(name)!;
}

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

    private readonly KernelImage image;

    private readonly DynamicMethod method;

    private readonly ILGenerator il;

    private readonly ValueLocals values;

    private readonly InstructionTranslator instructions;

    private readonly SourceSites sites = new();

    private readonly Dictionary<Block, Label> labels = [];

    private readonly List<SyncPoint> syncPoints = [];

    private readonly Dictionary<Instruction, Value[]> kept;

    private readonly Dictionary<Value, int> frameSlots = [];

    private readonly bool isCounting;

    private SimulatorTranslator(KernelImage image, bool isCounting, bool isChecked)
    {
        this.image = image;
        this.isCounting = isCounting;
        Type[] parameters = [typeof(SimulatedThread), typeof(byte*), typeof(int)];
        method = new($"Simulate {image.EntryPoint}", typeof(int), parameters, typeof(SimulatorTranslator).Module, skipVisibility: true);
        il = method.GetILGenerator();
        values = new(il, image.Function, image.Parameters);
        var layout = new MemoryLayout(image.Function, Gap);
        Layout = layout;
        instructions = new(il, values, sites, layout, isChecked);
        kept = Liveness.AcrossSynchronizations(image.Function);
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
        foreach (Block block in image.Function.Blocks)
        {
            labels[block] = il.DefineLabel();
        }

        Label[] resumptions = DefineResumptions();
        if (resumptions.Length > 0)
        {
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Switch, [labels[image.Function.Entry], .. resumptions]);
        }

        for (int i = 0; i < image.Function.Blocks.Count; i++)
        {
            EmitBlock(image.Function.Blocks[i], i, resumptions);
        }

        return new()
        {
            Name = name,
            Body = method.CreateDelegate<ThreadBody>(),
            SyncPoints = [.. syncPoints],
            Sites = sites.ToArray(),
            Blocks = isCounting ? [.. image.Function.Blocks.Select(BlockWork.Of)] : [],
            FrameBytes = frameSlots.Count * sizeof(long),
            LocalBytes = Layout.LocalBytes,
            SharedBytes = Layout.SharedBytes,
            CellBytes = Layout.CellBytes,
            HasFences = image.Function.Instructions.Any(i => i.Opcode == Opcode.Fence && i.Kind != (int)FenceLevel.Group),
            Views = [.. Views()],
        };
    }

    private IEnumerable<(int Offset, string Name)> Views()
    {
        for (int i = 0; i < image.Parameters.Length; i++)
        {
            if (image.Parameters[i].Kind == KernelParameterKind.ViewPointer)
            {
                yield return (image.Parameters[i].Offset, image.Function.Arguments[i].Name[..^"_ptr".Length]);
            }
        }
    }

    private Label[] DefineResumptions() =>
        [.. image.Function.Instructions.Where(SyncPoint.Is).Select(_ => il.DefineLabel())];

    private void EmitBlock(Block block, int number, Label[] resumptions)
    {
        il.MarkLabel(labels[block]);
        if (isCounting)
        {
            EmitCounting(number);
        }

        foreach (Instruction instruction in block.Instructions)
        {
            if (SyncPoint.Is(instruction))
            {
                EmitSynchronization(instruction, resumptions[syncPoints.Count]);
            }
            else if (!values.IsFolded(instruction))
            {
                instructions.EmitStatement(instruction);
            }
        }

        EmitTerminator(block.Terminator, number);
    }

    private void EmitCounting(int number)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, ThreadField(nameof(SimulatedThread.Group)));
        il.Emit(OpCodes.Call, typeof(SimulatedGroup).GetProperty(nameof(SimulatedGroup.Counts))!.GetMethod!);
        il.Emit(OpCodes.Ldc_I4, number);
        il.Emit(OpCodes.Call, typeof(GroupCounts).GetMethod(nameof(GroupCounts.Pass))!);
    }

    /// <summary>Pushes what decides where a block leads, and counts which way the thread goes.</summary>
    private void EmitSelector(Terminator terminator, int number)
    {
        instructions.EmitValue(terminator.Condition!);
        if (!isCounting)
        {
            return;
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, number);
        il.Emit(OpCodes.Ldc_I4, terminator.Edges.Length - 1);
        il.Emit(OpCodes.Call, typeof(GroupCounts).GetMethod(nameof(GroupCounts.Jump))!);
    }

    private void EmitSynchronization(Instruction instruction, Label resumption)
    {
        int site = sites.Add(instruction.Location);
        syncPoints.Add(new(instruction, site));
        EmitGiven(instruction, site);
        foreach (Value value in kept[instruction])
        {
            EmitFrameAccess(value, isStore: true);
        }

        il.Emit(OpCodes.Ldc_I4, syncPoints.Count);
        il.Emit(OpCodes.Ret);

        il.MarkLabel(resumption);
        foreach (Value value in kept[instruction])
        {
            EmitFrameAccess(value, isStore: false);
        }

        if (instruction.Type == IrType.Void)
        {
            return;
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, ThreadField(nameof(SimulatedThread.Taken)));
        EmitFromBits(instruction.Type);
        values.Store(instruction);
    }

    /// <summary>Tells the thread what it brings to the synchronisation.</summary>
    private void EmitGiven(Instruction instruction, int site)
    {
        if (instruction.Operands.Length == 0)
        {
            return;
        }

        il.Emit(OpCodes.Ldarg_0);
        instructions.EmitValue(instruction.Operands[0]);
        EmitToBits(instruction.Operands[0].Type);
        il.Emit(OpCodes.Stfld, ThreadField(nameof(SimulatedThread.Given)));
        if (instruction.Opcode != Opcode.Shuffle)
        {
            return;
        }

        il.Emit(OpCodes.Ldarg_0);
        instructions.EmitValue(instruction.Operands[1]);
        il.Emit(OpCodes.Stfld, ThreadField(nameof(SimulatedThread.Operand)));
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_0);
        instructions.EmitValue(instruction.Operands[2]);
        il.Emit(OpCodes.Ldc_I4, site);
        il.Emit(OpCodes.Call, typeof(SimulatedChecks).GetMethod(nameof(SimulatedChecks.Width))!);
        il.Emit(OpCodes.Stfld, ThreadField(nameof(SimulatedThread.Width)));
    }

    private void EmitFrameAccess(Value value, bool isStore)
    {
        if (!frameSlots.TryGetValue(value, out int slot))
        {
            frameSlots[value] = slot = frameSlots.Count;
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, ThreadField(nameof(SimulatedThread.Frame)));
        il.Emit(OpCodes.Ldc_I4, slot * sizeof(long));
        il.Emit(OpCodes.Add);
        if (isStore)
        {
            values.Load(value);
            il.Emit(OpCodes.Stobj, ValueLocals.ClrType(value.Type));
        }
        else
        {
            il.Emit(OpCodes.Ldobj, ValueLocals.ClrType(value.Type));
            values.Store(value);
        }
    }

    private void EmitToBits(IrType type)
    {
        if (type == IrType.Float32)
        {
            il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.SingleToInt32Bits))!);
        }

        if (type == IrType.Float64)
        {
            il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.DoubleToInt64Bits))!);
        }
        else if (type is not (IrType.Int64 or IrType.Pointer))
        {
            il.Emit(OpCodes.Conv_I8);
        }
    }

    private void EmitFromBits(IrType type)
    {
        if (type == IrType.Float64)
        {
            il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.Int64BitsToDouble))!);
        }
        else if (type is not (IrType.Int64 or IrType.Pointer))
        {
            il.Emit(OpCodes.Conv_I4);
        }

        if (type == IrType.Float32)
        {
            il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.Int32BitsToSingle))!);
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
                Label taken = il.DefineLabel();
                EmitSelector(terminator, number);
                il.Emit(OpCodes.Brtrue, taken);
                EmitEdge(terminator.Edges[1]);
                il.MarkLabel(taken);
                EmitEdge(terminator.Edges[0]);
                break;
            case TerminatorKind.Switch:
                Label[] cases = [.. terminator.Edges.Select(_ => il.DefineLabel())];
                EmitSelector(terminator, number);
                il.Emit(OpCodes.Switch, cases[..^1]);
                EmitEdge(terminator.Edges[^1]);
                for (int i = 0; i < cases.Length - 1; i++)
                {
                    il.MarkLabel(cases[i]);
                    EmitEdge(terminator.Edges[i]);
                }

                break;
            case TerminatorKind.Return:
                EmitReturn();
                break;
            default:
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldstr, terminator.Reason ?? "the runtime library would throw here");
                il.Emit(OpCodes.Ldc_I4, sites.Add(terminator.Location));
                il.Emit(OpCodes.Call, typeof(SimulatedChecks).GetMethod(nameof(SimulatedChecks.Trap))!);
                EmitReturn();
                break;
        }
    }

    private void EmitReturn()
    {
        il.Emit(OpCodes.Ldc_I4, SimulatedThread.Finished);
        il.Emit(OpCodes.Ret);
    }

    /// <summary>Assigns the target's parameters in parallel: all values are pushed before the first is stored.</summary>
    private void EmitEdge(Edge edge)
    {
        for (int i = 0; i < edge.Arguments.Length; i++)
        {
            instructions.EmitValue(edge.Arguments[i]);
        }

        for (int i = edge.Arguments.Length - 1; i >= 0; i--)
        {
            values.Store(edge.Target.Parameters[i]);
        }

        il.Emit(OpCodes.Br, labels[edge.Target]);
    }

    private static FieldInfo ThreadField(string name) => typeof(SimulatedThread).GetField(name)!;
}

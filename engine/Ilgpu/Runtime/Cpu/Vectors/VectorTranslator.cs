using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using ILGPU.Backends;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Translates a kernel's IR to a method of .NET that runs a batch of threads in the lanes of vectors, from synchronisation to
/// synchronisation. Blocks that all lanes run together are joined by plain jumps. Within a <see cref="MaskedRegion"/> each block has a mask
/// of the lanes that wait for it: blocks run in order, those without waiting lanes are skipped, and back edges repeat until all lanes wait
/// at the exit.
/// </summary>
internal sealed partial class VectorTranslator
{
    /// <summary>Places in the frame begin at multiples of this, so that no vector of 256 bits lies in two lines of the cache.</summary>
    private const int FrameAlignment = VectorPlan.Lanes * sizeof(int);

    private const int BitsOfByte = 8;

    private readonly KernelImage image;

    private readonly string name;

    private readonly Divergence divergence;

    private readonly DynamicMethod method;

    private readonly ILGenerator il;

    private readonly MemoryLayout layout;

    private readonly VectorValues values;

    private readonly VectorInstructions instructions;

    private readonly LaneCalls calls;

    /// <summary>Where a block begins; of a masked one, where it is seen whether anybody waits for it.</summary>
    private readonly Dictionary<Block, Label> heads = [];

    /// <summary>Where a masked block begins for the lanes of the mask that is set already.</summary>
    private readonly Dictionary<Block, Label> bodies = [];

    private readonly Dictionary<MaskedRegion, Label> ends = new(ReferenceEqualityComparer.Instance);

    /// <summary>The lanes that wait for a masked block.</summary>
    private readonly Dictionary<Block, LocalBuilder> waiting = [];

    private readonly List<SyncPoint> syncPoints = [];

    private readonly Dictionary<Instruction, Value[]> kept;

    /// <summary>Where values lie in the frame, in bytes from its start.</summary>
    private readonly Dictionary<Value, int> framePlaces = [];

    private int frameBytes;

    /// <summary>The lanes that have not returned, and those that run a masked block: as a mask, and one bit a lane.</summary>
    private readonly LocalBuilder all, allBits, some, someBits;

    private readonly Label finished;

    private VectorTranslator(KernelImage image, string name, VectorPlan plan)
    {
        this.image = image;
        this.name = name;
        divergence = plan.Divergence;
        Type[] parameters = [typeof(LaneBatch), typeof(byte*), typeof(int)];
        method = new($"Run {image.EntryPoint}", typeof(int), parameters, typeof(VectorTranslator).Module, skipVisibility: true)
        {
            InitLocals = false,
        };
        il = method.GetILGenerator();
        layout = new(image.Function, gap: 0);
        values = new(il, new(il, image.Function, image.Parameters), divergence);
        instructions = new(il, values, plan, layout);
        calls = new(il);
        kept = Liveness.AcrossSynchronizations(image.Function);
        all = il.DeclareLocal(typeof(Vector256<int>));
        allBits = il.DeclareLocal(typeof(int));
        some = il.DeclareLocal(typeof(Vector256<int>));
        someBits = il.DeclareLocal(typeof(int));
        finished = il.DefineLabel();
    }

    /// <summary>The kernel for lanes; null if its threads must run one after the other.</summary>
    /// <param name="image">The kernel.</param>
    /// <param name="hasRows">For which groups: see <see cref="VectorPlan.HasRows"/>.</param>
    /// <param name="name">How errors call it.</param>
    public static VectorKernel? Translate(KernelImage image, bool hasRows, string name) =>
        VectorPlan.Of(image.Function, hasRows, out _) is { } plan ? new VectorTranslator(image, name, plan).Translate() : null;

    private VectorKernel Translate()
    {
        foreach (Block block in divergence.Order)
        {
            heads[block] = il.DefineLabel();
            if (divergence.IsMasked(block))
            {
                bodies[block] = il.DefineLabel();
                waiting[block] = il.DeclareLocal(typeof(Vector256<int>));
                if (!ends.ContainsKey(divergence.RegionOf(block)))
                {
                    ends[divergence.RegionOf(block)] = il.DefineLabel();
                }
            }
        }

        int synchronizations = divergence.Order.Sum(block => block.Instructions.Count(SyncPoint.Is));
        Label[] resumptions = [.. Enumerable.Range(0, synchronizations).Select(_ => il.DefineLabel())];
        EmitStart(resumptions);
        foreach (Block block in divergence.Order)
        {
            EmitBlock(block, resumptions);
        }

        EmitEnds();
        return new()
        {
            Name = name,
            Body = method.CreateDelegate<BatchBody>(),
            CodeBytes = il.ILOffset,
            SyncPoints = [.. syncPoints],
            FrameBytes = frameBytes,
            LocalBytes = layout.LocalBytes,
            SharedBytes = layout.SharedBytes,
        };
    }

    private void EmitStart(Label[] resumptions)
    {
        EmitBatch(nameof(LaneBatch.Mask));
        il.Emit(OpCodes.Ldobj, typeof(Vector256<int>));
        EmitSetAll();
        foreach (LocalBuilder mask in waiting.Values)
        {
            EmitClear(mask);
        }

        if (resumptions.Length > 0)
        {
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Switch, [heads[image.Function.Entry], .. resumptions]);
        }

        // Where nothing is resumed, and for states that there are not.
        il.Emit(OpCodes.Br, heads[image.Function.Entry]);
    }

    private void EmitBlock(Block block, Label[] resumptions)
    {
        bool isMasked = divergence.IsMasked(block);
        il.MarkLabel(heads[block]);
        if (isMasked)
        {
            il.Emit(OpCodes.Ldloc, waiting[block]);
            calls.Operation("Any");
            il.Emit(OpCodes.Brfalse, Following(block));
            il.Emit(OpCodes.Ldloc, waiting[block]);
            EmitSetSome();
            EmitClear(waiting[block]);
            il.MarkLabel(bodies[block]);
        }

        foreach (Instruction instruction in block.Instructions)
        {
            if (SyncPoint.Is(instruction))
            {
                EmitSynchronization(instruction, resumptions[syncPoints.Count]);
            }
            else
            {
                instructions.Emit(instruction, block, isMasked ? new LaneMask(some, someBits) : new LaneMask(all, allBits));
            }
        }

        EmitTerminator(block);
    }

    private void EmitEnds()
    {
        foreach ((MaskedRegion region, Label end) in ends)
        {
            il.MarkLabel(end);
            if (region.Exit is not null)
            {
                il.Emit(OpCodes.Ldloc, allBits);
                il.Emit(OpCodes.Brtrue, heads[region.Exit]);
            }

            il.Emit(OpCodes.Br, finished);
        }

        il.MarkLabel(finished);
        il.Emit(OpCodes.Ldc_I4, LaneBatch.Finished);
        il.Emit(OpCodes.Ret);
    }

    private void EmitSynchronization(Instruction instruction, Label resumption)
    {
        syncPoints.Add(new(instruction, -1));
        EmitGiven(instruction);
        EmitBatch(nameof(LaneBatch.Mask));
        il.Emit(OpCodes.Ldloc, all);
        il.Emit(OpCodes.Stobj, typeof(Vector256<int>));
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

        if (instruction.Type != IrType.Void)
        {
            EmitTaken(instruction);
        }
    }

    /// <summary>Stores each lane's input to the synchronisation, as 64 bits.</summary>
    private void EmitGiven(Instruction instruction)
    {
        if (instruction.Operands.Length == 0)
        {
            return;
        }

        EmitBatch(nameof(LaneBatch.Given));
        instructions.LoadLanes(instruction.Operands[0]);
        IrType type = instruction.Operands[0].Type;
        if (type.IsFloat())
        {
            calls.Operation($"Bitcast{type}");
        }

        if (LaneCalls.Bits(type) == 256)
        {
            calls.Operation(nameof(LaneOperations.Widen));
        }

        il.Emit(OpCodes.Stobj, typeof(Vector512<long>));
        if (instruction.Opcode != Opcode.Shuffle)
        {
            return;
        }

        EmitBatch(nameof(LaneBatch.Operand));
        instructions.LoadLanes(instruction.Operands[1]);
        il.Emit(OpCodes.Stobj, typeof(Vector256<int>));
        EmitBatch(nameof(LaneBatch.Width));
        instructions.LoadLanes(instruction.Operands[2]);
        il.Emit(OpCodes.Stobj, typeof(Vector256<int>));
    }

    private void EmitTaken(Instruction instruction)
    {
        EmitBatch(nameof(LaneBatch.Taken));
        if (values.IsUniform(instruction))
        {
            il.Emit(OpCodes.Ldind_I8);
            il.Emit(OpCodes.Conv_I4);
            values.Store(instruction);
            return;
        }

        il.Emit(OpCodes.Ldobj, typeof(Vector512<long>));
        if (LaneCalls.Bits(instruction.Type) == 256)
        {
            calls.Operation(nameof(LaneOperations.Narrow));
        }

        if (instruction.Type.IsFloat())
        {
            calls.Operation(instruction.Type == IrType.Float32 ? "BitcastInt32" : "BitcastInt64");
        }

        values.Store(instruction);
    }

    private void EmitFrameAccess(Value value, bool isStore)
    {
        if (!framePlaces.TryGetValue(value, out int place))
        {
            framePlaces[value] = place = frameBytes;
            frameBytes += values.IsScalar(value) ? FrameAlignment : LaneCalls.Bits(value.Type) / BitsOfByte;
        }

        EmitBatch(nameof(LaneBatch.Frame));
        il.Emit(OpCodes.Ldc_I4, place);
        il.Emit(OpCodes.Add);
        if (isStore)
        {
            values.Load(value);
            il.Emit(OpCodes.Stobj, values.TypeOf(value));
        }
        else
        {
            il.Emit(OpCodes.Ldobj, values.TypeOf(value));
            values.Store(value);
        }
    }

    private void EmitBatch(string field)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, typeof(LaneBatch).GetField(field)!);
    }

    private void EmitClear(LocalBuilder mask)
    {
        il.Emit(OpCodes.Ldloca, mask);
        il.Emit(OpCodes.Initobj, typeof(Vector256<int>));
    }

    /// <summary>Makes the mask on the stack that of the lanes that have not returned.</summary>
    private void EmitSetAll() => EmitSet(all, allBits);

    /// <summary>Makes the mask on the stack that of the lanes that run the masked block.</summary>
    private void EmitSetSome() => EmitSet(some, someBits);

    private void EmitSet(LocalBuilder mask, LocalBuilder bits)
    {
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Stloc, mask);
        calls.Operation("Bits");
        il.Emit(OpCodes.Stloc, bits);
    }

    /// <summary>What is looked at after a masked block, in the order of its region.</summary>
    private Label Following(Block block)
    {
        MaskedRegion region = divergence.RegionOf(block);
        return region.After(block) is { } next ? heads[next] : ends[region];
    }
}

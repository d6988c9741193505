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
/// at the exit. While every lane of the batch goes the same way, nobody waits, and jumps within a region are plain ones too.
/// </summary>
internal sealed partial class VectorTranslator
{
    /// <summary>Places in the frame begin at multiples of this, so that no vector of 256 bits lies in two lines of the cache.</summary>
    private const int FrameAlignment = VectorPlan.Lanes * sizeof(int);

    private const int BitsOfByte = 8;

    private readonly KernelImage _image;

    private readonly string _name;

    private readonly Divergence _divergence;

    private readonly DynamicMethod _method;

    private readonly ILGenerator _il;

    private readonly MemoryLayout _layout;

    private readonly VectorValues _values;

    private readonly VectorInstructions _instructions;

    private readonly LaneCalls _calls;

    /// <summary>Where a block begins; of a masked one, where it is seen whether anybody waits for it.</summary>
    private readonly Dictionary<Block, Label> _heads = [];

    /// <summary>Where a masked block begins for the lanes of the mask that is set already.</summary>
    private readonly Dictionary<Block, Label> _bodies = [];

    private readonly Dictionary<MaskedRegion, Label> _ends = new(ReferenceEqualityComparer.Instance);

    /// <summary>The lanes that wait for a masked block.</summary>
    private readonly Dictionary<Block, LocalBuilder> _waiting = [];

    private readonly List<SyncPoint> _syncPoints = [];

    private readonly Dictionary<Instruction, Value[]> _kept;

    /// <summary>Where values lie in the frame, in bytes from its start.</summary>
    private readonly Dictionary<Value, int> _framePlaces = [];

    private int _frameBytes;

    /// <summary>The lanes that have not returned, and those that run a masked block: as a mask, and one bit a lane.</summary>
    private readonly LocalBuilder _all, _allBits, _some, _someBits;

    private readonly Label _finished;

    private VectorTranslator(KernelImage image, string name, VectorPlan plan)
    {
        _image = image;
        _name = name;
        _divergence = plan.Divergence;
        Type[] parameters = [typeof(LaneBatch), typeof(byte*), typeof(int)];
        _method = new($"Run {image.EntryPoint}", typeof(int), parameters, typeof(VectorTranslator).Module, skipVisibility: true)
        {
            InitLocals = false,
        };
        _il = _method.GetILGenerator();
        _layout = new(image.Function, gap: 0);
        _values = new(_il, new(_il, image.Function, image.Parameters), _divergence);
        _instructions = new(_il, _values, plan, _layout);
        _calls = new(_il);
        _kept = Liveness.AcrossSynchronizations(image.Function);
        _all = _il.DeclareLocal(typeof(Vector256<int>));
        _allBits = _il.DeclareLocal(typeof(int));
        _some = _il.DeclareLocal(typeof(Vector256<int>));
        _someBits = _il.DeclareLocal(typeof(int));
        _finished = _il.DefineLabel();
    }

    /// <summary>The kernel for lanes; null if its threads must run one after the other.</summary>
    /// <param name="image">The kernel.</param>
    /// <param name="hasRows">For which groups: see <see cref="VectorPlan.HasRows"/>.</param>
    /// <param name="name">How errors call it.</param>
    public static VectorKernel? Translate(KernelImage image, bool hasRows, string name) =>
        VectorPlan.Of(image.Function, hasRows, out _) is { } plan ? new VectorTranslator(image, name, plan).Translate() : null;

    private VectorKernel Translate()
    {
        foreach (Block block in _divergence.Order)
        {
            _heads[block] = _il.DefineLabel();
            if (_divergence.IsMasked(block))
            {
                _bodies[block] = _il.DefineLabel();
                _waiting[block] = _il.DeclareLocal(typeof(Vector256<int>));
                if (!_ends.ContainsKey(_divergence.RegionOf(block)))
                {
                    _ends[_divergence.RegionOf(block)] = _il.DefineLabel();
                }
            }
        }

        int synchronizations = _divergence.Order.Sum(block => block.Instructions.Count(SyncPoint.Is));
        Label[] resumptions = [.. Enumerable.Range(0, synchronizations).Select(_ => _il.DefineLabel())];
        EmitStart(resumptions);
        foreach (Block block in _divergence.Order)
        {
            EmitBlock(block, resumptions);
        }

        EmitEnds();
        return new()
        {
            Name = _name,
            Body = _method.CreateDelegate<BatchBody>(),
            CodeBytes = _il.ILOffset,
            SyncPoints = [.. _syncPoints],
            FrameBytes = _frameBytes,
            LocalBytes = _layout.LocalBytes,
            SharedBytes = _layout.SharedBytes,
        };
    }

    private void EmitStart(Label[] resumptions)
    {
        EmitBatch(nameof(LaneBatch.Mask));
        _il.Emit(OpCodes.Ldobj, typeof(Vector256<int>));
        EmitSetAll();
        if (resumptions.Length > 0)
        {
            _il.Emit(OpCodes.Ldarg_2);
            _il.Emit(OpCodes.Switch, [_heads[_image.Function.Entry], .. resumptions]);
        }

        // Where nothing is resumed, and for states that there are not.
        _il.Emit(OpCodes.Br, _heads[_image.Function.Entry]);
    }

    private void EmitBlock(Block block, Label[] resumptions)
    {
        bool isMasked = _divergence.IsMasked(block);
        _il.MarkLabel(_heads[block]);
        if (isMasked)
        {
            _il.Emit(OpCodes.Ldloc, _waiting[block]);
            _calls.Operation("Any");
            _il.Emit(OpCodes.Brfalse, Following(block));
            _il.Emit(OpCodes.Ldloc, _waiting[block]);
            EmitSetSome();
            EmitClear(_waiting[block]);
            _il.MarkLabel(_bodies[block]);
        }

        foreach (Instruction instruction in block.Instructions)
        {
            if (SyncPoint.Is(instruction))
            {
                EmitSynchronization(instruction, resumptions[_syncPoints.Count]);
            }
            else
            {
                _instructions.Emit(instruction, block, isMasked ? new LaneMask(_some, _someBits) : new LaneMask(_all, _allBits));
            }
        }

        EmitTerminator(block);
    }

    private void EmitEnds()
    {
        foreach ((MaskedRegion region, Label end) in _ends)
        {
            _il.MarkLabel(end);
            if (region.Exit is not null)
            {
                _il.Emit(OpCodes.Ldloc, _allBits);
                _il.Emit(OpCodes.Brtrue, _heads[region.Exit]);
            }

            _il.Emit(OpCodes.Br, _finished);
        }

        _il.MarkLabel(_finished);
        _il.Emit(OpCodes.Ldc_I4, LaneBatch.Finished);
        _il.Emit(OpCodes.Ret);
    }

    private void EmitSynchronization(Instruction instruction, Label resumption)
    {
        _syncPoints.Add(new(instruction, -1));
        EmitGiven(instruction);
        EmitBatch(nameof(LaneBatch.Mask));
        _il.Emit(OpCodes.Ldloc, _all);
        _il.Emit(OpCodes.Stobj, typeof(Vector256<int>));
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
        _instructions.LoadLanes(instruction.Operands[0]);
        IrType type = instruction.Operands[0].Type;
        if (type.IsFloat())
        {
            _calls.Operation($"Bitcast{type}");
        }

        if (LaneCalls.Bits(type) == 256)
        {
            _calls.Operation(nameof(LaneOperations.Widen));
        }

        _il.Emit(OpCodes.Stobj, typeof(Vector512<long>));
        if (instruction.Opcode != Opcode.Shuffle)
        {
            return;
        }

        EmitBatch(nameof(LaneBatch.Operand));
        _instructions.LoadLanes(instruction.Operands[1]);
        _il.Emit(OpCodes.Stobj, typeof(Vector256<int>));
        EmitBatch(nameof(LaneBatch.Width));
        _instructions.LoadLanes(instruction.Operands[2]);
        _il.Emit(OpCodes.Stobj, typeof(Vector256<int>));
    }

    private void EmitTaken(Instruction instruction)
    {
        EmitBatch(nameof(LaneBatch.Taken));
        if (_values.IsUniform(instruction))
        {
            _il.Emit(OpCodes.Ldind_I8);
            _il.Emit(OpCodes.Conv_I4);
            _values.Store(instruction);
            return;
        }

        _il.Emit(OpCodes.Ldobj, typeof(Vector512<long>));
        if (LaneCalls.Bits(instruction.Type) == 256)
        {
            _calls.Operation(nameof(LaneOperations.Narrow));
        }

        if (instruction.Type.IsFloat())
        {
            _calls.Operation(instruction.Type == IrType.Float32 ? "BitcastInt32" : "BitcastInt64");
        }

        _values.Store(instruction);
    }

    private void EmitFrameAccess(Value value, bool isStore)
    {
        if (!_framePlaces.TryGetValue(value, out int place))
        {
            _framePlaces[value] = place = _frameBytes;
            _frameBytes += _values.IsScalar(value) ? FrameAlignment : LaneCalls.Bits(value.Type) / BitsOfByte;
        }

        EmitBatch(nameof(LaneBatch.Frame));
        _il.Emit(OpCodes.Ldc_I4, place);
        _il.Emit(OpCodes.Add);
        if (isStore)
        {
            _values.Load(value);
            _il.Emit(OpCodes.Stobj, _values.TypeOf(value));
        }
        else
        {
            _il.Emit(OpCodes.Ldobj, _values.TypeOf(value));
            _values.Store(value);
        }
    }

    private void EmitBatch(string field)
    {
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldfld, typeof(LaneBatch).GetField(field)!);
    }

    /// <summary>Nobody waits for any block of a region that lanes are about to enter.</summary>
    private void EmitClear(MaskedRegion region)
    {
        foreach (Block block in region.Blocks)
        {
            EmitClear(_waiting[block]);
        }
    }

    private void EmitClear(LocalBuilder mask)
    {
        _il.Emit(OpCodes.Ldloca, mask);
        _il.Emit(OpCodes.Initobj, typeof(Vector256<int>));
    }

    /// <summary>Makes the mask on the stack that of the lanes that have not returned.</summary>
    private void EmitSetAll() => EmitSet(_all, _allBits);

    /// <summary>Makes the mask on the stack that of the lanes that run the masked block.</summary>
    private void EmitSetSome() => EmitSet(_some, _someBits);

    private void EmitSet(LocalBuilder mask, LocalBuilder bits)
    {
        _il.Emit(OpCodes.Dup);
        _il.Emit(OpCodes.Stloc, mask);
        _calls.Operation("Bits");
        _il.Emit(OpCodes.Stloc, bits);
    }

    /// <summary>What is looked at after a masked block, in the order of its region.</summary>
    private Label Following(Block block)
    {
        MaskedRegion region = _divergence.RegionOf(block);
        return region.After(block) is { } next ? _heads[next] : _ends[region];
    }
}

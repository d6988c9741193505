using System.Numerics;
using System.Reflection.Emit;
using System.Runtime.Intrinsics.X86;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <content>Positions, addresses, and what lies in memory.</content>
internal sealed partial class VectorInstructions
{
    private void EmitMemoryOrPosition(Instruction i, LaneMask? mask)
    {
        switch (i.Opcode)
        {
            case Opcode.ThreadIndex:
                EmitBatch($"ThreadIndex{(i.Kind == 0 ? "X" : i.Kind == 1 ? "Y" : "Z")}");
                _calls.Memory(nameof(LaneMemory.Positions));
                break;
            case Opcode.LaneIndex:
                EmitBatch(nameof(LaneBatch.LaneIndex));
                _calls.Memory(nameof(LaneMemory.Positions));
                break;
            case Opcode.LocalAlloca:
                EmitBatch(nameof(LaneBatch.Local));
                EmitBatch(nameof(LaneBatch.LocalStride));
                _il.Emit(OpCodes.Ldc_I4, _layout.OffsetOf(i));
                _calls.Memory(nameof(LaneMemory.Local));
                break;
            case Opcode.Address:
                EmitAddress(i);
                break;
            case Opcode.Load:
                EmitLoad(i, i.Type, 0, mask!);
                break;
            case Opcode.Atomic:
                EmitOperands(i);
                _il.Emit(OpCodes.Ldc_I4, i.Kind);
                _il.Emit(OpCodes.Ldloc, mask!.Bits);
                _calls.Memory($"Atomic{i.Type}");
                break;
            case Opcode.AtomicCompareExchange:
                EmitOperands(i);
                _il.Emit(OpCodes.Ldloc, mask!.Bits);
                _calls.Memory($"CompareExchange{LaneCalls.Bits(i.Type)}", Element(i));
                break;
            default:
                throw new NotSupportedException($"Lanes do not run '{i.Opcode}' ({i.Location?.Chain()}).");
        }
    }

    private void EmitBatch(string field)
    {
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldfld, typeof(LaneBatch).GetField(field)!);
    }

    private void EmitAddress(Instruction i)
    {
        LoadLanes(i.Operands[0]);
        if (i.Operands.Length > 1)
        {
            LoadLanes(i.Operands[1]);
            if (i.Operands[1].Type == IrType.Int32)
            {
                _calls.Operation(nameof(LaneOperations.Widen));
            }

            if (i.Scale > 0 && BitOperations.IsPow2(i.Scale))
            {
                _il.Emit(OpCodes.Ldc_I4, BitOperations.Log2((ulong)i.Scale));
                _calls.Operation(nameof(LaneOperations.AddressShifted));
            }
            else
            {
                _il.Emit(OpCodes.Ldc_I8, i.Scale);
                _calls.Operation(nameof(LaneOperations.Address));
            }
        }

        if (i.Offset != 0)
        {
            _il.Emit(OpCodes.Ldc_I8, i.Offset);
            _calls.Operation(nameof(LaneOperations.AddressMoved));
        }
    }

    /// <summary>Pushes the start that all lanes have in common, and the index of each.</summary>
    private void EmitIndexed(Instruction address, int moved)
    {
        LoadScalar(address.Operands[0]);
        EmitMove(address.Offset + moved);
        LoadLanes(address.Operands[1]);
    }

    /// <summary>Moves the address on the stack.</summary>
    private void EmitMove(long bytes)
    {
        if (bytes != 0)
        {
            _il.Emit(OpCodes.Ldc_I8, bytes);
            _il.Emit(OpCodes.Add);
        }
    }

    private void EmitPointers(Value pointer, int moved)
    {
        LoadLanes(pointer);
        if (moved != 0)
        {
            _il.Emit(OpCodes.Ldc_I8, (long)moved);
            _calls.Operation(nameof(LaneOperations.AddressMoved));
        }
    }

    /// <summary>Pushes what lanes read.</summary>
    /// <param name="i">The load, of a scalar or of several.</param>
    /// <param name="type">Of the scalar.</param>
    /// <param name="moved">Bytes from where the load begins.</param>
    /// <param name="mask">The lanes that take part.</param>
    private void EmitLoad(Instruction i, IrType type, int moved, LaneMask mask)
    {
        Value pointer = i.Operands[0];
        Type element = ValueLocals.ClrType(type);
        int size = i.Memory.Size();
        if (_values.IsUniform(pointer))
        {
            LoadScalar(pointer);
            EmitMove(moved);
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(PlainMemory.Load(i.Memory));
            _values.Broadcast(type);
        }
        else if (_values.IsScalar(pointer) && _values.StepOf(pointer) == size)
        {
            LoadScalar(pointer);
            EmitMove(moved);
            _il.Emit(OpCodes.Conv_I);
            _calls.LoadRow(i.Memory, type);
        }
        else if (_values.IsScalar(pointer) && size >= sizeof(int))
        {
            LoadScalar(pointer);
            EmitMove(moved);
            _calls.LoadStrided(type, _values.StepOf(pointer), mask);
        }
        else if (_plan.FusedAddress(i) is { } address)
        {
            EmitIndexed(address, moved);
            _calls.LoadIndexed(type, address.Scale, mayBeRow: true, mask);
        }
        else
        {
            EmitPointers(pointer, moved);
            if (size < sizeof(int))
            {
                _il.Emit(OpCodes.Ldc_I4, (int)i.Memory);
                _il.Emit(OpCodes.Ldloc, mask.Bits);
                _calls.Memory(nameof(LaneMemory.LoadNarrow));
            }
            else
            {
                _il.Emit(OpCodes.Ldloc, mask.Bits);
                _calls.Memory($"Load{LaneCalls.Bits(type)}", element);
            }
        }
    }

    /// <summary>Reads several neighbours a lane.</summary>
    private void EmitLoads(Instruction i, Block block, LaneMask mask)
    {
        IReadOnlyList<Instruction?> elements = _plan.ElementsOf(i);
        Action<Instruction, int> emitElement = (element, k) => EmitLoad(i, element.Type, k * i.Memory.Size(), mask);
        bool areQuads = AreQuads(i, elements.Count);
        if (Avx2.IsSupported && i.Memory.Size() == sizeof(int) && FollowEachOther(i, elements.Count))
        {
            Type type = Element(elements.First(element => element is not null)!);
            LoadScalar(i.Operands[0]);
            LocalBuilder[] neighbours = areQuads ? _calls.LoadQuads(type) : _calls.LoadPairs(type);
            emitElement = (_, k) => _il.Emit(OpCodes.Ldloc, neighbours[k]);
        }
        else if (areQuads && !_values.IsUniform(i.Operands[0]))
        {
            EmitGather(i, mask);
            emitElement = (element, k) =>
            {
                _uniform.EmitGroup(nameof(VectorGroup.Quads));
                EmitMove(k * VectorPlan.Lanes * sizeof(int));
                _calls.Load(Element(element));
            };
        }
        else if (!_values.IsScalar(i.Operands[0]) && _plan.FusedAddress(i) is { } address)
        {
            LocalBuilder start = _il.DeclareLocal(typeof(long)), index = _il.DeclareLocal(LaneCalls.LaneType(IrType.Int32));
            EmitIndexed(address, 0);
            _il.Emit(OpCodes.Stloc, index);
            _il.Emit(OpCodes.Stloc, start);
            emitElement = (element, k) =>
            {
                _il.Emit(OpCodes.Ldloc, start);
                EmitMove(k * i.Memory.Size());
                _il.Emit(OpCodes.Ldloc, index);
                _calls.LoadIndexed(element.Type, address.Scale, mayBeRow: false, mask);
            };
        }

        for (int k = 0; k < elements.Count; k++)
        {
            if (elements[k] is { } element)
            {
                emitElement(element, k);
                Store(element, block, mask);
            }
        }
    }

    /// <summary>Whether lanes access four scalars of 32 bits each.</summary>
    private static bool AreQuads(Instruction access, int count) => count == LaneQuads.Count && access.Memory.Size() == sizeof(int);

    /// <summary>Whether each lane's neighbours lie behind those of the lane before.</summary>
    private bool FollowEachOther(Instruction access, int count) =>
        _values.IsScalar(access.Operands[0]) && _values.StepOf(access.Operands[0]) == count * access.Memory.Size();

    /// <summary>Reads four neighbours a lane, from wherever each lane's lie, into the group's room for them.</summary>
    private void EmitGather(Instruction i, LaneMask mask)
    {
        string name = nameof(LaneQuads.Gather);
        if (EmitQuadAddress(i) is { } address)
        {
            _il.Emit(OpCodes.Ldc_I8, address.Scale);
            name = nameof(LaneQuads.GatherIndexed);
        }

        _uniform.EmitGroup(nameof(VectorGroup.Quads));
        _il.Emit(OpCodes.Ldloc, mask.Bits);
        _calls.Quads(name);
    }

    /// <summary>Pushes where lanes' neighbours lie, as pointers or as a start and indices.</summary>
    /// <returns>The address that has the indices' scale, if there are any.</returns>
    private Instruction? EmitQuadAddress(Instruction access)
    {
        if (!_values.IsScalar(access.Operands[0]) && _plan.FusedAddress(access) is { } address)
        {
            EmitIndexed(address, 0);
            return address;
        }

        LoadLanes(access.Operands[0]);
        return null;
    }

    /// <summary>Writes several neighbours a lane.</summary>
    private void EmitStores(Instruction i, LaneMask mask)
    {
        if (!AreQuads(i, i.Operands.Length - 1) || _values.IsUniform(i.Operands[0]))
        {
            for (int k = 1; k < i.Operands.Length; k++)
            {
                EmitStore(i, i.Operands[k], (k - 1) * i.Memory.Size(), mask);
            }

            return;
        }

        string name = nameof(LaneQuads.Store);
        Instruction? address = null;
        if (FollowEachOther(i, LaneQuads.Count))
        {
            LoadScalar(i.Operands[0]);
        }
        else
        {
            address = EmitQuadAddress(i);
            name = address is null ? nameof(LaneQuads.Scatter) : nameof(LaneQuads.ScatterIndexed);
        }

        foreach (Value value in i.Operands.Skip(1))
        {
            LoadLanes(value);
        }

        if (address is not null)
        {
            _il.Emit(OpCodes.Ldc_I8, address.Scale);
        }

        _il.Emit(OpCodes.Ldloc, mask.Bits);
        _calls.Quads(name, Element(i.Operands[1]));
    }

    /// <summary>Writes a scalar a lane.</summary>
    /// <param name="i">The store, of a scalar or of several.</param>
    /// <param name="value">The scalar.</param>
    /// <param name="moved">Bytes from where the store begins.</param>
    /// <param name="mask">The lanes that take part.</param>
    private void EmitStore(Instruction i, Value value, int moved, LaneMask mask)
    {
        Value pointer = i.Operands[0];
        int size = i.Memory.Size();
        if (_values.IsUniform(pointer) && _values.IsUniform(value))
        {
            LoadScalar(pointer);
            EmitMove(moved);
            _il.Emit(OpCodes.Conv_I);
            LoadScalar(value);
            _il.Emit(PlainMemory.Store(i.Memory));
        }
        else if (_values.IsScalar(pointer) && !_values.IsUniform(pointer) && size >= sizeof(int))
        {
            bool isRow = _values.StepOf(pointer) == size;
            LoadScalar(pointer);
            EmitMove(moved);
            if (!isRow)
            {
                _il.Emit(OpCodes.Ldc_I4, _values.StepOf(pointer));
            }

            LoadLanes(value);
            if (isRow)
            {
                _calls.StoreRow(value.Type, mask);
            }
            else
            {
                _il.Emit(OpCodes.Ldloc, mask.Bits);
                _calls.Memory($"StoreStrided{LaneCalls.Bits(value.Type)}", Element(value));
            }
        }
        else if (_plan.FusedAddress(i) is { } address)
        {
            EmitIndexed(address, moved);
            LoadLanes(value);
            _calls.StoreIndexed(value.Type, address.Scale, mayBeRow: i.Opcode == Opcode.Store, mask);
        }
        else
        {
            EmitPointers(pointer, moved);
            LoadLanes(value);
            if (size < sizeof(int))
            {
                _il.Emit(OpCodes.Ldc_I4, size);
                _il.Emit(OpCodes.Ldloc, mask.Bits);
                _calls.Memory(nameof(LaneMemory.StoreNarrow));
            }
            else
            {
                _il.Emit(OpCodes.Ldloc, mask.Bits);
                _calls.Memory($"Store{LaneCalls.Bits(value.Type)}", Element(value));
            }
        }
    }
}

using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Emits calls of vector operations, chosen by the type of the values.</summary>
/// <param name="il">Where to.</param>
internal sealed class LaneCalls(ILGenerator il)
{
    private readonly LaneIntrinsics _intrinsics = new(il);

    /// <summary>The type of a value of each lane.</summary>
    public static Type LaneType(IrType type) =>
        (Bits(type) == 256 ? typeof(Vector256<>) : typeof(Vector512<>)).MakeGenericType(ValueLocals.ClrType(type));

    /// <summary>The width of the vector of a type's values.</summary>
    public static int Bits(IrType type) => type is IrType.Int64 or IrType.Pointer or IrType.Float64 ? 512 : 256;

    /// <summary>An operation that has one form for all elements.</summary>
    public void Generic(string name, IrType type)
    {
        if (!_intrinsics.Generic(name, type))
        {
            Call(typeof(LaneOperations), $"{name}{Bits(type)}", ValueLocals.ClrType(type));
        }
    }

    /// <summary>Makes a vector of the first lane's number on the stack.</summary>
    public void Spread(IrType type, int step)
    {
        if (type == IrType.Int32)
        {
            _intrinsics.Spread(step);
        }
        else
        {
            il.Emit(OpCodes.Ldc_I4, step);
            Operation(nameof(LaneOperations.SpreadPointer));
        }
    }

    /// <summary>Writes neighbours; the first lane's address and the values are on the stack.</summary>
    public void StoreRow(IrType type, LaneMask mask)
    {
        Type element = ValueLocals.ClrType(type);
        if (Bits(type) == 256)
        {
            _intrinsics.StoreRow(element, mask, Method(nameof(LaneMemory.StoreStrided256), element));
        }
        else
        {
            il.Emit(OpCodes.Ldloc, mask.Bits);
            Memory(nameof(LaneMemory.StoreRow512), element);
        }
    }

    /// <summary>Reads a scalar a lane; the start that all have in common and the index of each are on the stack.</summary>
    /// <param name="type">The scalar's type.</param>
    /// <param name="scale">Bytes from an index to the next.</param>
    /// <param name="mayBeRow">Whether lanes' scalars may be neighbours.</param>
    /// <param name="mask">The lanes that take part.</param>
    public void LoadIndexed(IrType type, long scale, bool mayBeRow, LaneMask mask)
    {
        Type element = ValueLocals.ClrType(type);
        if (Bits(type) == 256 && LaneIntrinsics.CanGather(scale))
        {
            _intrinsics.LoadIndexed(element, scale, mayBeRow, mask);
            return;
        }

        il.Emit(OpCodes.Ldc_I8, scale);
        il.Emit(OpCodes.Ldloc, mask.Bits);
        Memory($"LoadIndexed{Bits(type)}", element);
    }

    /// <summary>Writes a scalar a lane; the start that all have in common, the index of each and the values are on the stack.</summary>
    /// <inheritdoc cref="LoadIndexed"/>
    public void StoreIndexed(IrType type, long scale, bool mayBeRow, LaneMask mask)
    {
        Type element = ValueLocals.ClrType(type);
        if (mayBeRow && Bits(type) == 256 && scale == sizeof(int))
        {
            _intrinsics.StoreIndexed(
                element, mask, Method(nameof(LaneMemory.StoreStrided256), element), Method(nameof(LaneMemory.ScatterIndexed256), element));
            return;
        }

        il.Emit(OpCodes.Ldc_I8, scale);
        il.Emit(OpCodes.Ldloc, mask.Bits);
        Memory($"StoreIndexed{Bits(type)}", element);
    }

    /// <summary>Reads a scalar of 32 or 64 bits a lane, of which the first lane's address is on the stack.</summary>
    /// <param name="type">The scalar's type.</param>
    /// <param name="step">Bytes from a lane's scalar to the next one's.</param>
    /// <param name="mask">The lanes that take part.</param>
    public void LoadStrided(IrType type, int step, LaneMask mask)
    {
        Type element = ValueLocals.ClrType(type);
        if (Bits(type) == 256 && LaneIntrinsics.CanGather(scale: 1))
        {
            _intrinsics.LoadStrided(element, step, mask);
            return;
        }

        il.Emit(OpCodes.Ldc_I4, step);
        il.Emit(OpCodes.Ldloc, mask.Bits);
        Memory($"LoadStrided{Bits(type)}", element);
    }

    /// <summary>Makes a vector of the scalar on the stack.</summary>
    public void Broadcast(IrType type)
    {
        if (type == IrType.Bool)
        {
            Operation("BroadcastBool");
            return;
        }

        Type[] parameters = [ValueLocals.ClrType(type)];
        Type owner = Bits(type) == 256 ? typeof(Vector256) : typeof(Vector512);
        il.Emit(OpCodes.Call, owner.GetMethod(nameof(Vector256.Create), parameters)!);
    }

    /// <summary>Reads neighbours, of which the first lane's address is on the stack.</summary>
    public void LoadRow(MemoryType memory, IrType type)
    {
        if (memory.Size() < sizeof(int))
        {
            Memory($"LoadRow{memory}");
            return;
        }

        _intrinsics.Load(LaneType(type));
    }

    /// <summary>Reads four neighbours a lane, of which the first lane's address is on the stack.</summary>
    /// <returns>Where they are.</returns>
    public LocalBuilder[] LoadQuads(Type element) => _intrinsics.LoadQuads(element);

    /// <summary>Reads two neighbours a lane, of which the first lane's address is on the stack.</summary>
    /// <returns>Where they are.</returns>
    public LocalBuilder[] LoadPairs(Type element) => _intrinsics.LoadPairs(element);

    /// <summary>A method of <see cref="LaneQuads"/>, of which there is one or one for each element.</summary>
    public void Quads(string name, params Type[] elements) => Call(typeof(LaneQuads), name, elements);

    /// <summary>Reads a vector of 256 bits, whose address is on the stack.</summary>
    public void Load(Type element) => _intrinsics.Load(typeof(Vector256<>).MakeGenericType(element));

    /// <summary>What needs more than one instruction for vectors of Int32.</summary>
    public void Integers(string name)
    {
        if (!_intrinsics.Integers(name))
        {
            Call(typeof(LaneIntegers), name);
        }
    }

    /// <summary>An operation for a width.</summary>
    public void Sized(string name, IrType type)
    {
        if (!_intrinsics.Sized(name, type))
        {
            Call(typeof(LaneOperations), $"{name}{Bits(type)}");
        }
    }

    /// <summary>An operation for one type.</summary>
    public void Operation(string name)
    {
        if (!_intrinsics.Operation(name))
        {
            Call(typeof(LaneOperations), name);
        }
    }

    /// <summary>A method of <see cref="LaneMemory"/>, of which there is one or one for each element.</summary>
    public void Memory(string name, params Type[] elements) => Call(typeof(LaneMemory), name, elements);

    /// <summary>Applies a function of one or two scalars to the lanes on the stack.</summary>
    /// <param name="function">A static method.</param>
    /// <param name="from">The type of the operands.</param>
    /// <param name="to">The type of the result.</param>
    public void Each(MethodInfo function, IrType from, IrType to)
    {
        if (_intrinsics.Each(function, from, to))
        {
            return;
        }

        int count = function.GetParameters().Length;
        il.Emit(OpCodes.Ldftn, function);
        Call(
            typeof(LaneFunctions), count == 1 ? "Map1" : "Map2", LaneType(from), LaneType(to), function.GetParameters()[0].ParameterType,
            function.ReturnType);
    }

    /// <summary>A function of <see cref="LaneScalars"/>.</summary>
    public static MethodInfo Scalar(string name, params Type[] parameters) =>
        typeof(LaneScalars).GetMethod(name, BindingFlags.Public | BindingFlags.Static, parameters)
            ?? throw new InvalidOperationException($"There is no {name}({string.Join(", ", parameters.Select(p => p.Name))}).");

    private static MethodInfo Method(string name, Type element) => typeof(LaneMemory).GetMethod(name)!.MakeGenericMethod(element);

    private void Call(Type owner, string name, params Type[] elements)
    {
        MethodInfo method = owner.GetMethod(name, BindingFlags.Public | BindingFlags.Static)
            ?? throw new InvalidOperationException($"{owner.Name} has no {name}.");
        il.Emit(OpCodes.Call, elements.Length == 0 ? method : method.MakeGenericMethod(elements));
    }
}

using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Emits calls of what works on lanes, chosen by the type of the values.</summary>
/// <param name="il">Where to.</param>
internal sealed class LaneCalls(ILGenerator il)
{
    /// <summary>The type of a value of each lane.</summary>
    public static Type LaneType(IrType type) =>
        (Bits(type) == 256 ? typeof(Vector256<>) : typeof(Vector512<>)).MakeGenericType(ValueLocals.ClrType(type));

    /// <summary>The width of the vector of a type's values.</summary>
    public static int Bits(IrType type) => type is IrType.Int64 or IrType.Pointer or IrType.Float64 ? 512 : 256;

    /// <summary>An operation of <see cref="LaneOperations"/> that has one form for all elements.</summary>
    public void Generic(string name, IrType type) => Call(typeof(LaneOperations), $"{name}{Bits(type)}", ValueLocals.ClrType(type));

    /// <summary>An operation of <see cref="LaneOperations"/> for a width.</summary>
    public void Sized(string name, IrType type) => Call(typeof(LaneOperations), $"{name}{Bits(type)}");

    /// <summary>An operation of <see cref="LaneOperations"/>.</summary>
    public void Operation(string name) => Call(typeof(LaneOperations), name);

    /// <summary>A method of <see cref="LaneMemory"/>, of which there is one or one for each element.</summary>
    public void Memory(string name, params Type[] elements) => Call(typeof(LaneMemory), name, elements);

    /// <summary>Applies a function of one or two scalars to the lanes on the stack.</summary>
    /// <param name="function">A static method.</param>
    /// <param name="from">The type of the operands.</param>
    /// <param name="to">The type of the result.</param>
    public void Each(MethodInfo function, IrType from, IrType to)
    {
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

    private void Call(Type owner, string name, params Type[] elements)
    {
        MethodInfo method = owner.GetMethod(name, BindingFlags.Public | BindingFlags.Static)
            ?? throw new InvalidOperationException($"{owner.Name} has no {name}.");
        il.Emit(OpCodes.Call, elements.Length == 0 ? method : method.MakeGenericMethod(elements));
    }
}

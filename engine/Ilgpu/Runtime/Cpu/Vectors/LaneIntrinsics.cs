using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Emits vector operations that are intrinsics of the JIT compiler. It stops inlining in methods with many locals, such as kernels with
/// unrolled loops, and across a call no value stays in a register.
/// </summary>
/// <param name="il">Where to.</param>
internal sealed partial class LaneIntrinsics(ILGenerator il)
{
    private const int HalfBits = 16, ByteShift = 24, ByteMask = 0xFF, HalfMask = 0xFFFF, ShiftMask = 31;

    private static readonly Dictionary<string, string> s_operators = new()
    {
        ["Add"] = "op_Addition",
        ["Sub"] = "op_Subtraction",
        ["Mul"] = "op_Multiply",
        ["Div"] = "op_Division",
        ["And"] = "op_BitwiseAnd",
        ["Or"] = "op_BitwiseOr",
        ["Xor"] = "op_ExclusiveOr",
        ["Neg"] = "op_UnaryNegation",
        ["Not"] = "op_OnesComplement",
    };

    private static readonly Dictionary<string, string> s_comparisons = new()
    {
        ["Equal"] = nameof(Vector256.Equals),
        ["Less"] = nameof(Vector256.LessThan),
        ["LessOrEqual"] = nameof(Vector256.LessThanOrEqual),
        ["Greater"] = nameof(Vector256.GreaterThan),
        ["GreaterOrEqual"] = nameof(Vector256.GreaterThanOrEqual),
    };

    private static readonly Dictionary<string, string> s_shifts = new()
    {
        ["Shl"] = "op_LeftShift",
        ["ShrS"] = "op_RightShift",
        ["ShrU"] = "op_UnsignedRightShift",
    };

    private readonly Dictionary<(Type Type, int Number), LocalBuilder> _temporaries = [];

    /// <summary>An operation that has one form for all elements; false if there is none here.</summary>
    public bool Generic(string name, IrType type)
    {
        Type vector = LaneCalls.LaneType(type), element = ValueLocals.ClrType(type);
        if (s_operators.TryGetValue(name, out string? known))
        {
            Operator(vector, known, name is "Neg" or "Not" ? [vector] : [vector, vector]);
            return true;
        }

        if (LaneCalls.Bits(type) != 256)
        {
            return false;
        }

        if (s_comparisons.TryGetValue(name, out string? comparison))
        {
            Call(comparison, 2, element);
            As(element, typeof(int));
            return true;
        }

        if (name == "Blend")
        {
            EmitBlend(vector, element);
            return true;
        }

        return false;
    }

    /// <summary>An operation for vectors of 256 bits; false if there is none here.</summary>
    public bool Sized(string name, IrType type)
    {
        if (LaneCalls.Bits(type) != 256)
        {
            return false;
        }

        Type element = ValueLocals.ClrType(type), vector = LaneCalls.LaneType(type);
        switch (name)
        {
            case "Shl" or "ShrS" or "ShrU":
                il.Emit(OpCodes.Ldc_I4, ShiftMask);
                il.Emit(OpCodes.And);
                Operator(vector, s_shifts[name], [vector, typeof(int)]);
                return true;
            case "LessUnsigned" or "GreaterUnsigned":
                EmitUnsigned(name == "LessUnsigned" ? nameof(Vector256.LessThan) : nameof(Vector256.GreaterThan));
                return true;
            case "Abs" or "Sqrt":
                Call(name, 1, element);
                return true;
            case "MinS" or "MaxS":
                Call(name[..^1], 2, element);
                return true;
            case "Floor" or "Ceiling" or "Truncate":
                Named(name, vector);
                return true;
            case "RoundEven":
                Named(nameof(Vector256.Round), vector);
                return true;
            case "Fma":
                Named(nameof(Vector256.FusedMultiplyAdd), vector, vector, vector);
                return true;
            default:
                return false;
        }
    }

    /// <summary>An operation for one type, or on masks; false if there is none here.</summary>
    public bool Operation(string name)
    {
        switch (name)
        {
            case "Any":
                Operator(typeof(Vector256<int>), "get_Zero", []);
                Operator(typeof(Vector256<int>), "op_Inequality", [typeof(Vector256<int>), typeof(Vector256<int>)]);
                return true;
            case "Bits":
                Call(nameof(Vector256.ExtractMostSignificantBits), 1, typeof(int));
                return true;
            case "Without":
                Call(nameof(Vector256.AndNot), 2, typeof(int));
                return true;
            case "BitcastInt32":
                As(typeof(int), typeof(float));
                return true;
            case "BitcastFloat32":
                As(typeof(float), typeof(int));
                return true;
            case "NegFloat32":
                il.Emit(OpCodes.Ldc_R4, -0.0f);
                Named(nameof(Vector256.Create), typeof(float));
                Generic("Xor", IrType.Float32);
                return true;
            case "BroadcastBool":
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Cgt_Un);
                il.Emit(OpCodes.Neg);
                Named(nameof(Vector256.Create), typeof(int));
                return true;
            case "BoolToInt":
                EmitMask(1);
                return true;
            case "ZeroExtend8":
                EmitMask(ByteMask);
                return true;
            case "ZeroExtend16":
                EmitMask(HalfMask);
                return true;
            case "SignExtend8":
                EmitExtension(ByteShift);
                return true;
            case "SignExtend16":
                EmitExtension(HalfBits);
                return true;
            case "Float32ToInt32":
                Named(nameof(Vector256.ConvertToInt32), typeof(Vector256<float>));
                return true;
            case "Int32ToFloat32":
                Named(nameof(Vector256.ConvertToSingle), typeof(Vector256<int>));
                return true;
            case "UInt32ToFloat32":
                As(typeof(int), typeof(uint));
                Named(nameof(Vector256.ConvertToSingle), typeof(Vector256<uint>));
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Calls a function of one or two scalars for each lane of the vectors on the stack; false if they are not of 256 bits.
    /// </summary>
    /// <param name="function">A static method.</param>
    /// <param name="from">The type of the operands.</param>
    /// <param name="to">The type of the result.</param>
    public bool Each(MethodInfo function, IrType from, IrType to)
    {
        Type operand = ValueLocals.ClrType(from), result = ValueLocals.ClrType(to), vector = LaneCalls.LaneType(from);
        ParameterInfo[] parameters = function.GetParameters();
        if (LaneCalls.Bits(from) != 256 || LaneCalls.Bits(to) != 256 || function.ReturnType != result
            || !Array.TrueForAll(parameters, parameter => parameter.ParameterType == operand))
        {
            return false;
        }

        LocalBuilder[] operands = [.. parameters.Select((_, number) => Temporary(vector, number))];
        for (int i = operands.Length - 1; i >= 0; i--)
        {
            il.Emit(OpCodes.Stloc, operands[i]);
        }

        MethodInfo element = typeof(Vector256).GetMethod(nameof(Vector256.GetElement))!.MakeGenericMethod(operand);
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            foreach (LocalBuilder local in operands)
            {
                il.Emit(OpCodes.Ldloc, local);
                il.Emit(OpCodes.Ldc_I4, lane);
                il.Emit(OpCodes.Call, element);
            }

            il.Emit(OpCodes.Call, function);
            il.Emit(OpCodes.Stloc, Temporary(result, lane));
        }

        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            il.Emit(OpCodes.Ldloc, Temporary(result, lane));
        }

        Named(nameof(Vector256.Create), [.. Enumerable.Repeat(result, VectorPlan.Lanes)]);
        return true;
    }

    /// <summary>Adds multiples of a step to the number on the stack, one more in each lane.</summary>
    public void Spread(int step)
    {
        Named(nameof(Vector256.Create), typeof(int));
        EmitMultiples(step);
        Generic("Add", IrType.Int32);
    }

    private void EmitBlend(Type vector, Type element)
    {
        LocalBuilder otherwise = Temporary(vector, 0), mask = Temporary(typeof(Vector256<int>), 1), value = Temporary(vector, 2);
        il.Emit(OpCodes.Stloc, otherwise);
        il.Emit(OpCodes.Stloc, mask);
        il.Emit(OpCodes.Stloc, value);
        il.Emit(OpCodes.Ldloc, mask);
        As(typeof(int), element);
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ldloc, otherwise);
        Call(nameof(Vector256.ConditionalSelect), 3, element);
    }

    /// <summary>Compares as signed numbers what has the highest bit turned round.</summary>
    private void EmitUnsigned(string comparison)
    {
        LocalBuilder second = Temporary(typeof(Vector256<int>), 0);
        EmitTurn();
        il.Emit(OpCodes.Stloc, second);
        EmitTurn();
        il.Emit(OpCodes.Ldloc, second);
        Call(comparison, 2, typeof(int));
    }

    private void EmitTurn()
    {
        il.Emit(OpCodes.Ldc_I4, int.MinValue);
        Named(nameof(Vector256.Create), typeof(int));
        Generic("Xor", IrType.Int32);
    }

    private void EmitMask(int bits)
    {
        il.Emit(OpCodes.Ldc_I4, bits);
        Named(nameof(Vector256.Create), typeof(int));
        Generic("And", IrType.Int32);
    }

    private void EmitExtension(int shift)
    {
        Type vector = typeof(Vector256<int>);
        il.Emit(OpCodes.Ldc_I4, shift);
        Operator(vector, "op_LeftShift", [vector, typeof(int)]);
        il.Emit(OpCodes.Ldc_I4, shift);
        Operator(vector, "op_RightShift", [vector, typeof(int)]);
    }

    private LocalBuilder Temporary(Type type, int number)
    {
        if (!_temporaries.TryGetValue((type, number), out LocalBuilder? local))
        {
            _temporaries[(type, number)] = local = il.DeclareLocal(type);
        }

        return local;
    }

    private void As(Type from, Type to)
    {
        if (from != to)
        {
            il.Emit(OpCodes.Call, Method(nameof(Vector256.As), 1).MakeGenericMethod(from, to));
        }
    }

    private void Operator(Type vector, string name, Type[] parameters) =>
        il.Emit(OpCodes.Call, vector.GetMethod(name, BindingFlags.Public | BindingFlags.Static, parameters)!);

    private void Named(string name, params Type[] parameters) => il.Emit(OpCodes.Call, typeof(Vector256).GetMethod(name, parameters)!);

    private void Call(string name, int parameters, Type element) =>
        il.Emit(OpCodes.Call, Method(name, parameters).MakeGenericMethod(element));

    /// <summary>A generic method of this name whose parameters are vectors.</summary>
    private static MethodInfo Method(string name, int parameters) => typeof(Vector256).GetMethods()
        .First(m => m.Name == name && m.IsGenericMethodDefinition && m.GetParameters().Length == parameters
            && Array.TrueForAll(m.GetParameters(), p => p.ParameterType.IsGenericType));
}

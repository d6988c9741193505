using System.Reflection;
using System.Reflection.Emit;
using ILGPU;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

/// <summary>
/// Writes a random kernel in IL: arithmetic of all types with edge values, nested loops, switches, struct traffic, early exits. Everything
/// it does is defined in C#, so .NET's own run is the truth. Products of floats are never summed: a device may round those once.
/// </summary>
public sealed partial class ProgramWriter(int seed)
{
    private const int LocalsPerType = 3;
    private static readonly Type[] s_types = [typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double)];
    private static readonly int[] s_edgeInts = [0, 1, -1, 2, 31, 32, 127, -128, 255, 65535, int.MaxValue, int.MinValue, 12345];
    private static readonly double[] s_edgeFloats =
        [0, -0.0, 1, -1, 0.5, 1e-3, 3.75, 1e9, -1e10, 1e20, double.NaN, double.PositiveInfinity];

    private readonly Random _random = new(seed);
    private readonly Dictionary<Type, LocalBuilder[]> _locals = [];
    private ILGenerator _il = null!;
    private LocalBuilder _mixed = null!;
    private LocalBuilder _other = null!;
    private int _loops;

    /// <summary>
    /// A kernel (index, input, output); element i of the output mixes everything the program computed from element i of the input.
    /// </summary>
    public Action<Index1D, ArrayView<long>, ArrayView<long>> Write()
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"Random{seed}"), AssemblyBuilderAccess.Run)
            .DefineDynamicModule("Random");
        var type = module.DefineType("Program", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        var method = type.DefineMethod(
            "Kernel",
            MethodAttributes.Public | MethodAttributes.Static,
            typeof(void),
            [typeof(Index1D), typeof(ArrayView<long>), typeof(ArrayView<long>)]);
        _il = method.GetILGenerator();
        Declare();
        for (var i = 0; i < 6; i++)
        {
            Statement(2);
            if (_scans.Next(3) == 0)
            {
                Scan();
            }
            if (_indices.Next(2) == 0)
            {
                Index();
            }
        }

        StoreResult();
        _il.Emit(OpCodes.Ret);
        return type.CreateType().GetMethod("Kernel")!.CreateDelegate<Action<Index1D, ArrayView<long>, ArrayView<long>>>();
    }

    private void Declare()
    {
        foreach (var type in s_types)
        {
            _locals[type] = [.. Enumerable.Range(0, LocalsPerType).Select(_ => _il.DeclareLocal(type))];
        }
        (_mixed, _other) = (_il.DeclareLocal(typeof(Mixed)), _il.DeclareLocal(typeof(Mixed)));
        foreach (var type in s_types)
        {
            ElementAddress(1);
            _il.Emit(OpCodes.Ldind_I8);
            Convert(type, typeof(long));
            _il.Emit(OpCodes.Stloc, _locals[type][0]);
        }
    }

    // Pushes the address of this thread's element of the input (1) or output (2).
    private void ElementAddress(short argument)
    {
        _il.Emit(OpCodes.Ldarga, argument);
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Call, typeof(ArrayView<long>).GetProperty("Item", [typeof(Index1D)])!.GetMethod!);
    }

    private void Statement(int depth)
    {
        switch (_random.Next(depth > 0 ? 10 : 5))
        {
            case 0:
                StructStatement();
                break;
            case 5:
                If(depth);
                break;
            case 6:
                Loop(depth);
                break;
            case 7:
                Switch(depth);
                break;
            case 8 when _random.Next(3) == 0:
                EarlyExit();
                break;
            default:
                var type = s_types[_random.Next(s_types.Length)];
                Expression(type, 3);
                _il.Emit(OpCodes.Stloc, Local(type));
                break;
        }
    }

    private LocalBuilder Local(Type type) => _locals[type][_random.Next(LocalsPerType)];

    private void StructStatement()
    {
        var (target, source) = _random.Next(2) == 0 ? (_mixed, _other) : (_other, _mixed);
        switch (_random.Next(4))
        {
            case 0:
                _il.Emit(OpCodes.Ldloc, source);
                _il.Emit(OpCodes.Stloc, target);
                break;
            case 1:
                _il.Emit(OpCodes.Ldloc, source);
                _il.Emit(OpCodes.Call, typeof(Mixed).GetMethod(nameof(Mixed.Turn))!);
                _il.Emit(OpCodes.Stloc, target);
                break;
            case 2:
                _il.Emit(OpCodes.Ldloca, target);
                _il.Emit(OpCodes.Ldloca, source);
                _il.Emit(OpCodes.Call, typeof(Mixed).GetMethod(nameof(Mixed.Shift))!);
                break;
            default:
                var field = Field(out var type);
                _il.Emit(OpCodes.Ldloca, target);
                Expression(type, 2);
                Convert(field.FieldType, type);
                _il.Emit(OpCodes.Stfld, field);
                break;
        }
    }

    // A field and the type that its value has on the stack.
    private FieldInfo Field(out Type type)
    {
        var fields = typeof(Mixed).GetFields();
        var field = fields[_random.Next(fields.Length)];
        type = Array.Exists(s_types, t => t == field.FieldType) ? field.FieldType : typeof(int);
        return field;
    }

    private void If(int depth)
    {
        var (otherwise, end) = (_il.DefineLabel(), _il.DefineLabel());
        Condition();
        _il.Emit(OpCodes.Brfalse, otherwise);
        Statement(depth - 1);
        _il.Emit(OpCodes.Br, end);
        _il.MarkLabel(otherwise);
        Statement(depth - 1);
        _il.MarkLabel(end);
    }

    // At most 8 turns, sometimes a constant number, with a way out in the middle.
    private void Loop(int depth)
    {
        if (_loops >= 3)
        {
            return;
        }
        _loops++;
        var counter = _il.DeclareLocal(typeof(int));
        var bound = _il.DeclareLocal(typeof(int));
        if (_random.Next(2) == 0)
        {
            _il.Emit(OpCodes.Ldc_I4, _random.Next(6));
        }
        else
        {
            Expression(typeof(int), 1);
            _il.Emit(OpCodes.Ldc_I4_7);
            _il.Emit(OpCodes.And);
        }

        _il.Emit(OpCodes.Stloc, bound);
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Stloc, counter);
        var (test, top, end) = (_il.DefineLabel(), _il.DefineLabel(), _il.DefineLabel());
        _il.Emit(OpCodes.Br, test);
        _il.MarkLabel(top);
        _il.Emit(OpCodes.Ldloc, counter);
        Convert(typeof(long), typeof(int));
        _il.Emit(OpCodes.Stloc, Local(typeof(long)));
        Statement(depth - 1);
        if (_random.Next(3) == 0)
        {
            Condition();
            _il.Emit(OpCodes.Brtrue, end);
        }

        Statement(depth - 1);
        _il.Emit(OpCodes.Ldloc, counter);
        _il.Emit(OpCodes.Ldc_I4_1);
        Repeat(counter, bound, top, test);
        _il.MarkLabel(end);
        _loops--;
    }

    // counter = counter + step, both of which lie on the stack; back to the top while it is below the bound
    private void Repeat(LocalBuilder counter, LocalBuilder bound, Label top, Label test)
    {
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, counter);
        _il.MarkLabel(test);
        _il.Emit(OpCodes.Ldloc, counter);
        _il.Emit(OpCodes.Ldloc, bound);
        _il.Emit(OpCodes.Blt, top);
    }

    private void Switch(int depth)
    {
        var cases = Enumerable.Range(0, 3).Select(_ => _il.DefineLabel()).ToArray();
        var end = _il.DefineLabel();
        Expression(typeof(int), 1);
        _il.Emit(OpCodes.Ldc_I4_3);
        _il.Emit(OpCodes.And);
        _il.Emit(OpCodes.Switch, cases);
        Statement(depth - 1);
        foreach (var label in cases)
        {
            _il.Emit(OpCodes.Br, end);
            _il.MarkLabel(label);
            Statement(depth - 1);
        }

        _il.MarkLabel(end);
    }

    private void EarlyExit()
    {
        var stay = _il.DefineLabel();
        Condition();
        _il.Emit(OpCodes.Brfalse, stay);
        StoreResult();
        _il.Emit(OpCodes.Ret);
        _il.MarkLabel(stay);
    }

    private void Condition()
    {
        var type = s_types[_random.Next(s_types.Length)];
        Expression(type, 2);
        Expression(type, 2);
        var unsigned = type == typeof(uint) || type == typeof(ulong);
        _il.Emit(_random.Next(
            3) switch { 0 => OpCodes.Ceq, 1 => unsigned ? OpCodes.Clt_Un : OpCodes.Clt, _ => unsigned ? OpCodes.Cgt_Un : OpCodes.Cgt });
        if (_random.Next(3) == 0)
        {
            _il.Emit(OpCodes.Ldc_I4_0);
            _il.Emit(OpCodes.Ceq);
        }
    }

    // output[i] = all locals and fields, mixed; NaN counts as one value whatever its bits.
    private void StoreResult()
    {
        ElementAddress(2);
        _il.Emit(OpCodes.Ldc_I8, 17L);
        foreach (var type in s_types)
        {
            foreach (var local in _locals[type])
            {
                _il.Emit(OpCodes.Ldloc, local);
                Mix(type);
            }
        }

        foreach (var holder in new[] { _mixed, _other })
        {
            foreach (var field in typeof(Mixed).GetFields())
            {
                _il.Emit(OpCodes.Ldloc, holder);
                _il.Emit(OpCodes.Ldfld, field);
                Mix(Array.Exists(s_types, t => t == field.FieldType) ? field.FieldType : typeof(int));
            }
        }

        _il.Emit(OpCodes.Stind_I8);
    }

    private void Mix(Type type)
    {
        if (type == typeof(float))
        {
            _il.Emit(OpCodes.Conv_R8);
        }
        if (type == typeof(float) || type == typeof(double))
        {
            _il.Emit(OpCodes.Call, typeof(ProgramWriter).GetMethod(nameof(Bits))!);
        }
        else
        {
            Convert(typeof(long), type);
        }
        _il.Emit(OpCodes.Call, typeof(ProgramWriter).GetMethod(nameof(Combine))!);
    }

    public static long Bits(double value) => double.IsNaN(value) ? 42 : BitConverter.DoubleToInt64Bits(value);

    public static long Combine(long sum, long value) => ((sum << 5) | (sum >>> 59)) ^ (value * -7046029254386353131L);
}

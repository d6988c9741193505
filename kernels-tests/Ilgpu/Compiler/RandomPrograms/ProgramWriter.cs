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
    private static readonly Type[] Types = [typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double)];
    private static readonly int[] EdgeInts = [0, 1, -1, 2, 31, 32, 127, -128, 255, 65535, int.MaxValue, int.MinValue, 12345];
    private static readonly double[] EdgeFloats = [0, -0.0, 1, -1, 0.5, 1e-3, 3.75, 1e9, -1e10, 1e20, double.NaN, double.PositiveInfinity];

    private readonly Random random = new(seed);
    private readonly Dictionary<Type, LocalBuilder[]> locals = [];
    private ILGenerator il = null!;
    private LocalBuilder mixed = null!;
    private LocalBuilder other = null!;
    private int loops;

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
        il = method.GetILGenerator();
        Declare();
        for (var i = 0; i < 6; i++)
        {
            Statement(2);
            if (scans.Next(3) == 0)
                Scan();
            if (indices.Next(2) == 0)
                Index();
        }

        StoreResult();
        il.Emit(OpCodes.Ret);
        return type.CreateType().GetMethod("Kernel")!.CreateDelegate<Action<Index1D, ArrayView<long>, ArrayView<long>>>();
    }

    private void Declare()
    {
        foreach (var type in Types)
            locals[type] = [.. Enumerable.Range(0, LocalsPerType).Select(_ => il.DeclareLocal(type))];
        (mixed, other) = (il.DeclareLocal(typeof(Mixed)), il.DeclareLocal(typeof(Mixed)));
        foreach (var type in Types)
        {
            ElementAddress(1);
            il.Emit(OpCodes.Ldind_I8);
            Convert(type, typeof(long));
            il.Emit(OpCodes.Stloc, locals[type][0]);
        }
    }

    // Pushes the address of this thread's element of the input (1) or output (2).
    private void ElementAddress(short argument)
    {
        il.Emit(OpCodes.Ldarga, argument);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(ArrayView<long>).GetProperty("Item", [typeof(Index1D)])!.GetMethod!);
    }

    private void Statement(int depth)
    {
        switch (random.Next(depth > 0 ? 10 : 5))
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
            case 8 when random.Next(3) == 0:
                EarlyExit();
                break;
            default:
                var type = Types[random.Next(Types.Length)];
                Expression(type, 3);
                il.Emit(OpCodes.Stloc, Local(type));
                break;
        }
    }

    private LocalBuilder Local(Type type) => locals[type][random.Next(LocalsPerType)];

    private void StructStatement()
    {
        var (target, source) = random.Next(2) == 0 ? (mixed, other) : (other, mixed);
        switch (random.Next(4))
        {
            case 0:
                il.Emit(OpCodes.Ldloc, source);
                il.Emit(OpCodes.Stloc, target);
                break;
            case 1:
                il.Emit(OpCodes.Ldloc, source);
                il.Emit(OpCodes.Call, typeof(Mixed).GetMethod(nameof(Mixed.Turn))!);
                il.Emit(OpCodes.Stloc, target);
                break;
            case 2:
                il.Emit(OpCodes.Ldloca, target);
                il.Emit(OpCodes.Ldloca, source);
                il.Emit(OpCodes.Call, typeof(Mixed).GetMethod(nameof(Mixed.Shift))!);
                break;
            default:
                var field = Field(out var type);
                il.Emit(OpCodes.Ldloca, target);
                Expression(type, 2);
                Convert(field.FieldType, type);
                il.Emit(OpCodes.Stfld, field);
                break;
        }
    }

    // A field and the type that its value has on the stack.
    private FieldInfo Field(out Type type)
    {
        var fields = typeof(Mixed).GetFields();
        var field = fields[random.Next(fields.Length)];
        type = Array.Exists(Types, t => t == field.FieldType) ? field.FieldType : typeof(int);
        return field;
    }

    private void If(int depth)
    {
        var (otherwise, end) = (il.DefineLabel(), il.DefineLabel());
        Condition();
        il.Emit(OpCodes.Brfalse, otherwise);
        Statement(depth - 1);
        il.Emit(OpCodes.Br, end);
        il.MarkLabel(otherwise);
        Statement(depth - 1);
        il.MarkLabel(end);
    }

    // At most 8 turns, sometimes a constant number, with a way out in the middle.
    private void Loop(int depth)
    {
        if (loops >= 3)
            return;
        loops++;
        var counter = il.DeclareLocal(typeof(int));
        var bound = il.DeclareLocal(typeof(int));
        if (random.Next(2) == 0)
        {
            il.Emit(OpCodes.Ldc_I4, random.Next(6));
        }
        else
        {
            Expression(typeof(int), 1);
            il.Emit(OpCodes.Ldc_I4_7);
            il.Emit(OpCodes.And);
        }

        il.Emit(OpCodes.Stloc, bound);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Stloc, counter);
        var (test, top, end) = (il.DefineLabel(), il.DefineLabel(), il.DefineLabel());
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(top);
        il.Emit(OpCodes.Ldloc, counter);
        Convert(typeof(long), typeof(int));
        il.Emit(OpCodes.Stloc, Local(typeof(long)));
        Statement(depth - 1);
        if (random.Next(3) == 0)
        {
            Condition();
            il.Emit(OpCodes.Brtrue, end);
        }

        Statement(depth - 1);
        il.Emit(OpCodes.Ldloc, counter);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, counter);
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldloc, counter);
        il.Emit(OpCodes.Ldloc, bound);
        il.Emit(OpCodes.Blt, top);
        il.MarkLabel(end);
        loops--;
    }

    private void Switch(int depth)
    {
        var cases = Enumerable.Range(0, 3).Select(_ => il.DefineLabel()).ToArray();
        var end = il.DefineLabel();
        Expression(typeof(int), 1);
        il.Emit(OpCodes.Ldc_I4_3);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Switch, cases);
        Statement(depth - 1);
        foreach (var label in cases)
        {
            il.Emit(OpCodes.Br, end);
            il.MarkLabel(label);
            Statement(depth - 1);
        }

        il.MarkLabel(end);
    }

    private void EarlyExit()
    {
        var stay = il.DefineLabel();
        Condition();
        il.Emit(OpCodes.Brfalse, stay);
        StoreResult();
        il.Emit(OpCodes.Ret);
        il.MarkLabel(stay);
    }

    private void Condition()
    {
        var type = Types[random.Next(Types.Length)];
        Expression(type, 2);
        Expression(type, 2);
        var unsigned = type == typeof(uint) || type == typeof(ulong);
        il.Emit(random.Next(
            3) switch { 0 => OpCodes.Ceq, 1 => unsigned ? OpCodes.Clt_Un : OpCodes.Clt, _ => unsigned ? OpCodes.Cgt_Un : OpCodes.Cgt });
        if (random.Next(3) == 0)
        {
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Ceq);
        }
    }

    // output[i] = all locals and fields, mixed; NaN counts as one value whatever its bits.
    private void StoreResult()
    {
        ElementAddress(2);
        il.Emit(OpCodes.Ldc_I8, 17L);
        foreach (var type in Types)
        {
            foreach (var local in locals[type])
            {
                il.Emit(OpCodes.Ldloc, local);
                Mix(type);
            }
        }

        foreach (var holder in new[] { mixed, other })
        {
            foreach (var field in typeof(Mixed).GetFields())
            {
                il.Emit(OpCodes.Ldloc, holder);
                il.Emit(OpCodes.Ldfld, field);
                Mix(Array.Exists(Types, t => t == field.FieldType) ? field.FieldType : typeof(int));
            }
        }

        il.Emit(OpCodes.Stind_I8);
    }

    private void Mix(Type type)
    {
        if (type == typeof(float))
            il.Emit(OpCodes.Conv_R8);
        if (type == typeof(float) || type == typeof(double))
            il.Emit(OpCodes.Call, typeof(ProgramWriter).GetMethod(nameof(Bits))!);
        else
            Convert(typeof(long), type);
        il.Emit(OpCodes.Call, typeof(ProgramWriter).GetMethod(nameof(Combine))!);
    }

    public static long Bits(double value) => double.IsNaN(value) ? 42 : BitConverter.DoubleToInt64Bits(value);

    public static long Combine(long sum, long value) => ((sum << 5) | (sum >>> 59)) ^ (value * -7046029254386353131L);
}

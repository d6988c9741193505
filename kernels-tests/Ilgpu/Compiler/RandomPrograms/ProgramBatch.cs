using System.Reflection;
using System.Reflection.Emit;
using ILGPU;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

/// <summary>Several programs as one kernel that is told which of them to run: what it costs to build a kernel is paid once.</summary>
public static class ProgramBatch
{
    /// <summary>A kernel (index, input, output, number of the program).</summary>
    public static Action<Index1D, ArrayView<long>, ArrayView<long>, int> Join(IReadOnlyList<MethodInfo> programs)
    {
        var module =
            AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("RandomBatch"), AssemblyBuilderAccess.Run).DefineDynamicModule("Batch");
        var type = module.DefineType("Batch", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        var method = type.DefineMethod(
            "Kernel",
            MethodAttributes.Public | MethodAttributes.Static,
            typeof(void),
            [typeof(Index1D), typeof(ArrayView<long>), typeof(ArrayView<long>), typeof(int)]);
        var il = method.GetILGenerator();
        var cases = programs.Select(_ => il.DefineLabel()).ToArray();
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Switch, cases);
        il.Emit(OpCodes.Ret);
        for (var i = 0; i < cases.Length; i++)
        {
            il.MarkLabel(cases[i]);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Call, programs[i]);
            il.Emit(OpCodes.Ret);
        }

        return type.CreateType().GetMethod("Kernel")!.CreateDelegate<Action<Index1D, ArrayView<long>, ArrayView<long>, int>>();
    }
}

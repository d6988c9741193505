using System.Reflection.Emit;
using ILGPU;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

// Loops over the input: counted, of a length that only the run knows, as most loops of real kernels are.
public sealed partial class ProgramWriter
{
    /// <summary>Elements that every run's input has.</summary>
    public const int InputLength = 16;

    // Decisions of its own, so that the rest of a program stays what it is for its seed.
    private readonly Random scans = new(~seed);

    // for (k = start; k < (x & 31); k += step) { [if (input[k & 15] > 0)] sum = 31 * sum + input[k & 15]; }
    private void Scan()
    {
        var (counter, bound, step, sum) = (
            il.DeclareLocal(typeof(int)), il.DeclareLocal(typeof(int)), il.DeclareLocal(typeof(int)),
            locals[typeof(long)][scans.Next(LocalsPerType)]);
        AnyInt(31, 0, bound);
        if (scans.Next(2) == 0)
            AnyInt(3, 1, step);
        var constantStep = 1 + scans.Next(3);
        var hasConstantStep = scans.Next(2) == 0;
        il.Emit(OpCodes.Ldc_I4, scans.Next(7) - 3);
        il.Emit(OpCodes.Stloc, counter);
        var (test, top, skip) = (il.DefineLabel(), il.DefineLabel(), il.DefineLabel());
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(top);
        if (scans.Next(2) == 0)
        {
            InputAt(counter);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I8);
            il.Emit(OpCodes.Ble, skip);
        }

        il.Emit(OpCodes.Ldloc, sum);
        il.Emit(OpCodes.Ldc_I4, 31);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Mul);
        InputAt(counter);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, sum);
        il.MarkLabel(skip);
        il.Emit(OpCodes.Ldloc, counter);
        if (hasConstantStep)
        {
            il.Emit(OpCodes.Ldc_I4, constantStep);
        }
        else
        {
            // A step of zero would never end.
            il.Emit(OpCodes.Ldloc, step);
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Or);
        }

        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, counter);
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldloc, counter);
        il.Emit(OpCodes.Ldloc, bound);
        il.Emit(OpCodes.Blt, top);
    }

    // target = (some int & mask) + offset
    private void AnyInt(int mask, int offset, LocalBuilder target)
    {
        il.Emit(OpCodes.Ldloc, locals[typeof(int)][scans.Next(LocalsPerType)]);
        il.Emit(OpCodes.Ldc_I4, mask);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Ldc_I4, offset);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, target);
    }

    private void InputAt(LocalBuilder index)
    {
        il.Emit(OpCodes.Ldarga, (short)1);
        il.Emit(OpCodes.Ldloc, index);
        il.Emit(OpCodes.Ldc_I4, InputLength - 1);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Call, typeof(ArrayView<long>).GetProperty("Item", [typeof(int)])!.GetMethod!);
        il.Emit(OpCodes.Ldind_I8);
    }
}

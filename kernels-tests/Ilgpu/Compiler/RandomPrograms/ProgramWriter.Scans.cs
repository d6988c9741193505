using System.Reflection.Emit;
using ILGPU;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

// Loops over the input: counted, of a length that only the run knows, as most loops of real kernels are.
public sealed partial class ProgramWriter
{
    /// <summary>Elements that every run's input has.</summary>
    public const int InputLength = 16;

    // Decisions of its own, so that the rest of a program stays what it is for its seed.
    private readonly Random _scans = new(~seed);

    // for (k = start; k < (x & 31); k += step) { [if (input[k & 15] > 0)] sum = 31 * sum + input[k & 15]; }
    private void Scan()
    {
        var (counter, bound, step, sum) = (
            _il.DeclareLocal(typeof(int)), _il.DeclareLocal(typeof(int)), _il.DeclareLocal(typeof(int)),
            _locals[typeof(long)][_scans.Next(LocalsPerType)]);
        AnyInt(31, 0, bound);
        if (_scans.Next(2) == 0)
        {
            AnyInt(3, 1, step);
        }
        var constantStep = 1 + _scans.Next(3);
        var hasConstantStep = _scans.Next(2) == 0;
        _il.Emit(OpCodes.Ldc_I4, _scans.Next(7) - 3);
        _il.Emit(OpCodes.Stloc, counter);
        var (test, top, skip) = (_il.DefineLabel(), _il.DefineLabel(), _il.DefineLabel());
        _il.Emit(OpCodes.Br, test);
        _il.MarkLabel(top);
        if (_scans.Next(2) == 0)
        {
            InputAt(counter);
            _il.Emit(OpCodes.Ldc_I4_0);
            _il.Emit(OpCodes.Conv_I8);
            _il.Emit(OpCodes.Ble, skip);
        }

        _il.Emit(OpCodes.Ldloc, sum);
        _il.Emit(OpCodes.Ldc_I4, 31);
        _il.Emit(OpCodes.Conv_I8);
        _il.Emit(OpCodes.Mul);
        InputAt(counter);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, sum);
        _il.MarkLabel(skip);
        _il.Emit(OpCodes.Ldloc, counter);
        if (hasConstantStep)
        {
            _il.Emit(OpCodes.Ldc_I4, constantStep);
        }
        else
        {
            // A step of zero would never end.
            _il.Emit(OpCodes.Ldloc, step);
            _il.Emit(OpCodes.Ldc_I4_1);
            _il.Emit(OpCodes.Or);
        }

        Repeat(counter, bound, top, test);
    }

    // target = (some int & mask) + offset
    private void AnyInt(int mask, int offset, LocalBuilder target)
    {
        _il.Emit(OpCodes.Ldloc, _locals[typeof(int)][_scans.Next(LocalsPerType)]);
        _il.Emit(OpCodes.Ldc_I4, mask);
        _il.Emit(OpCodes.And);
        _il.Emit(OpCodes.Ldc_I4, offset);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, target);
    }

    private void InputAt(LocalBuilder index)
    {
        _il.Emit(OpCodes.Ldarga, (short)1);
        _il.Emit(OpCodes.Ldloc, index);
        _il.Emit(OpCodes.Ldc_I4, InputLength - 1);
        _il.Emit(OpCodes.And);
        _il.Emit(OpCodes.Call, typeof(ArrayView<long>).GetProperty("Item", [typeof(int)])!.GetMethod!);
        _il.Emit(OpCodes.Ldind_I8);
    }
}

using System.Reflection.Emit;
using ILGPU;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

// Index arithmetic as real kernels have it: guards, then products and sums in 32 and 64 bits, quotients and remainders, clamps and masks,
// about the values where a wrong range would show.
public sealed partial class ProgramWriter
{
    private static readonly int[] s_bounds =
        [int.MinValue, int.MinValue + 1, -65536, -33, -1, 0, 1, 2, 7, 31, 32, 255, 256, 46340, 46341, 65535, 1 << 30, int.MaxValue - 1,
            int.MaxValue];

    private static readonly int[] s_divisors = [1, 2, 3, 8, 10, 16, 32, 1000, 4096, 1 << 30, int.MaxValue];

    // Decisions of its own, as for the scans.
    private readonly Random _indices = new(seed ^ 0x5bd1e995);

    // if (low <= x && x <= high) { sum = 31 * sum + f(x); … }, or without sign: (uint)x < high
    private void Index()
    {
        var (index, other) = (_il.DeclareLocal(typeof(int)), _locals[typeof(int)][_indices.Next(LocalsPerType)]);
        var skip = _il.DefineLabel();
        _il.Emit(OpCodes.Ldloc, _locals[typeof(int)][_indices.Next(LocalsPerType)]);
        if (_indices.Next(2) == 0)
        {
            _il.Emit(OpCodes.Ldc_I4, (1 << _indices.Next(1, 31)) - 1);
            _il.Emit(OpCodes.And);
        }

        if (_indices.Next(3) == 0)
        {
            _il.Emit(OpCodes.Ldc_I4, AnyBound());
            _il.Emit(OpCodes.Sub);
        }

        _il.Emit(OpCodes.Stloc, index);
        Guard(index, skip);
        for (var turn = _indices.Next(2, 5); turn > 0; turn--)
        {
            Add(() => Use(index, other));
        }
        if (_indices.Next(3) == 0)
        {
            Guard(index, skip);
            Add(() => Use(index, other));
        }

        _il.MarkLabel(skip);

        // What was computed under a guard must not be moved out of it, nor the other way round.
        Add(() => Use(index, other));
    }

    private int AnyBound() => s_bounds[_indices.Next(s_bounds.Length)];

    private void Guard(LocalBuilder index, Label skip)
    {
        switch (_indices.Next(4))
        {
            case 0:
                _il.Emit(OpCodes.Ldloc, index);
                _il.Emit(OpCodes.Ldc_I4, AnyBound());
                _il.Emit(OpCodes.Bge_Un, skip);
                break;
            case 1:
                _il.Emit(OpCodes.Ldloc, index);
                _il.Emit(OpCodes.Conv_I8);
                _il.Emit(OpCodes.Ldc_I8, (long)AnyBound());
                _il.Emit(OpCodes.Ble, skip);
                break;
            default:
                _il.Emit(OpCodes.Ldloc, index);
                _il.Emit(OpCodes.Ldc_I4, AnyBound());
                _il.Emit(OpCodes.Blt, skip);
                _il.Emit(OpCodes.Ldloc, index);
                _il.Emit(OpCodes.Ldc_I4, AnyBound());
                _il.Emit(OpCodes.Bgt, skip);
                break;
        }
    }

    // sum = 31 * sum + what the expression leaves on the stack, a long.
    private void Add(Action expression)
    {
        var sum = _locals[typeof(long)][_indices.Next(LocalsPerType)];
        _il.Emit(OpCodes.Ldloc, sum);
        _il.Emit(OpCodes.Ldc_I4, 31);
        _il.Emit(OpCodes.Conv_I8);
        _il.Emit(OpCodes.Mul);
        expression();
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, sum);
    }

    private void Use(LocalBuilder index, LocalBuilder other)
    {
        var choice = _indices.Next(9);
        _il.Emit(OpCodes.Ldloc, index);
        switch (choice)
        {
            case 0:
                // (long)x * c + d, and a remainder or quotient of it
                _il.Emit(OpCodes.Conv_I8);
                Wide(AnyBound(), OpCodes.Mul);
                Wide(AnyBound(), OpCodes.Add);
                if (_indices.Next(2) == 0)
                {
                    Wide(s_divisors[_indices.Next(s_divisors.Length)], _indices.Next(2) == 0 ? OpCodes.Div : OpCodes.Rem);
                }
                return;
            case 1:
                _il.Emit(OpCodes.Ldc_I4, s_divisors[_indices.Next(s_divisors.Length)]);
                OpCode[] divisions = [OpCodes.Div, OpCodes.Rem, OpCodes.Div_Un, OpCodes.Rem_Un];
                _il.Emit(divisions[_indices.Next(divisions.Length)]);
                break;
            case 2:
                QuotientAndRemainder(index, other);
                break;
            case 3:
                _il.Emit(OpCodes.Ldc_I4, AnyBound());
                OpCode[] comparisons = [OpCodes.Clt, OpCodes.Clt_Un, OpCodes.Cgt, OpCodes.Cgt_Un, OpCodes.Ceq];
                _il.Emit(comparisons[_indices.Next(comparisons.Length)]);
                break;
            case 4:
                _il.Emit(OpCodes.Ldc_I4, AnyBound());
                _il.Emit(OpCodes.Call, typeof(Math).GetMethod(_indices.Next(2) == 0 ? "Min" : "Max", [typeof(int), typeof(int)])!);
                break;
            case 5:
                _il.Emit(OpCodes.Ldloc, other);
                _il.Emit(OpCodes.Ldc_I4, 31);
                _il.Emit(OpCodes.And);
                OpCode[] shifts = [OpCodes.Shl, OpCodes.Shr, OpCodes.Shr_Un];
                _il.Emit(shifts[_indices.Next(shifts.Length)]);
                break;
            case 6:
                OpCode[] narrow = [OpCodes.Conv_I1, OpCodes.Conv_U1, OpCodes.Conv_I2, OpCodes.Conv_U2, OpCodes.Neg, OpCodes.Not];
                _il.Emit(narrow[_indices.Next(narrow.Length)]);
                break;
            case 7:
                // input[((uint)x * 3L) & 15]
                _il.Emit(OpCodes.Conv_U8);
                Wide(3, OpCodes.Mul);
                Wide(InputLength - 1, OpCodes.And);
                var at = _il.DeclareLocal(typeof(long));
                _il.Emit(OpCodes.Stloc, at);
                _il.Emit(OpCodes.Ldarga, (short)1);
                _il.Emit(OpCodes.Ldloc, at);
                _il.Emit(OpCodes.Call, typeof(ArrayView<long>).GetProperty("Item", [typeof(long)])!.GetMethod!);
                _il.Emit(OpCodes.Ldind_I8);
                return;
            default:
                _il.Emit(OpCodes.Ldc_I4, AnyBound());
                _il.Emit(_indices.Next(2) == 0 ? OpCodes.Add : OpCodes.Mul);
                break;
        }

        _il.Emit(_indices.Next(4) == 0 ? OpCodes.Conv_U8 : OpCodes.Conv_I8);
    }

    // x / d ^ x % d of a divisor that only the run knows; x is on the stack
    private void QuotientAndRemainder(LocalBuilder index, LocalBuilder other)
    {
        var divisor = _il.DeclareLocal(typeof(int));
        var isUnsigned = _indices.Next(2) == 0;
        _il.Emit(OpCodes.Ldloc, other);
        _il.Emit(OpCodes.Ldc_I4, 0x7FFF);
        _il.Emit(OpCodes.And);
        _il.Emit(OpCodes.Ldc_I4_1);
        _il.Emit(OpCodes.Or);
        _il.Emit(OpCodes.Stloc, divisor);
        _il.Emit(OpCodes.Ldloc, divisor);
        _il.Emit(isUnsigned ? OpCodes.Rem_Un : OpCodes.Rem);
        _il.Emit(OpCodes.Ldloc, index);
        _il.Emit(OpCodes.Ldloc, divisor);
        _il.Emit(isUnsigned ? OpCodes.Div_Un : OpCodes.Div);
        _il.Emit(OpCodes.Xor);
    }

    private void Wide(int value, OpCode operation)
    {
        _il.Emit(OpCodes.Ldc_I8, (long)value);
        _il.Emit(operation);
    }
}

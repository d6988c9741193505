using System.Reflection.Emit;
using ILGPU;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

// Index arithmetic as real kernels have it: guards, then products and sums in 32 and 64 bits, quotients and remainders, clamps and masks,
// about the values where a wrong range would show.
public sealed partial class ProgramWriter
{
    private static readonly int[] Bounds =
        [int.MinValue, int.MinValue + 1, -65536, -33, -1, 0, 1, 2, 7, 31, 32, 255, 256, 46340, 46341, 65535, 1 << 30, int.MaxValue - 1,
            int.MaxValue];

    private static readonly int[] Divisors = [1, 2, 3, 8, 10, 16, 32, 1000, 4096, 1 << 30, int.MaxValue];

    // Decisions of its own, as for the scans.
    private readonly Random indices = new(seed ^ 0x5bd1e995);

    // if (low <= x && x <= high) { sum = 31 * sum + f(x); … }, or without sign: (uint)x < high
    private void Index()
    {
        var (index, other) = (il.DeclareLocal(typeof(int)), locals[typeof(int)][indices.Next(LocalsPerType)]);
        var skip = il.DefineLabel();
        il.Emit(OpCodes.Ldloc, locals[typeof(int)][indices.Next(LocalsPerType)]);
        if (indices.Next(2) == 0)
        {
            il.Emit(OpCodes.Ldc_I4, (1 << indices.Next(1, 31)) - 1);
            il.Emit(OpCodes.And);
        }

        if (indices.Next(3) == 0)
        {
            il.Emit(OpCodes.Ldc_I4, AnyBound());
            il.Emit(OpCodes.Sub);
        }

        il.Emit(OpCodes.Stloc, index);
        Guard(index, skip);
        for (var turn = indices.Next(2, 5); turn > 0; turn--)
            Add(() => Use(index, other));
        if (indices.Next(3) == 0)
        {
            Guard(index, skip);
            Add(() => Use(index, other));
        }

        il.MarkLabel(skip);

        // What was computed under a guard must not be moved out of it, nor the other way round.
        Add(() => Use(index, other));
    }

    private int AnyBound() => Bounds[indices.Next(Bounds.Length)];

    private void Guard(LocalBuilder index, Label skip)
    {
        switch (indices.Next(4))
        {
            case 0:
                il.Emit(OpCodes.Ldloc, index);
                il.Emit(OpCodes.Ldc_I4, AnyBound());
                il.Emit(OpCodes.Bge_Un, skip);
                break;
            case 1:
                il.Emit(OpCodes.Ldloc, index);
                il.Emit(OpCodes.Conv_I8);
                il.Emit(OpCodes.Ldc_I8, (long)AnyBound());
                il.Emit(OpCodes.Ble, skip);
                break;
            default:
                il.Emit(OpCodes.Ldloc, index);
                il.Emit(OpCodes.Ldc_I4, AnyBound());
                il.Emit(OpCodes.Blt, skip);
                il.Emit(OpCodes.Ldloc, index);
                il.Emit(OpCodes.Ldc_I4, AnyBound());
                il.Emit(OpCodes.Bgt, skip);
                break;
        }
    }

    // sum = 31 * sum + what the expression leaves on the stack, a long.
    private void Add(Action expression)
    {
        var sum = locals[typeof(long)][indices.Next(LocalsPerType)];
        il.Emit(OpCodes.Ldloc, sum);
        il.Emit(OpCodes.Ldc_I4, 31);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Mul);
        expression();
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, sum);
    }

    private void Use(LocalBuilder index, LocalBuilder other)
    {
        var choice = indices.Next(9);
        il.Emit(OpCodes.Ldloc, index);
        switch (choice)
        {
            case 0:
                // (long)x * c + d, and a remainder or quotient of it
                il.Emit(OpCodes.Conv_I8);
                Wide(AnyBound(), OpCodes.Mul);
                Wide(AnyBound(), OpCodes.Add);
                if (indices.Next(2) == 0)
                    Wide(Divisors[indices.Next(Divisors.Length)], indices.Next(2) == 0 ? OpCodes.Div : OpCodes.Rem);
                return;
            case 1:
                il.Emit(OpCodes.Ldc_I4, Divisors[indices.Next(Divisors.Length)]);
                OpCode[] divisions = [OpCodes.Div, OpCodes.Rem, OpCodes.Div_Un, OpCodes.Rem_Un];
                il.Emit(divisions[indices.Next(divisions.Length)]);
                break;
            case 2:
                QuotientAndRemainder(index, other);
                break;
            case 3:
                il.Emit(OpCodes.Ldc_I4, AnyBound());
                OpCode[] comparisons = [OpCodes.Clt, OpCodes.Clt_Un, OpCodes.Cgt, OpCodes.Cgt_Un, OpCodes.Ceq];
                il.Emit(comparisons[indices.Next(comparisons.Length)]);
                break;
            case 4:
                il.Emit(OpCodes.Ldc_I4, AnyBound());
                il.Emit(OpCodes.Call, typeof(Math).GetMethod(indices.Next(2) == 0 ? "Min" : "Max", [typeof(int), typeof(int)])!);
                break;
            case 5:
                il.Emit(OpCodes.Ldloc, other);
                il.Emit(OpCodes.Ldc_I4, 31);
                il.Emit(OpCodes.And);
                OpCode[] shifts = [OpCodes.Shl, OpCodes.Shr, OpCodes.Shr_Un];
                il.Emit(shifts[indices.Next(shifts.Length)]);
                break;
            case 6:
                OpCode[] narrow = [OpCodes.Conv_I1, OpCodes.Conv_U1, OpCodes.Conv_I2, OpCodes.Conv_U2, OpCodes.Neg, OpCodes.Not];
                il.Emit(narrow[indices.Next(narrow.Length)]);
                break;
            case 7:
                // input[((uint)x * 3L) & 15]
                il.Emit(OpCodes.Conv_U8);
                Wide(3, OpCodes.Mul);
                Wide(InputLength - 1, OpCodes.And);
                var at = il.DeclareLocal(typeof(long));
                il.Emit(OpCodes.Stloc, at);
                il.Emit(OpCodes.Ldarga, (short)1);
                il.Emit(OpCodes.Ldloc, at);
                il.Emit(OpCodes.Call, typeof(ArrayView<long>).GetProperty("Item", [typeof(long)])!.GetMethod!);
                il.Emit(OpCodes.Ldind_I8);
                return;
            default:
                il.Emit(OpCodes.Ldc_I4, AnyBound());
                il.Emit(indices.Next(2) == 0 ? OpCodes.Add : OpCodes.Mul);
                break;
        }

        il.Emit(indices.Next(4) == 0 ? OpCodes.Conv_U8 : OpCodes.Conv_I8);
    }

    // x / d ^ x % d of a divisor that only the run knows; x is on the stack
    private void QuotientAndRemainder(LocalBuilder index, LocalBuilder other)
    {
        var divisor = il.DeclareLocal(typeof(int));
        var isUnsigned = indices.Next(2) == 0;
        il.Emit(OpCodes.Ldloc, other);
        il.Emit(OpCodes.Ldc_I4, 0x7FFF);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Or);
        il.Emit(OpCodes.Stloc, divisor);
        il.Emit(OpCodes.Ldloc, divisor);
        il.Emit(isUnsigned ? OpCodes.Rem_Un : OpCodes.Rem);
        il.Emit(OpCodes.Ldloc, index);
        il.Emit(OpCodes.Ldloc, divisor);
        il.Emit(isUnsigned ? OpCodes.Div_Un : OpCodes.Div);
        il.Emit(OpCodes.Xor);
    }

    private void Wide(int value, OpCode operation)
    {
        il.Emit(OpCodes.Ldc_I8, (long)value);
        il.Emit(operation);
    }
}

using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ILGPU.Runtime.CPU.Vectors;

/// <content>Upper halves of products, which quotients by constants become, and shifts by a count of each lane.</content>
internal sealed partial class LaneIntrinsics
{
    private const int WordBits = 32;

    private const byte OddLanes = 0b1010_1010;

    /// <summary>An operation of two vectors of Int32 on the stack; false if there is none here.</summary>
    public bool Integers(string name)
    {
        if (!Avx2.IsSupported)
        {
            return false;
        }

        switch (name)
        {
            case "MulHighS":
                EmitHighProduct(typeof(int), typeof(long));
                return true;
            case "MulHighU":
                EmitHighProduct(typeof(uint), typeof(ulong));
                return true;
            case "Shl":
                EmitShift(nameof(Avx2.ShiftLeftLogicalVariable));
                return true;
            case "ShrS":
                EmitShift(nameof(Avx2.ShiftRightArithmeticVariable));
                return true;
            case "ShrU":
                EmitShift(nameof(Avx2.ShiftRightLogicalVariable));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Pushes the upper halves of products: those of even lanes, and those of odd ones, which lie where they belong.</summary>
    /// <param name="factor">The type that says whether factors have signs.</param>
    /// <param name="product">The type of twice the width.</param>
    private void EmitHighProduct(Type factor, Type product)
    {
        LocalBuilder a = Temporary(typeof(Vector256<int>), 0), b = Temporary(typeof(Vector256<int>), 1);
        il.Emit(OpCodes.Stloc, b);
        il.Emit(OpCodes.Stloc, a);
        EmitFactor(a, factor, isOdd: false);
        EmitFactor(b, factor, isOdd: false);
        EmitProduct(factor, product);
        As(product, typeof(int));
        EmitUpper();
        EmitFactor(a, factor, isOdd: true);
        EmitFactor(b, factor, isOdd: true);
        EmitProduct(factor, product);
        As(product, typeof(int));
        il.Emit(OpCodes.Ldc_I4, (int)OddLanes);
        Type[] parameters = [typeof(Vector256<int>), typeof(Vector256<int>), typeof(byte)];
        il.Emit(OpCodes.Call, typeof(Avx2).GetMethod(nameof(Avx2.Blend), parameters)!);
    }

    /// <summary>Pushes factors where the processor multiplies them, in even lanes.</summary>
    private void EmitFactor(LocalBuilder value, Type factor, bool isOdd)
    {
        il.Emit(OpCodes.Ldloc, value);
        if (isOdd)
        {
            EmitUpper();
        }

        As(typeof(int), factor);
    }

    private void EmitProduct(Type factor, Type product)
    {
        Type vector = typeof(Vector256<>).MakeGenericType(factor);
        if (typeof(Avx2).GetMethod(nameof(Avx2.Multiply), [vector, vector]) is not { } multiply
            || multiply.ReturnType != typeof(Vector256<>).MakeGenericType(product))
        {
            throw new InvalidOperationException($"{nameof(Avx2)} has no product of {factor.Name} that is a {product.Name}.");
        }

        il.Emit(OpCodes.Call, multiply);
    }

    /// <summary>Moves odd lanes of the vector on the stack to the even ones before them.</summary>
    private void EmitUpper()
    {
        Type vector = typeof(Vector256<long>);
        As(typeof(int), typeof(long));
        il.Emit(OpCodes.Ldc_I4, WordBits);
        Operator(vector, "op_UnsignedRightShift", [vector, typeof(int)]);
        As(typeof(long), typeof(int));
    }

    /// <summary>Shifts by the count of each lane, of which the low bits count as in C#.</summary>
    private void EmitShift(string name)
    {
        EmitMask(ShiftMask);
        As(typeof(int), typeof(uint));
        il.Emit(OpCodes.Call, typeof(Avx2).GetMethod(name, [typeof(Vector256<int>), typeof(Vector256<uint>)])!);
    }
}

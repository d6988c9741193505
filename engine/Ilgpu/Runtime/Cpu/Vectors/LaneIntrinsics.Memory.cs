using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ILGPU.Runtime.CPU.Vectors;

/// <content>Memory: rows of neighbours, and elements that lie apart.</content>
internal sealed partial class LaneIntrinsics
{
    /// <summary>Bits by which an index is shifted to bytes where 32-bit elements are neighbours.</summary>
    private const int ElementShift = 2;

    /// <summary>Whether the processor reads elements that lie multiples of so many bytes apart.</summary>
    public static bool CanGather(long scale) => Avx2.IsSupported && scale is 1 or 2 or 4 or 8;

    /// <summary>Reads a vector, wherever it lies.</summary>
    public void Load(Type vector)
    {
        il.Emit(OpCodes.Unaligned, (byte)1);
        il.Emit(OpCodes.Ldobj, vector);
    }

    /// <summary>
    /// Writes neighbours, those of the lanes that take part. On the stack: the address, the values.
    /// </summary>
    /// <param name="element">The type of a value.</param>
    /// <param name="mask">The lanes that take part.</param>
    /// <param name="some">What writes for some of the lanes where the processor does not.</param>
    public void StoreRow(Type element, LaneMask mask, MethodInfo some)
    {
        Label all = il.DefineLabel(), end = il.DefineLabel();
        Type vector = typeof(Vector256<>).MakeGenericType(element);
        LocalBuilder values = Temporary(vector, 0), address = Temporary(typeof(long), 0);
        il.Emit(OpCodes.Stloc, values);
        il.Emit(OpCodes.Stloc, address);
        il.Emit(OpCodes.Ldloc, mask.Bits);
        il.Emit(OpCodes.Ldc_I4, LaneMemory.All);
        il.Emit(OpCodes.Beq, all);
        il.Emit(OpCodes.Ldloc, address);
        if (Avx2.IsSupported)
        {
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Ldloc, mask.Lanes);
            As(typeof(int), element);
            il.Emit(OpCodes.Ldloc, values);
            Type owner = element == typeof(float) ? typeof(Avx) : typeof(Avx2);
            il.Emit(OpCodes.Call, owner.GetMethod(nameof(Avx2.MaskStore), [element.MakePointerType(), vector, vector])!);
        }
        else
        {
            il.Emit(OpCodes.Ldc_I4, sizeof(int));
            il.Emit(OpCodes.Ldloc, values);
            il.Emit(OpCodes.Ldloc, mask.Bits);
            il.Emit(OpCodes.Call, some);
        }

        il.Emit(OpCodes.Br, end);
        il.MarkLabel(all);
        il.Emit(OpCodes.Ldloc, address);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldloc, values);
        il.Emit(OpCodes.Unaligned, (byte)1);
        il.Emit(OpCodes.Stobj, vector);
        il.MarkLabel(end);
    }

    /// <summary>
    /// Reads a scalar of 32 bits a lane: neighbours together, else what lies apart for the lanes that take part. On the stack: the start
    /// that all have in common, the index of each.
    /// </summary>
    /// <param name="element">The scalar's type.</param>
    /// <param name="scale">Bytes from an index to the next, of which <see cref="CanGather"/> holds.</param>
    /// <param name="mayBeRow">Whether lanes' scalars may be neighbours; else nobody looks.</param>
    /// <param name="mask">The lanes that take part.</param>
    public void LoadIndexed(Type element, long scale, bool mayBeRow, LaneMask mask)
    {
        Type vector = typeof(Vector256<>).MakeGenericType(element);
        Label end = il.DefineLabel();
        LocalBuilder start = Temporary(typeof(long), 0), index = Temporary(typeof(Vector256<int>), 1), result = Temporary(vector, 3);
        il.Emit(OpCodes.Stloc, index);
        il.Emit(OpCodes.Stloc, start);
        if (mayBeRow && scale == sizeof(int))
        {
            Label apart = il.DefineLabel();
            EmitUnlessNeighbours(index, apart);
            EmitFirst(start, index);
            il.Emit(OpCodes.Conv_I);
            Load(vector);
            il.Emit(OpCodes.Stloc, result);
            il.Emit(OpCodes.Br, end);
            il.MarkLabel(apart);
        }

        EmitGather(element, start, () => il.Emit(OpCodes.Ldloc, index), scale, mask);
        il.Emit(OpCodes.Stloc, result);
        il.MarkLabel(end);
        il.Emit(OpCodes.Ldloc, result);
    }

    /// <summary>Reads a scalar of 32 bits for each lane that takes part; the first lane's address is on the stack.</summary>
    /// <param name="element">The scalar's type.</param>
    /// <param name="step">Bytes from a lane's scalar to the next one's.</param>
    /// <param name="mask">The lanes that take part.</param>
    /// <remarks>Only where <see cref="CanGather"/> holds of single bytes.</remarks>
    public void LoadStrided(Type element, int step, LaneMask mask)
    {
        LocalBuilder start = Temporary(typeof(long), 0);
        il.Emit(OpCodes.Stloc, start);
        EmitGather(element, start, () => EmitMultiples(step), scale: 1, mask);
    }

    /// <summary>
    /// Writes a scalar of 32 bits for each lane that takes part, at multiples of four bytes: neighbours together. On the stack: the start
    /// that all have in common, the index of each lane, the values.
    /// </summary>
    /// <param name="element">The scalar's type.</param>
    /// <param name="mask">The lanes that take part.</param>
    /// <param name="row">What writes neighbours for some of the lanes.</param>
    /// <param name="apart">What writes elements that lie apart.</param>
    public void StoreIndexed(Type element, LaneMask mask, MethodInfo row, MethodInfo apart)
    {
        Label others = il.DefineLabel(), end = il.DefineLabel();
        LocalBuilder values = Temporary(typeof(Vector256<>).MakeGenericType(element), 0);
        LocalBuilder start = Temporary(typeof(long), 0), index = Temporary(typeof(Vector256<int>), 1);
        il.Emit(OpCodes.Stloc, values);
        il.Emit(OpCodes.Stloc, index);
        il.Emit(OpCodes.Stloc, start);
        EmitUnlessNeighbours(index, others);
        EmitFirst(start, index);
        il.Emit(OpCodes.Ldloc, values);
        StoreRow(element, mask, row);
        il.Emit(OpCodes.Br, end);
        il.MarkLabel(others);
        il.Emit(OpCodes.Ldloc, start);
        il.Emit(OpCodes.Ldloc, index);
        il.Emit(OpCodes.Ldloc, values);
        il.Emit(OpCodes.Ldc_I8, (long)sizeof(int));
        il.Emit(OpCodes.Ldloc, mask.Bits);
        il.Emit(OpCodes.Call, apart);
        il.MarkLabel(end);
    }

    /// <summary>Jumps if not each lane's index is that of the lane before, plus one.</summary>
    private void EmitUnlessNeighbours(LocalBuilder index, Label target)
    {
        Type vector = typeof(Vector256<int>);
        il.Emit(OpCodes.Ldloc, index);
        il.Emit(OpCodes.Ldloc, index);
        Call(nameof(Vector256.ToScalar), 1, typeof(int));
        Spread(1);
        Operator(vector, "op_Inequality", [vector, vector]);
        il.Emit(OpCodes.Brtrue, target);
    }

    /// <summary>Pushes where the first lane's element lies.</summary>
    private void EmitFirst(LocalBuilder start, LocalBuilder index)
    {
        il.Emit(OpCodes.Ldloc, start);
        il.Emit(OpCodes.Ldloc, index);
        Call(nameof(Vector256.ToScalar), 1, typeof(int));
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Ldc_I4, ElementShift);
        il.Emit(OpCodes.Shl);
        il.Emit(OpCodes.Add);
    }

    /// <summary>Pushes what lies apart, and zeros for lanes that take no part: of them nothing is read.</summary>
    private void EmitGather(Type element, LocalBuilder start, Action emitIndex, long scale, LaneMask mask)
    {
        Type vector = typeof(Vector256<>).MakeGenericType(element);
        Operator(vector, "get_Zero", []);
        il.Emit(OpCodes.Ldloc, start);
        il.Emit(OpCodes.Conv_I);
        emitIndex();
        il.Emit(OpCodes.Ldloc, mask.Lanes);
        As(typeof(int), element);
        il.Emit(OpCodes.Ldc_I4, (int)scale);
        Type[] parameters = [vector, element.MakePointerType(), typeof(Vector256<int>), vector, typeof(byte)];
        il.Emit(OpCodes.Call, typeof(Avx2).GetMethod(nameof(Avx2.GatherMaskVector256), parameters)!);
    }

    /// <summary>Pushes the multiples of a number, one more for each lane.</summary>
    private void EmitMultiples(int step)
    {
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            il.Emit(OpCodes.Ldc_I4, lane * step);
        }

        Named(nameof(Vector256.Create), [.. Enumerable.Repeat(typeof(int), VectorPlan.Lanes)]);
    }
}

using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ILGPU.Runtime.CPU.Vectors;

/// <content>Memory in which each lane has several neighbouring scalars, right behind those of the lane before.</content>
internal sealed partial class LaneIntrinsics
{
    /// <summary>Reads four neighbours a lane into locals; the first lane's address is on the stack.</summary>
    /// <remarks>Lanes that take no part read as well. Only where there is <see cref="Avx"/>.</remarks>
    public LocalBuilder[] LoadQuads(Type element)
    {
        const int Step = LaneQuads.Bytes;
        LocalBuilder address = Temporary(typeof(long), 0);
        il.Emit(OpCodes.Stloc, address);
        var pairs = new LocalBuilder[4];
        for (int k = 0; k < pairs.Length; k++)
        {
            EmitHalf(address, k * Step);
            il.Emit(OpCodes.Call, typeof(Vector128).GetMethod(nameof(Vector128.ToVector256Unsafe))!.MakeGenericMethod(typeof(float)));
            EmitHalf(address, (k + pairs.Length) * Step);
            il.Emit(OpCodes.Ldc_I4_1);
            Type[] parameters = [typeof(Vector256<float>), typeof(Vector128<float>), typeof(byte)];
            il.Emit(OpCodes.Call, typeof(Avx).GetMethod(nameof(Avx.InsertVector128), parameters)!);
            pairs[k] = Stored(typeof(Vector256<float>));
        }

        LocalBuilder low = Unpacked(nameof(Avx.UnpackLow), pairs[0], pairs[1]);
        LocalBuilder lowNext = Unpacked(nameof(Avx.UnpackLow), pairs[2], pairs[3]);
        LocalBuilder high = Unpacked(nameof(Avx.UnpackHigh), pairs[0], pairs[1]);
        LocalBuilder highNext = Unpacked(nameof(Avx.UnpackHigh), pairs[2], pairs[3]);
        return
        [
            Shuffled(low, lowNext, LaneQuads.Lower, element), Shuffled(low, lowNext, LaneQuads.Upper, element),
            Shuffled(high, highNext, LaneQuads.Lower, element), Shuffled(high, highNext, LaneQuads.Upper, element),
        ];
    }

    /// <summary>Reads two neighbours a lane into locals; the first lane's address is on the stack.</summary>
    /// <remarks>Lanes that take no part read as well. Only where there is <see cref="Avx2"/>.</remarks>
    public LocalBuilder[] LoadPairs(Type element)
    {
        const byte First = 0b10_00_10_00, Second = 0b11_01_11_01;
        LocalBuilder address = Temporary(typeof(long), 0);
        il.Emit(OpCodes.Stloc, address);
        EmitLoad(address, 0, typeof(Vector256<float>));
        LocalBuilder lower = Stored(typeof(Vector256<float>));
        EmitLoad(address, Vector256<byte>.Count, typeof(Vector256<float>));
        LocalBuilder upper = Stored(typeof(Vector256<float>));
        return [InOrder(First), InOrder(Second)];

        LocalBuilder InOrder(byte which)
        {
            // Of each half of both vectors two lanes: 0 and 1, 4 and 5, 2 and 3, 6 and 7.
            const byte InnerTurned = 0b11_01_10_00;
            EmitShuffle(lower, upper, which);
            As(typeof(float), typeof(long));
            il.Emit(OpCodes.Ldc_I4, (int)InnerTurned);
            il.Emit(OpCodes.Call, typeof(Avx2).GetMethod(nameof(Avx2.Permute4x64), [typeof(Vector256<long>), typeof(byte)])!);
            As(typeof(long), element);
            return Stored(typeof(Vector256<>).MakeGenericType(element));
        }
    }

    private void EmitHalf(LocalBuilder address, int moved) => EmitLoad(address, moved, typeof(Vector128<float>));

    private void EmitLoad(LocalBuilder address, int moved, Type vector)
    {
        il.Emit(OpCodes.Ldloc, address);
        il.Emit(OpCodes.Ldc_I8, (long)moved);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
        Load(vector);
    }

    private LocalBuilder Unpacked(string name, LocalBuilder a, LocalBuilder b)
    {
        il.Emit(OpCodes.Ldloc, a);
        il.Emit(OpCodes.Ldloc, b);
        il.Emit(OpCodes.Call, typeof(Avx).GetMethod(name, [typeof(Vector256<float>), typeof(Vector256<float>)])!);
        return Stored(typeof(Vector256<float>));
    }

    private LocalBuilder Shuffled(LocalBuilder a, LocalBuilder b, byte order, Type element)
    {
        EmitShuffle(a, b, order);
        As(typeof(float), element);
        return Stored(typeof(Vector256<>).MakeGenericType(element));
    }

    private void EmitShuffle(LocalBuilder a, LocalBuilder b, byte order)
    {
        il.Emit(OpCodes.Ldloc, a);
        il.Emit(OpCodes.Ldloc, b);
        il.Emit(OpCodes.Ldc_I4, (int)order);
        Type[] parameters = [typeof(Vector256<float>), typeof(Vector256<float>), typeof(byte)];
        il.Emit(OpCodes.Call, typeof(Avx).GetMethod(nameof(Avx.Shuffle), parameters)!);
    }

    private LocalBuilder Stored(Type type)
    {
        LocalBuilder local = il.DeclareLocal(type);
        il.Emit(OpCodes.Stloc, local);
        return local;
    }
}

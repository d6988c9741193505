using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Gpu.Registers;

/// <summary>One number.</summary>
internal struct Float1 : IFloatVector<Float1>
{
    public float X;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Make<TSource>(ref TSource source, int first)
        where TSource : struct, ISource<float> => new() { X = source.Get(first) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Each<TTarget>(Float1 self, ref TTarget target, int first)
        where TTarget : struct, ITarget<float> => target.Put(first, self.X);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Map<TMap>(Float1 self, ref TMap map, int first)
        where TMap : struct, IMap<float> => new() { X = map.Of(first, self.X) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EachFour<TTarget>(Float1 self, ref TTarget target, int first)
        where TTarget : struct, ITarget<Float4>
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 AddProduct(Float1 sum, float factor, Float1 x) => new() { X = MathF.FusedMultiplyAdd(factor, x.X, sum.X) };
}

/// <summary>Two neighbouring numbers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Float2 : IFloatVector<Float2>
{
    public float X, Y;

    public static int Count => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float2 Make<TSource>(ref TSource source, int first)
        where TSource : struct, ISource<float>
    {
        float x = source.Get(first), y = source.Get(first + 1);
        return new() { X = x, Y = y };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Each<TTarget>(Float2 self, ref TTarget target, int first)
        where TTarget : struct, ITarget<float>
    {
        target.Put(first, self.X);
        target.Put(first + 1, self.Y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float2 Map<TMap>(Float2 self, ref TMap map, int first)
        where TMap : struct, IMap<float>
    {
        float x = map.Of(first, self.X), y = map.Of(first + 1, self.Y);
        return new() { X = x, Y = y };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EachFour<TTarget>(Float2 self, ref TTarget target, int first)
        where TTarget : struct, ITarget<Float4>
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float2 AddProduct(Float2 sum, float factor, Float2 x) =>
        new() { X = MathF.FusedMultiplyAdd(factor, x.X, sum.X), Y = MathF.FusedMultiplyAdd(factor, x.Y, sum.Y) };
}

/// <summary>
/// Four neighbouring numbers. A view of these starts at a multiple of 16 bytes, so the compiler may use one 128-bit access.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Float4 : IFloatVector<Float4>
{
    public float X, Y, Z, W;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Make<TSource>(ref TSource source, int first)
        where TSource : struct, ISource<float>
    {
        float x = source.Get(first), y = source.Get(first + 1), z = source.Get(first + 2), w = source.Get(first + 3);
        return new() { X = x, Y = y, Z = z, W = w };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Each<TTarget>(Float4 self, ref TTarget target, int first)
        where TTarget : struct, ITarget<float>
    {
        target.Put(first, self.X);
        target.Put(first + 1, self.Y);
        target.Put(first + 2, self.Z);
        target.Put(first + 3, self.W);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Map<TMap>(Float4 self, ref TMap map, int first)
        where TMap : struct, IMap<float>
    {
        float x = map.Of(first, self.X), y = map.Of(first + 1, self.Y), z = map.Of(first + 2, self.Z), w = map.Of(first + 3, self.W);
        return new() { X = x, Y = y, Z = z, W = w };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EachFour<TTarget>(Float4 self, ref TTarget target, int first)
        where TTarget : struct, ITarget<Float4> => target.Put(first, self);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 AddProduct(Float4 sum, float factor, Float4 x) => new()
    {
        X = MathF.FusedMultiplyAdd(factor, x.X, sum.X),
        Y = MathF.FusedMultiplyAdd(factor, x.Y, sum.Y),
        Z = MathF.FusedMultiplyAdd(factor, x.Z, sum.Z),
        W = MathF.FusedMultiplyAdd(factor, x.W, sum.W),
    };
}

/// <summary>A vector of twice the length of <typeparamref name="TPart"/>.</summary>
internal struct Twice<TPart> : IFloatVector<Twice<TPart>>
    where TPart : struct, IFloatVector<TPart>
{
    public TPart Low, High;

    public static int Count => 2 * TPart.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TPart> Make<TSource>(ref TSource source, int first)
        where TSource : struct, ISource<float>
    {
        TPart low = TPart.Make(ref source, first), high = TPart.Make(ref source, first + TPart.Count);
        return new() { Low = low, High = high };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Each<TTarget>(Twice<TPart> self, ref TTarget target, int first)
        where TTarget : struct, ITarget<float>
    {
        TPart.Each(self.Low, ref target, first);
        TPart.Each(self.High, ref target, first + TPart.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TPart> Map<TMap>(Twice<TPart> self, ref TMap map, int first)
        where TMap : struct, IMap<float>
    {
        TPart low = TPart.Map(self.Low, ref map, first), high = TPart.Map(self.High, ref map, first + TPart.Count);
        return new() { Low = low, High = high };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EachFour<TTarget>(Twice<TPart> self, ref TTarget target, int first)
        where TTarget : struct, ITarget<Float4>
    {
        TPart.EachFour(self.Low, ref target, first);
        TPart.EachFour(self.High, ref target, first + TPart.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TPart> AddProduct(Twice<TPart> sum, float factor, Twice<TPart> x)
    {
        TPart low = TPart.AddProduct(sum.Low, factor, x.Low), high = TPart.AddProduct(sum.High, factor, x.High);
        return new() { Low = low, High = high };
    }
}

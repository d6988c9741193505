using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Gpu.Registers;

/// <summary>An array of one element.</summary>
internal struct One<T> : IRegisterArray<One<T>, T>
    where T : unmanaged
{
    public T Value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One<T> Make<TSource>(ref TSource source, int first)
        where TSource : struct, ISource<T> => new() { Value = source.Get(first) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Each<TTarget>(One<T> self, ref TTarget target, int first)
        where TTarget : struct, ITarget<T> => target.Put(first, self.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One<T> Map<TMap>(One<T> self, ref TMap map, int first)
        where TMap : struct, IMap<T> => new() { Value = map.Of(first, self.Value) };
}

/// <summary>Two arrays, concatenated.</summary>
internal struct Pair<TPart, T> : IRegisterArray<Pair<TPart, T>, T>
    where TPart : struct, IRegisterArray<TPart, T>
{
    public TPart Low, High;

    public static int Count => 2 * TPart.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TPart, T> Make<TSource>(ref TSource source, int first)
        where TSource : struct, ISource<T>
    {
        TPart low = TPart.Make(ref source, first), high = TPart.Make(ref source, first + TPart.Count);
        return new() { Low = low, High = high };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Each<TTarget>(Pair<TPart, T> self, ref TTarget target, int first)
        where TTarget : struct, ITarget<T>
    {
        TPart.Each(self.Low, ref target, first);
        TPart.Each(self.High, ref target, first + TPart.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TPart, T> Map<TMap>(Pair<TPart, T> self, ref TMap map, int first)
        where TMap : struct, IMap<T>
    {
        TPart low = TPart.Map(self.Low, ref map, first), high = TPart.Map(self.High, ref map, first + TPart.Count);
        return new() { Low = low, High = high };
    }
}

/// <summary>Three arrays, concatenated.</summary>
internal struct Triple<TPart, T> : IRegisterArray<Triple<TPart, T>, T>
    where TPart : struct, IRegisterArray<TPart, T>
{
    public TPart Low, Middle, High;

    public static int Count => 3 * TPart.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<TPart, T> Make<TSource>(ref TSource source, int first)
        where TSource : struct, ISource<T>
    {
        TPart low = TPart.Make(ref source, first), middle = TPart.Make(ref source, first + TPart.Count),
            high = TPart.Make(ref source, first + (2 * TPart.Count));
        return new() { Low = low, Middle = middle, High = high };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Each<TTarget>(Triple<TPart, T> self, ref TTarget target, int first)
        where TTarget : struct, ITarget<T>
    {
        TPart.Each(self.Low, ref target, first);
        TPart.Each(self.Middle, ref target, first + TPart.Count);
        TPart.Each(self.High, ref target, first + (2 * TPart.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<TPart, T> Map<TMap>(Triple<TPart, T> self, ref TMap map, int first)
        where TMap : struct, IMap<T>
    {
        TPart low = TPart.Map(self.Low, ref map, first), middle = TPart.Map(self.Middle, ref map, first + TPart.Count),
            high = TPart.Map(self.High, ref map, first + (2 * TPart.Count));
        return new() { Low = low, Middle = middle, High = high };
    }
}

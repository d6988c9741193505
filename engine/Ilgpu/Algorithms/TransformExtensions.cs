using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>Makes an element of one type from an element of another.</summary>
public interface ITransformer<TSource, TTarget>
    where TSource : struct
    where TTarget : struct
{
    TTarget Transform(TSource value);
}

/// <summary>Leaves elements as they are.</summary>
public readonly struct IdentityTransformer<T> : ITransformer<T, T>
    where T : struct
{
    public T Transform(T value) => value;
}

/// <summary>Transforms the source's elements into the target's.</summary>
public delegate void Transformer<TSource, TTarget, TTransformer>(
    AcceleratorStream stream, ArrayView<TSource> source, ArrayView<TTarget> target, TTransformer transformer)
    where TSource : unmanaged
    where TTarget : unmanaged
    where TTransformer : struct, ITransformer<TSource, TTarget>;

public static class TransformExtensions
{
    /// <summary>Transforms the source's elements into the target's, which is at least as long.</summary>
    public static void Transform<T, TTransformer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> source, ArrayView<T> target, TTransformer transformer)
        where T : unmanaged
        where TTransformer : struct, ITransformer<T, T> => accelerator.Transform<T, T, TTransformer>(stream, source, target, transformer);

    /// <inheritdoc cref="Transform{T, TTransformer}"/>
    /// <exception cref="ArgumentOutOfRangeException">The target is shorter than the source.</exception>
    public static void Transform<TSource, TTarget, TTransformer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<TSource> source, ArrayView<TTarget> target,
        TTransformer transformer)
        where TSource : unmanaged
        where TTarget : unmanaged
        where TTransformer : struct, ITransformer<TSource, TTarget>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, source.Length, nameof(target));
        if (source.Length == 0)
            return;
        accelerator.Launch<ArrayView<TSource>, ArrayView<TTarget>, TTransformer>(
            Run, stream, accelerator.ComputeGridStrideLoopExtent(source.Length), source, target, transformer);
    }

    /// <summary>Loads the kernel now, for launches later.</summary>
    public static Transformer<TSource, TTarget, TTransformer> CreateTransformer<TSource, TTarget, TTransformer>(
        this Accelerator accelerator)
        where TSource : unmanaged
        where TTarget : unmanaged
        where TTransformer : struct, ITransformer<TSource, TTarget>
    {
        var kernel = accelerator.LoadKernel<ArrayView<TSource>, ArrayView<TTarget>, TTransformer>(Run);
        return (stream, source, target, transformer) =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, source.Length, nameof(target));
            if (source.Length > 0)
                kernel(stream, accelerator.ComputeGridStrideLoopExtent(source.Length), source, target, transformer);
        };
    }

    private static void Run<TSource, TTarget, TTransformer>(ArrayView<TSource> source, ArrayView<TTarget> target, TTransformer transformer)
        where TSource : unmanaged
        where TTarget : unmanaged
        where TTransformer : struct, ITransformer<TSource, TTarget>
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < source.Length; i += stride)
            target[i] = transformer.Transform(source[i]);
    }
}

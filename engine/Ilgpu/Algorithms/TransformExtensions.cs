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

/// <summary>Transforms the source's elements into the target's, which is at least as long.</summary>
public delegate void Transformer<TSource, TTarget, TTransformer>(
    AcceleratorStream stream, ArrayView<TSource> source, ArrayView<TTarget> target, TTransformer transformer)
    where TSource : unmanaged
    where TTarget : unmanaged
    where TTransformer : struct, ITransformer<TSource, TTarget>;

/// <inheritdoc cref="Transformer{TSource, TTarget, TTransformer}"/>
public delegate void Transformer<TSource, TSourceStride, TTarget, TTargetStride, TTransformer>(
    AcceleratorStream stream, ArrayView1D<TSource, TSourceStride> source, ArrayView1D<TTarget, TTargetStride> target,
    TTransformer transformer)
    where TSource : unmanaged
    where TSourceStride : struct, IStride1D
    where TTarget : unmanaged
    where TTargetStride : struct, IStride1D
    where TTransformer : struct, ITransformer<TSource, TTarget>;

/// <summary>Views made of other views, element by element.</summary>
public static class TransformExtensions
{
    /// <summary>Transforms the source's elements into the target's, which is at least as long.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The target is shorter than the source.</exception>
    public static void Transform<T, TTransformer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> source, ArrayView<T> target, TTransformer transformer)
        where T : unmanaged
        where TTransformer : struct, ITransformer<T, T> => accelerator.Transform<T, T, TTransformer>(stream, source, target, transformer);

    /// <inheritdoc cref="Transform{T, TTransformer}"/>
    public static void Transform<TSource, TTarget, TTransformer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<TSource> source, ArrayView<TTarget> target,
        TTransformer transformer)
        where TSource : unmanaged
        where TTarget : unmanaged
        where TTransformer : struct, ITransformer<TSource, TTarget> =>
        accelerator.Transform<TSource, Stride1D.Dense, TTarget, Stride1D.Dense, TTransformer>(stream, source, target, transformer);

    /// <inheritdoc cref="Transform{T, TTransformer}"/>
    public static void Transform<T, TStride, TTransformer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> source, ArrayView1D<T, TStride> target,
        TTransformer transformer)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TTransformer : struct, ITransformer<T, T> =>
        accelerator.Transform<T, TStride, T, TStride, TTransformer>(stream, source, target, transformer);

    /// <inheritdoc cref="Transform{T, TTransformer}"/>
    public static void Transform<TSource, TSourceStride, TTarget, TTargetStride, TTransformer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<TSource, TSourceStride> source,
        ArrayView1D<TTarget, TTargetStride> target, TTransformer transformer)
        where TSource : unmanaged
        where TSourceStride : struct, IStride1D
        where TTarget : unmanaged
        where TTargetStride : struct, IStride1D
        where TTransformer : struct, ITransformer<TSource, TTarget> =>
        accelerator.Loaded(CreateTransformer<TSource, TSourceStride, TTarget, TTargetStride, TTransformer>)(
            stream, source, target, transformer);

    /// <summary>Loads the kernel now, for launches later.</summary>
    public static Transformer<T, T, TTransformer> CreateTransformer<T, TTransformer>(this Accelerator accelerator)
        where T : unmanaged
        where TTransformer : struct, ITransformer<T, T> => accelerator.CreateTransformer<T, T, TTransformer>();

    /// <inheritdoc cref="CreateTransformer{T, TTransformer}"/>
    public static Transformer<TSource, TTarget, TTransformer> CreateTransformer<TSource, TTarget, TTransformer>(
        this Accelerator accelerator)
        where TSource : unmanaged
        where TTarget : unmanaged
        where TTransformer : struct, ITransformer<TSource, TTarget>
    {
        var transform = accelerator.CreateTransformer<TSource, Stride1D.Dense, TTarget, Stride1D.Dense, TTransformer>();
        return (stream, source, target, transformer) => transform(stream, source, target, transformer);
    }

    /// <inheritdoc cref="CreateTransformer{T, TTransformer}"/>
    public static Transformer<TSource, TSourceStride, TTarget, TTargetStride, TTransformer>
        CreateTransformer<TSource, TSourceStride, TTarget, TTargetStride, TTransformer>(this Accelerator accelerator)
        where TSource : unmanaged
        where TSourceStride : struct, IStride1D
        where TTarget : unmanaged
        where TTargetStride : struct, IStride1D
        where TTransformer : struct, ITransformer<TSource, TTarget>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var kernel = accelerator.LoadKernel<ArrayView1D<TSource, TSourceStride>, ArrayView1D<TTarget, TTargetStride>, TTransformer>(Run);
        return (stream, source, target, transformer) =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(target.Extent.X, source.Extent.X, nameof(target));
            if (source.Extent.X > 0)
            {
                kernel(stream, accelerator.ComputeGridStrideLoopExtent(source.Extent.X), source, target, transformer);
            }
        };
    }

    private static void Run<TSource, TSourceStride, TTarget, TTargetStride, TTransformer>(
        ArrayView1D<TSource, TSourceStride> source, ArrayView1D<TTarget, TTargetStride> target, TTransformer transformer)
        where TSource : unmanaged
        where TSourceStride : struct, IStride1D
        where TTarget : unmanaged
        where TTargetStride : struct, IStride1D
        where TTransformer : struct, ITransformer<TSource, TTarget>
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < source.Extent.X; i += stride)
        {
            target[new LongIndex1D(i)] = transformer.Transform(source[new LongIndex1D(i)]);
        }
    }
}

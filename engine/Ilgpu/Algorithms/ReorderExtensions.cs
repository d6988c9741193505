using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>
/// Transforms source elements into the target in the order that <paramref name="reorderView"/> says: target[i] is made of
/// source[reorderView[i]].
/// </summary>
public delegate void ReorderTransformer<TSource, TTarget, TTransformer>(
    AcceleratorStream stream, ArrayView<TSource> source, ArrayView<TTarget> target, ArrayView<Index1D> reorderView,
    TTransformer transformer)
    where TSource : unmanaged
    where TTarget : unmanaged
    where TTransformer : struct, ITransformer<TSource, TTarget>;

/// <summary>Views copied in the order that a list of indices gives.</summary>
public static class ReorderExtensions
{
    /// <summary>Loads the kernel now, for launches later.</summary>
    /// <exception cref="ArgumentOutOfRangeException">At launch: the target is shorter than the list of indices.</exception>
    public static ReorderTransformer<TSource, TTarget, TTransformer> CreateReorderTransformer<TSource, TTarget, TTransformer>(
        this Accelerator accelerator)
        where TSource : unmanaged
        where TTarget : unmanaged
        where TTransformer : struct, ITransformer<TSource, TTarget>
    {
        var transform = accelerator.CreateTransformer<Index1D, TTarget, At<TSource, TTarget, TTransformer>>();
        return (stream, source, target, reorderView, transformer) => transform(stream, reorderView, target, new(source, transformer));
    }

    /// <summary>Copies source[reorderView[i]] to target[i]; the target is another view than the source.</summary>
    public static void Reorder<T>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> source, ArrayView<T> target, ArrayView<Index1D> reorderView)
        where T : unmanaged =>
        accelerator.ReorderTransform<T, T, IdentityTransformer<T>>(stream, source, target, reorderView, default);

    /// <inheritdoc cref="ReorderTransformer{TSource, TTarget, TTransformer}"/>
    public static void ReorderTransform<T, TTransformer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> source, ArrayView<T> target, ArrayView<Index1D> reorderView,
        TTransformer transformer)
        where T : unmanaged
        where TTransformer : struct, ITransformer<T, T> =>
        accelerator.ReorderTransform<T, T, TTransformer>(stream, source, target, reorderView, transformer);

    /// <inheritdoc cref="ReorderTransformer{TSource, TTarget, TTransformer}"/>
    public static void ReorderTransform<TSource, TTarget, TTransformer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<TSource> source, ArrayView<TTarget> target,
        ArrayView<Index1D> reorderView, TTransformer transformer)
        where TSource : unmanaged
        where TTarget : unmanaged
        where TTransformer : struct, ITransformer<TSource, TTarget> =>
        accelerator.Loaded(CreateReorderTransformer<TSource, TTarget, TTransformer>)(stream, source, target, reorderView, transformer);

    private readonly struct At<TSource, TTarget, TTransformer>(ArrayView<TSource> source, TTransformer transformer)
        : ITransformer<Index1D, TTarget>
        where TSource : unmanaged
        where TTarget : unmanaged
        where TTransformer : struct, ITransformer<TSource, TTarget>
    {
        public TTarget Transform(Index1D value) => transformer.Transform(source[value]);
    }
}

// Written by tools/type-tables: change it there.
namespace ILGPU.Runtime;

/// <content>Kernels over an index.</content>
public static partial class KernelLoaders
{
    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1> LoadAutoGroupedKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action)
        where TIndex : struct, IIndex where T1 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1>, Action<TIndex, T1>>(action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1> LoadAutoGroupedKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1>, Action<TIndex, T1>>(action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1> LoadAutoGroupedStreamKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action)
        where TIndex : struct, IIndex where T1 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1>, Action<TIndex, T1>>(action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1> LoadAutoGroupedStreamKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1>, Action<TIndex, T1>>(action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1> LoadImplicitlyGroupedKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1>, Action<TIndex, T1>>(action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1> LoadImplicitlyGroupedKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1>, Action<TIndex, T1>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1> LoadImplicitlyGroupedStreamKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1>, Action<TIndex, T1>>(action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1> LoadImplicitlyGroupedStreamKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1>, Action<TIndex, T1>>(action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2> LoadAutoGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2> LoadAutoGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2> LoadAutoGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2> LoadAutoGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2> LoadImplicitlyGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2>, Action<TIndex, T1, T2>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2> LoadImplicitlyGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2>, Action<TIndex, T1, T2>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadAutoGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadAutoGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4, T5,
            T6>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4, T5,
            T6>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4, T5, T6>>(action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4, T5, T6>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4,
            T5, T6>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4,
            T5, T6>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4, T5, T6>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4, T5, T6>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3, T4, T5,
            T6, T7>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3, T4, T5,
            T6, T7>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6,
        T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3,
            T4, T5, T6, T7>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6,
        T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3,
            T4, T5, T6, T7>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6,
        T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>, Action<TIndex, T1, T2, T3, T4,
            T5, T6, T7, T8>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6,
        T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>, Action<TIndex, T1, T2, T3, T4,
            T5, T6, T7, T8>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5,
        T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>, Action<TIndex, T1, T2,
            T3, T4, T5, T6, T7, T8>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5,
        T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>, Action<TIndex, T1, T2,
            T3, T4, T5, T6, T7, T8>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7,
            T8>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7,
            T8>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5,
        T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<TIndex, T1, T2, T3,
            T4, T5, T6, T7, T8, T9>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5,
        T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<TIndex, T1, T2, T3,
            T4, T5, T6, T7, T8, T9>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8,
        T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8,
            T9>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8,
        T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8,
            T9>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4,
        T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<TIndex, T1,
            T2, T3, T4, T5, T6, T7, T8, T9>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4,
        T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<TIndex, T1,
            T2, T3, T4, T5, T6, T7, T8, T9>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7,
        T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<TIndex, T1, T2, T3, T4, T5, T6,
            T7, T8, T9>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7,
        T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<TIndex, T1, T2, T3, T4, T5, T6,
            T7, T8, T9>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4,
        T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<TIndex, T1, T2,
            T3, T4, T5, T6, T7, T8, T9, T10>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4,
        T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<TIndex, T1, T2,
            T3, T4, T5, T6, T7, T8, T9, T10>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7,
        T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<TIndex, T1, T2, T3, T4, T5, T6,
            T7, T8, T9, T10>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7,
        T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<TIndex, T1, T2, T3, T4, T5, T6,
            T7, T8, T9, T10>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3,
        T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<TIndex,
            T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3,
        T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<TIndex,
            T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<TIndex, T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<TIndex, T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadAutoGroupedKernel<TIndex, T1, T2, T3,
        T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<TIndex,
            T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadAutoGroupedKernel<TIndex, T1, T2, T3,
        T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<TIndex,
            T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<TIndex, T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10, T11>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<TIndex, T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10, T11>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadImplicitlyGroupedKernel<TIndex, T1,
        T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadImplicitlyGroupedKernel<TIndex, T1,
        T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5,
        T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<TIndex, T1, T2, T3, T4,
            T5, T6, T7, T8, T9, T10, T11>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5,
        T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<TIndex, T1, T2, T3, T4,
            T5, T6, T7, T8, T9, T10, T11>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadAutoGroupedKernel<TIndex, T1, T2,
        T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadAutoGroupedKernel<TIndex, T1, T2,
        T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5,
        T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<TIndex, T1, T2, T3, T4,
            T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5,
        T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<TIndex, T1, T2, T3, T4,
            T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadImplicitlyGroupedKernel<TIndex,
        T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadImplicitlyGroupedKernel<TIndex,
        T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3,
        T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<TIndex, T1, T2,
            T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3,
        T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<TIndex, T1, T2,
            T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadAutoGroupedKernel<TIndex,
        T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadAutoGroupedKernel<TIndex,
        T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4,
        T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<TIndex, T1, T2, T3,
            T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4,
        T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<TIndex, T1, T2, T3,
            T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2,
        T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<TIndex, T1,
            T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2,
        T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<TIndex, T1,
            T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct where T14 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct where T14 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadAutoGroupedStreamKernel<TIndex, T1, T2,
        T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct where T14 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>, Action<TIndex, T1,
            T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, out _);

    /// <summary>Loads a kernel over an index in groups that suit the device; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadAutoGroupedStreamKernel<TIndex, T1, T2,
        T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct where T14 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>, Action<TIndex, T1,
            T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct where T14 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13,
            T14>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct where T14 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13,
            T14>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, customGroupSize, out kernelInfo);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadImplicitlyGroupedStreamKernel<TIndex, T1,
        T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct where T14 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>, Action<TIndex,
            T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, customGroupSize, out _);

    /// <summary>Loads a kernel over an index in groups of a given size; the launcher uses the default stream.</summary>
    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadImplicitlyGroupedStreamKernel<TIndex, T1,
        T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
        where T13 : struct where T14 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>, Action<TIndex,
            T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, customGroupSize, out kernelInfo);
}

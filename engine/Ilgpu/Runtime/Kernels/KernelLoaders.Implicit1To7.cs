namespace ILGPU.Runtime;

/// <content>Kernels over an index with 1 to 7 arguments.</content>
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

    public static Action<AcceleratorStream, TIndex, T1, T2> LoadAutoGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2> LoadAutoGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, out kernelInfo);

    public static Action<TIndex, T1, T2> LoadAutoGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, out _);

    public static Action<TIndex, T1, T2> LoadAutoGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2> LoadImplicitlyGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2>, Action<TIndex, T1, T2>>(
            action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2> LoadImplicitlyGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2>, Action<TIndex, T1, T2>>(
            action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, customGroupSize, out _);

    public static Action<TIndex, T1, T2> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2>, Action<TIndex, T1, T2>>(action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadAutoGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadAutoGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(
            action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(action, out _);

    public static Action<TIndex, T1, T2, T3> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(
            action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(
            action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3>, Action<TIndex, T1, T2, T3>>(
            action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(
            action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(action, out _);

    public static Action<TIndex, T1, T2, T3, T4> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(
            action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(
            action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(
            action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4>, Action<TIndex, T1, T2, T3, T4>>(
            action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(action, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5>, Action<TIndex, T1, T2, T3, T4, T5>>(
            action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6>,
            Action<TIndex, T1, T2, T3, T4, T5, T6>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6>,
            Action<TIndex, T1, T2, T3, T4, T5, T6>>(action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4, T5, T6>>(action, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4, T5, T6>>(
            action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6>,
            Action<TIndex, T1, T2, T3, T4, T5, T6>>(action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6>,
            Action<TIndex, T1, T2, T3, T4, T5, T6>>(action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4, T5, T6>>(
            action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6>, Action<TIndex, T1, T2, T3, T4, T5, T6>>(
            action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7> LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(
            action, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(
            action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(
            action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7>>(
            action, customGroupSize, out kernelInfo);
}

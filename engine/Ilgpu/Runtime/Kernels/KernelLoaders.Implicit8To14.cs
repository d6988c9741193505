namespace ILGPU.Runtime;

/// <content>Kernels over an index with 8 to 14 arguments.</content>
public static partial class KernelLoaders
{
    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(
            action, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(
            action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8>>(action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(action, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(action, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(action, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(action, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(action, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action, int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action, int customGroupSize,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(action, customGroupSize, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(action, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadAutoGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(action, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(action, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadAutoGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(action, out kernelInfo);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13,
            T14>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(action, customGroupSize, out _);

    public static Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13,
            T14>, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(action, customGroupSize, out kernelInfo);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        int customGroupSize)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(action, customGroupSize, out _);

    public static Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>
        LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
        where T12 : struct where T13 : struct where T14 : struct =>
        accelerator.LoadImplicitlyGroupedKernel<Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<TIndex, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(action, customGroupSize, out kernelInfo);
}

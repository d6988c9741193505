namespace ILGPU.Runtime;

/// <summary>Loads kernels by delegate; 1 to 14 arguments.</summary>
public static partial class KernelLoaders
{
    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1> LoadKernel<T1>(
        this Accelerator accelerator, Action<T1> action)
        where T1 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1>, Action<T1>>(action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1> LoadKernel<T1>(
        this Accelerator accelerator, Action<T1> action, out KernelInfo? kernelInfo)
        where T1 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1>, Action<T1>>(action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1> LoadKernel<T1>(
        this Accelerator accelerator, Action<T1> action, KernelSpecialization specialization)
        where T1 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1>, Action<T1>>(action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1> LoadKernel<T1>(
        this Accelerator accelerator, Action<T1> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1>, Action<T1>>(action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(
        this Accelerator accelerator, Action<T1> action)
        where T1 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1>, Action<T1>>(action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(
        this Accelerator accelerator, Action<T1> action, out KernelInfo? kernelInfo)
        where T1 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1>, Action<T1>>(action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(
        this Accelerator accelerator, Action<T1> action, KernelSpecialization specialization)
        where T1 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1>, Action<T1>>(action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(
        this Accelerator accelerator, Action<T1> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1>, Action<T1>>(action, specialization, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2>, Action<T1, T2>>(action, KernelSpecialization.Empty, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2>, Action<T1, T2>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2>, Action<T1, T2>>(action, specialization, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2>, Action<T1, T2>>(action, specialization, out kernelInfo);

    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2>, Action<T1, T2>>(action, KernelSpecialization.Empty, out _);

    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2>, Action<T1, T2>>(action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2>, Action<T1, T2>>(action, specialization, out _);

    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2>, Action<T1, T2>>(action, specialization, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(
            action, KernelSpecialization.Empty, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(action, specialization, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(
            action, specialization, out kernelInfo);

    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(action, KernelSpecialization.Empty, out _);

    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(action, specialization, out _);

    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(action, specialization, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> LoadKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(
            action, KernelSpecialization.Empty, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> LoadKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> LoadKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(
            action, specialization, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> LoadKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(
            action, specialization, out kernelInfo);

    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(action, KernelSpecialization.Empty, out _);

    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(action, specialization, out _);

    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(action, specialization, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> LoadKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, KernelSpecialization.Empty, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> LoadKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> LoadKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, specialization, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> LoadKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, specialization, out kernelInfo);

    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, KernelSpecialization.Empty, out _);

    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(action, specialization, out _);

    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, specialization, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6> LoadKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, KernelSpecialization.Empty, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6> LoadKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6> LoadKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, specialization, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6> LoadKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, specialization, out kernelInfo);

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, KernelSpecialization.Empty, out _);

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(action, specialization, out _);

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, specialization, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, KernelSpecialization.Empty, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, specialization, out _);

    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, specialization, out kernelInfo);

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, KernelSpecialization.Empty, out _);

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, specialization, out _);

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, specialization, out kernelInfo);
}

// Written by tools/type-tables: change it there.
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

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2>, Action<T1, T2>>(action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2>, Action<T1, T2>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2>, Action<T1, T2>>(action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2>, Action<T1, T2>>(action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2>, Action<T1, T2>>(action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2>, Action<T1, T2>>(action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2>, Action<T1, T2>>(action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2>, Action<T1, T2>>(action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3>, Action<T1, T2, T3>>(action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> LoadKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> LoadKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> LoadKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> LoadKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(
        this Accelerator accelerator, Action<T1, T2, T3, T4> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4>, Action<T1, T2, T3, T4>>(action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> LoadKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> LoadKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> LoadKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> LoadKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5>, Action<T1, T2, T3, T4, T5>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6> LoadKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6> LoadKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6> LoadKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6> LoadKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6>, Action<T1, T2, T3, T4, T5, T6>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7>, Action<T1, T2, T3, T4, T5, T6, T7>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>, Action<T1, T2, T3, T4, T5, T6, T7,
            T8>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>, Action<T1, T2, T3, T4, T5, T6, T7,
            T8>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>, Action<T1, T2, T3, T4, T5, T6, T7,
            T8>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>, Action<T1, T2, T3, T4, T5, T6, T7,
            T8>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>, Action<T1, T2, T3, T4, T5, T6, T7, T8>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>, Action<T1, T2, T3, T4, T5, T6, T7, T8>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>, Action<T1, T2, T3, T4, T5, T6, T7, T8>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>, Action<T1, T2, T3, T4, T5, T6, T7, T8>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8,
        T9>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<T1, T2, T3, T4, T5, T6,
            T7, T8, T9>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8,
        T9>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<T1, T2, T3, T4, T5, T6,
            T7, T8, T9>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8,
        T9>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<T1, T2, T3, T4, T5, T6,
            T7, T8, T9>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadKernel<T1, T2, T3, T4, T5, T6, T7, T8,
        T9>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<T1, T2, T3, T4, T5, T6,
            T7, T8, T9>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadKernel<T1, T2, T3, T4, T5, T6, T7,
        T8, T9, T10>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadKernel<T1, T2, T3, T4, T5, T6, T7,
        T8, T9, T10>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadKernel<T1, T2, T3, T4, T5, T6, T7,
        T8, T9, T10>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadKernel<T1, T2, T3, T4, T5, T6, T7,
        T8, T9, T10>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9,
            T10>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9,
            T10>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9,
            T10>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9,
            T10>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadKernel<T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<T1, T2, T3, T4,
            T5, T6, T7, T8, T9, T10, T11>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadKernel<T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<T1, T2, T3, T4,
            T5, T6, T7, T8, T9, T10, T11>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadKernel<T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<T1, T2, T3, T4,
            T5, T6, T7, T8, T9, T10, T11>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadKernel<T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10, T11>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<T1, T2, T3, T4,
            T5, T6, T7, T8, T9, T10, T11>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9,
        T10, T11>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<T1, T2, T3, T4, T5, T6, T7, T8,
            T9, T10, T11>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9,
        T10, T11>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<T1, T2, T3, T4, T5, T6, T7, T8,
            T9, T10, T11>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9,
        T10, T11>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<T1, T2, T3, T4, T5, T6, T7, T8,
            T9, T10, T11>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9,
        T10, T11>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, Action<T1, T2, T3, T4, T5, T6, T7, T8,
            T9, T10, T11>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadKernel<T1, T2, T3, T4, T5,
        T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<T1, T2,
            T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadKernel<T1, T2, T3, T4, T5,
        T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<T1, T2,
            T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadKernel<T1, T2, T3, T4, T5,
        T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<T1, T2,
            T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadKernel<T1, T2, T3, T4, T5,
        T6, T7, T8, T9, T10, T11, T12>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<T1, T2,
            T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8,
        T9, T10, T11, T12>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<T1, T2, T3, T4, T5, T6, T7,
            T8, T9, T10, T11, T12>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8,
        T9, T10, T11, T12>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<T1, T2, T3, T4, T5, T6, T7,
            T8, T9, T10, T11, T12>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8,
        T9, T10, T11, T12>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<T1, T2, T3, T4, T5, T6, T7,
            T8, T9, T10, T11, T12>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8,
        T9, T10, T11, T12>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> action, KernelSpecialization specialization,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, Action<T1, T2, T3, T4, T5, T6, T7,
            T8, T9, T10, T11, T12>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadKernel<T1, T2, T3, T4,
        T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<T1,
            T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadKernel<T1, T2, T3, T4,
        T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<T1,
            T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadKernel<T1, T2, T3, T4,
        T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action,
        KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<T1,
            T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadKernel<T1, T2, T3, T4,
        T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action,
        KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<T1,
            T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7,
        T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<T1, T2, T3, T4, T5, T6,
            T7, T8, T9, T10, T11, T12, T13>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7,
        T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<T1, T2, T3, T4, T5, T6,
            T7, T8, T9, T10, T11, T12, T13>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7,
        T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action,
        KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<T1, T2, T3, T4, T5, T6,
            T7, T8, T9, T10, T11, T12, T13>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7,
        T8, T9, T10, T11, T12, T13>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> action,
        KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>, Action<T1, T2, T3, T4, T5, T6,
            T7, T8, T9, T10, T11, T12, T13>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadKernel<T1, T2,
        T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
        =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadKernel<T1, T2,
        T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
        =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadKernel<T1, T2,
        T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
        =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher takes the stream.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadKernel<T1, T2,
        T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
        =>
        accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
            Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, specialization, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadStreamKernel<T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
        =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>, Action<T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, KernelSpecialization.Empty, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadStreamKernel<T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
        =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>, Action<T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, KernelSpecialization.Empty, out kernelInfo);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadStreamKernel<T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        KernelSpecialization specialization)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
        =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>, Action<T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, specialization, out _);

    /// <summary>Loads an explicitly grouped kernel; the launcher uses the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadStreamKernel<T1, T2, T3, T4, T5, T6,
        T7, T8, T9, T10, T11, T12, T13, T14>(
        this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> action,
        KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
        =>
        accelerator.LoadKernel<Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>, Action<T1, T2, T3, T4, T5,
            T6, T7, T8, T9, T10, T11, T12, T13, T14>>(
            action, specialization, out kernelInfo);
}

using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>Launch overloads, one for each number of arguments, which travel to <c>Start</c> in a tuple.</content>
internal sealed partial class KernelQueue
{
    public void Launch<T1>(
        Action<T1> kernel, KernelConfig config, T1 a1)
        where T1 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1>, T1>(
            kernel, config, a1, static (launch, stream, config, a) => launch(stream, config, a));

    public void Launch<T1, T2>(
        Action<T1, T2> kernel, KernelConfig config, T1 a1, T2 a2)
        where T1 : struct where T2 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2>, (T1, T2)>(
            kernel, config, (a1, a2), static (launch, stream, config, a) => launch(stream, config, a.Item1, a.Item2));

    public void Launch<T1, T2, T3>(
        Action<T1, T2, T3> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3)
        where T1 : struct where T2 : struct where T3 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2, T3>, (T1, T2, T3)>(
            kernel, config, (a1, a2, a3), static (launch, stream, config, a) => launch(stream, config, a.Item1, a.Item2, a.Item3));

    public void Launch<T1, T2, T3, T4>(
        Action<T1, T2, T3, T4> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>, (T1, T2, T3, T4)>(
            kernel, config, (a1, a2, a3, a4), static (launch, stream, config, a) => launch(stream, config, a.Item1, a.Item2, a.Item3,
            a.Item4));

    public void Launch<T1, T2, T3, T4, T5>(
        Action<T1, T2, T3, T4, T5> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>, (T1, T2, T3, T4, T5)>(
            kernel, config, (a1, a2, a3, a4, a5), static (launch, stream, config, a) => launch(stream, config, a.Item1, a.Item2, a.Item3,
            a.Item4, a.Item5));

    public void Launch<T1, T2, T3, T4, T5, T6>(
        Action<T1, T2, T3, T4, T5, T6> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>, (T1, T2, T3, T4, T5, T6)>(
            kernel, config, (a1, a2, a3, a4, a5, a6), static (launch, stream, config, a) => launch(stream, config, a.Item1, a.Item2,
            a.Item3, a.Item4, a.Item5, a.Item6));

    public void Launch<T1, T2, T3, T4, T5, T6, T7>(
        Action<T1, T2, T3, T4, T5, T6, T7> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>, (T1, T2, T3, T4, T5, T6, T7)>(
            kernel, config, (a1, a2, a3, a4, a5, a6, a7), static (launch, stream, config, a) => launch(stream, config, a.Item1, a.Item2,
            a.Item3, a.Item4, a.Item5, a.Item6, a.Item7));

    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8>(
        Action<T1, T2, T3, T4, T5, T6, T7, T8> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>, (T1, T2, T3, T4, T5, T6, T7, T8)>(
            kernel, config, (a1, a2, a3, a4, a5, a6, a7, a8), static (launch, stream, config, a) => launch(stream, config, a.Item1,
            a.Item2, a.Item3, a.Item4, a.Item5, a.Item6, a.Item7, a.Item8));

    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8,
        T9 a9)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>, (T1, T2, T3, T4, T5, T6, T7, T8, T9)>(
            kernel, config, (a1, a2, a3, a4, a5, a6, a7, a8, a9), static (launch, stream, config, a) => launch(stream, config, a.Item1,
            a.Item2, a.Item3, a.Item4, a.Item5, a.Item6, a.Item7, a.Item8, a.Item9));

    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7,
        T8 a8, T9 a9, T10 a10)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>, (T1, T2, T3, T4, T5, T6, T7, T8, T9,
        T10)>(
            kernel, config, (a1, a2, a3, a4, a5, a6, a7, a8, a9, a10), static (launch, stream, config, a) => launch(stream, config,
            a.Item1, a.Item2, a.Item3, a.Item4, a.Item5, a.Item6, a.Item7, a.Item8, a.Item9, a.Item10));

    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7,
        T8 a8, T9 a9, T10 a10, T11 a11)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>, (T1, T2, T3, T4, T5, T6, T7, T8, T9,
        T10, T11)>(
            kernel, config, (a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11), static (launch, stream, config, a) => launch(stream, config,
            a.Item1, a.Item2, a.Item3, a.Item4, a.Item5, a.Item6, a.Item7, a.Item8, a.Item9, a.Item10, a.Item11));

    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6,
        T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
        where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>, (T1, T2, T3, T4, T5, T6, T7, T8,
        T9, T10, T11, T12)>(
            kernel, config, (a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12), static (launch, stream, config, a) =>
            launch(stream, config, a.Item1, a.Item2, a.Item3, a.Item4, a.Item5, a.Item6, a.Item7, a.Item8, a.Item9, a.Item10, a.Item11,
            a.Item12));

    private void Start<TLauncher, TArguments>(
        Delegate kernel, KernelConfig config, TArguments arguments, Action<TLauncher, AcceleratorStream, KernelConfig, TArguments> start)
        where TLauncher : Delegate
    {
        try
        {
            if (config.Size > 0)
            {
                start(Loaded<TLauncher>(kernel), Stream, config, arguments);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }
}

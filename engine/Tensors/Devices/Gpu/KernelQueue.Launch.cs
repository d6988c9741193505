using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>Launch overloads, one for each number of arguments.</content>
internal sealed partial class KernelQueue
{
    public void Launch<T1>(
        Action<T1> kernel, KernelConfig config, T1 a1)
        where T1 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1>>(kernel);
                launch(Stream, config, a1);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2>(
        Action<T1, T2> kernel, KernelConfig config, T1 a1, T2 a2)
        where T1 : struct where T2 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2>>(kernel);
                launch(Stream, config, a1, a2);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2, T3>(
        Action<T1, T2, T3> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3)
        where T1 : struct where T2 : struct where T3 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2, T3>>(kernel);
                launch(Stream, config, a1, a2, a3);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2, T3, T4>(
        Action<T1, T2, T3, T4> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>>(kernel);
                launch(Stream, config, a1, a2, a3, a4);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2, T3, T4, T5>(
        Action<T1, T2, T3, T4, T5> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>>(kernel);
                launch(Stream, config, a1, a2, a3, a4, a5);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2, T3, T4, T5, T6>(
        Action<T1, T2, T3, T4, T5, T6> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>>(kernel);
                launch(Stream, config, a1, a2, a3, a4, a5, a6);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2, T3, T4, T5, T6, T7>(
        Action<T1, T2, T3, T4, T5, T6, T7> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>>(kernel);
                launch(Stream, config, a1, a2, a3, a4, a5, a6, a7);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8>(
        Action<T1, T2, T3, T4, T5, T6, T7, T8> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8)
        where T1 : struct
            where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>>(kernel);
                launch(Stream, config, a1, a2, a3, a4, a5, a6, a7, a8);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8,
        T9 a9)
        where T1 : struct
            where T2 : struct
                where T3 : struct
                    where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(kernel);
                launch(Stream, config, a1, a2, a3, a4, a5, a6, a7, a8, a9);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8,
        T9 a9, T10 a10)
        where T1 : struct
            where T2 : struct
                where T3 : struct
                    where T4 : struct
                        where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(kernel);
                launch(Stream, config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7,
        T8 a8, T9 a9, T10 a10, T11 a11)
        where T1 : struct
            where T2 : struct
                where T3 : struct
                    where T4 : struct
                        where T5 : struct
                            where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(kernel);
                launch(Stream, config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }

    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel, KernelConfig config, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6,
        T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12)
        where T1 : struct
            where T2 : struct
                where T3 : struct
                    where T4 : struct
                        where T5 : struct
                            where T6 : struct
                                where T7 : struct
                                    where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        try
        {
            if (config.Size > 0)
            {
                var launch = Loaded<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(kernel);
                launch(Stream, config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
                AfterLaunch();
            }
        }
        catch (AcceleratorException exception)
        {
            throw Failure(kernel, config, exception);
        }
    }
}

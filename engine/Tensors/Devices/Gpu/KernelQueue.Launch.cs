using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>Launches. The build writes the overloads for more arguments than one (Tensors.csproj).</content>
internal sealed partial class KernelQueue
{
    public void Launch<T1>(
        Action<T1> kernel, KernelConfig config, T1 a1)
        where T1 : struct =>
        Start<Action<AcceleratorStream, KernelConfig, T1>, T1>(
            kernel, config, a1, static (launch, stream, config, a) => launch(stream, config, a));

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
        catch (Exception exception) when (exception is AcceleratorException or ArgumentOutOfRangeException)
        {
            throw Failure(kernel, config, exception); // ILGPU refuses a grid that the device can't have by the latter.
        }
    }
}

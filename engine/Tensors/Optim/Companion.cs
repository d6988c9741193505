using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Optim;

/// <summary>State that belongs to a module's tensor, such as a moment or an average, and follows it to another device.</summary>
internal static class Companion
{
    /// <summary>The state itself if it is on the device; otherwise the same numbers there, and the state is disposed.</summary>
    public static Tensor On(Device device, Tensor state) => state.Device == device ? state : Moved(device, state);

    private static Tensor Moved(Device device, Tensor state)
    {
        var moved = KernelRecording.MakeState(device, () => Tensor.From(state.ToArray(), state.Shape, device).Keep());
        state.Dispose();
        return moved;
    }
}

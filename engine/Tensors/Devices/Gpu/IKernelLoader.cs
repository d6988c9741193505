using System.Reflection;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>Creates the launchers of a <see cref="KernelQueue"/> in place of its accelerator.</summary>
internal interface IKernelLoader
{
    /// <summary>A delegate that launches a kernel, given a stream, a configuration, and the kernel's arguments.</summary>
    TLauncher Load<TLauncher>(MethodInfo kernel)
        where TLauncher : Delegate;
}

using System.Reflection;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>Where a <see cref="KernelQueue"/> gets its launchers from, if not from its accelerator.</summary>
internal interface IKernelLoader
{
    /// <summary>What launches a kernel: it takes a stream, a configuration, and the kernel's arguments.</summary>
    TLauncher Load<TLauncher>(MethodInfo kernel)
        where TLauncher : Delegate;
}

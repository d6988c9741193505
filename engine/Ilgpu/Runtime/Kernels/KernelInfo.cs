using ILGPU.Backends;

namespace ILGPU.Backends
{
    /// <summary>A kernel translated for one target; it can be loaded on every accelerator of that target.</summary>
    public sealed class CompiledKernel
    {
        internal CompiledKernel(KernelImage image, Runtime.KernelDefinition definition)
        {
            Image = image;
            Definition = definition;
            Info = new(image.StaticSharedBytes, image.LocalBytes);
        }

        /// <summary>The name of the native entry point.</summary>
        public string Name => Image.EntryPoint;

        public KernelInfo Info { get; }

        internal KernelImage Image { get; }

        internal Runtime.KernelDefinition Definition { get; }

        /// <summary>What the compiler knows about a kernel.</summary>
        public class KernelInfo
        {
            internal KernelInfo(int sharedMemorySize, int localMemorySize)
            {
                SharedMemorySize = sharedMemorySize;
                LocalMemorySize = localMemorySize;
            }

            /// <summary>Static shared memory per group in bytes.</summary>
            public int SharedMemorySize { get; }

            /// <summary>Local memory per thread in bytes, before the driver's register allocation.</summary>
            public int LocalMemorySize { get; }
        }
    }
}

namespace ILGPU.Runtime
{
    /// <summary>What is known about a loaded kernel.</summary>
    public sealed class KernelInfo : CompiledKernel.KernelInfo
    {
        internal KernelInfo(CompiledKernel.KernelInfo info, int? minGroupSize, int? minGridSize)
            : base(info.SharedMemorySize, info.LocalMemorySize)
        {
            MinGroupSize = minGroupSize;
            MinGridSize = minGridSize;
        }

        /// <summary>The group size that was chosen for an automatically grouped kernel.</summary>
        public int? MinGroupSize { get; }

        /// <summary>How many such groups fill the device.</summary>
        public int? MinGridSize { get; }
    }
}

using IlgpuGan.Tensors.Devices.Cpu.Convolution;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Weight updates that run in the background of later kernels. Weights and moments must not be accessed until the update is finished.
/// </summary>
internal sealed unsafe partial class CpuKernels
{
    /// <summary>An update from gradients that must not change until it is finished.</summary>
    public BackgroundUpdate InBackground(AdamCall call) => new AdamUpdate(this, call);

    /// <summary>An update from a gradient that is never materialised; x and dy may change as soon as the update has begun.</summary>
    public BackgroundUpdate InBackground(Conv2dWeightGradientToAdamCall call) => new WeightGradientUpdate(this, call);

    private AdamCoefficients CoefficientsOf(in AdamSettings settings) => new(settings, numbers);

    /// <summary>A background update, begun and finished once in each replay.</summary>
    internal abstract class BackgroundUpdate(CpuKernels kernels, BackgroundLoop loop, KernelCall call)
    {
        public KernelCall Call { get; } = call;

        protected CpuKernels Kernels { get; } = kernels;

        public void Begin()
        {
            Assign();
            Kernels._threads.Begin(loop);
        }

        public void Finish() => Kernels._threads.Finish(loop);

        /// <summary>Sets the loop's tasks and body for this replay.</summary>
        protected abstract void Assign();
    }

    private sealed class AdamUpdate : BackgroundUpdate
    {
        private readonly AdamCall _call;
        private readonly SlotBlocks<AdamSlot> _slots = new();
        private readonly BackgroundLoop<AdamTask> _loop;

        public AdamUpdate(CpuKernels kernels, AdamCall call)
            : this(kernels, call, new BackgroundLoop<AdamTask>())
        {
        }

        private AdamUpdate(CpuKernels kernels, AdamCall call, BackgroundLoop<AdamTask> loop)
            : base(kernels, loop, call)
        {
            (_call, _loop) = (call, loop);
            _slots.Assign(call.Slots, static slot => slot.Weight.Length);
        }

        protected override void Assign()
        {
            foreach (var slot in _call.Slots)
            {
                Kernels.Release(slot.Weight);
            }

            _loop.Assign(_slots.Blocks, new AdamTask(_slots, Kernels.CoefficientsOf(_call.Settings)));
        }
    }

    private sealed class WeightGradientUpdate : BackgroundUpdate
    {
        private readonly Conv2dWeightGradientToAdamCall _call;
        private readonly OuterProductRunner.BackgroundProduct _product;

        public WeightGradientUpdate(CpuKernels kernels, Conv2dWeightGradientToAdamCall call)
            : this(kernels, call, new OuterProductRunner.BackgroundProduct())
        {
        }

        private WeightGradientUpdate(CpuKernels kernels, Conv2dWeightGradientToAdamCall call, OuterProductRunner.BackgroundProduct product)
            : base(kernels, product.Loop, call) => (_call, _product) = (call, product);

        protected override void Assign() => Kernels.Run(_call, _product);
    }
}

using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Updates of weights that go on beside the kernels called after them. Weights and moments must be left alone until they are finished.
/// </summary>
internal sealed unsafe partial class CpuKernels
{
    /// <summary>An update along gradients that must stay as they are until it is finished.</summary>
    public BackgroundUpdate InBackground(AdamCall call) => new AdamUpdate(this, call);

    /// <summary>An update along a gradient that is never written; what it is made of may change as soon as it has begun.</summary>
    public BackgroundUpdate InBackground(Conv2dWeightGradientToAdamCall call) => new WeightGradientUpdate(this, call);

    private AdamCoefficients CoefficientsOf(in AdamSettings settings) => new(settings, numbers);

    /// <summary>One such update, which is begun and finished again and again.</summary>
    internal abstract class BackgroundUpdate(CpuKernels kernels, BackgroundLoop loop)
    {
        protected CpuKernels Kernels { get; } = kernels;

        public void Begin()
        {
            Assign();
            Kernels._threads.Begin(loop);
        }

        public void Finish() => Kernels._threads.Finish(loop);

        /// <summary>Says what the loop is to do this time.</summary>
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
            : base(kernels, loop)
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
            : base(kernels, product.Loop) => (_call, _product) = (call, product);

        protected override void Assign() => Kernels.WeightGradientToAdam(_call.X, _call.Dy, _call.Slot, _call.G, _call.Settings, _product);
    }
}

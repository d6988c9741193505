using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<AdamCall>, IKernel<SgdCall>, IKernel<RmsPropCall>, IKernel<LerpCall>
{
    private readonly SlotBlocks<AdamSlot> _adamSlots = new();
    private readonly SlotBlocks<SgdSlot> _sgdSlots = new();
    private readonly SlotBlocks<RmsPropSlot> _rmsPropSlots = new();

    public void Run(AdamCall call)
    {
        var (slots, settings) = call;
        foreach (var slot in slots)
        {
            Release(slot.Weight);
        }

        _adamSlots.Assign(slots, static slot => slot.Weight.Length);
        For(_adamSlots.Blocks, new AdamTask(_adamSlots, CoefficientsOf(settings)));
    }

    public void Run(SgdCall call)
    {
        var (slots, learningRate, momentum, weightDecay, nesterov) = call;
        foreach (var slot in slots)
        {
            Release(slot.Weight);
        }

        _sgdSlots.Assign(slots, static slot => slot.Weight.Length);
        For(_sgdSlots.Blocks, new SgdTask(_sgdSlots, numbers.Single(learningRate), momentum, weightDecay, nesterov));
    }

    public void Run(RmsPropCall call)
    {
        var (slots, settings) = call;
        foreach (var slot in slots)
        {
            Release(slot.Weight);
        }

        _rmsPropSlots.Assign(slots, static slot => slot.Weight.Length);
        For(_rmsPropSlots.Blocks, new RmsPropTask(
            _rmsPropSlots, new RmsPropFactors(settings), numbers.Single(settings.Rates), numbers.Single(settings.Rates + 1)));
    }

    public void Run(LerpCall call) => For(Blocks.Count(call.Y.Length), new LerpTask(call.X, numbers.Single(call.Weight), call.Y));

    /// <summary>All parameters of an optimiser step as one sequence of blocks, none of which spans two parameters.</summary>
    private sealed class SlotBlocks<TSlot>
    {
        private TSlot[] _slots = [];
        private int[] _ends = [];
        private int _count;

        public int Blocks => _count == 0 ? 0 : _ends[_count - 1];

        public void Assign(ReadOnlySpan<TSlot> slots, Func<TSlot, long> length)
        {
            if (_slots.Length < slots.Length)
            {
                (_slots, _ends) = (new TSlot[slots.Length], new int[slots.Length]);
            }

            slots.CopyTo(_slots);
            _count = slots.Length;
            var end = 0;
            for (var i = 0; i < slots.Length; i++)
            {
                end += Cpu.Blocks.Count(length(slots[i]));
                _ends[i] = end;
            }
        }

        /// <summary>The parameter of a block, and the block's index in it.</summary>
        public (TSlot Slot, int Block) this[int block]
        {
            get
            {
                var index = Array.BinarySearch(_ends, 0, _count, block + 1);
                if (index < 0)
                {
                    index = ~index;
                }

                // Empty parameters end where the one before them ends.
                while (index > 0 && _ends[index - 1] > block)
                {
                    index--;
                }

                return (_slots[index], index == 0 ? block : block - _ends[index - 1]);
            }
        }
    }

    private readonly struct AdamTask(SlotBlocks<AdamSlot> slots, AdamCoefficients c) : ITask
    {
        public void Run(int task, int worker)
        {
            var (slot, block) = slots[task];
            var (start, count) = Blocks.Range(block, slot.Weight.Length);
            AdamRows.Update(
                slot.Weight.Pointer() + start, slot.Gradient.Pointer() + start, slot.FirstMoment.Pointer() + start,
                slot.SecondMoment.Pointer() + start,
                count, c);
        }
    }

    private readonly struct SgdTask(SlotBlocks<SgdSlot> slots, float learningRate, float momentum, float weightDecay, bool nesterov) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (slot, block) = slots[task];
            var (start, count) = Blocks.Range(block, slot.Weight.Length);
            var weight = slot.Weight.Pointer() + start;
            var gradient = slot.Gradient.Pointer() + start;
            var velocity = slot.Velocity is { } v ? v.Pointer() + start : null;
            var (decay, rate, keep) = (Vector512.Create(weightDecay), Vector512.Create(-learningRate), Vector512.Create(momentum));
            for (long i = 0; i < count; i += Lanes.Count)
            {
                var rest = Math.Min(count - i, Lanes.Count);
                var w = Load(weight + i, rest);
                var step = Lanes.MultiplyAdd(decay, w, Load(gradient + i, rest));
                if (velocity is not null)
                {
                    var moved = Lanes.MultiplyAdd(keep, Load(velocity + i, rest), step);
                    Store(moved, velocity + i, rest);
                    step = nesterov ? Lanes.MultiplyAdd(keep, moved, step) : moved;
                }

                Store(Lanes.MultiplyAdd(rate, step, w), weight + i, rest);
            }
        }
    }

    private readonly struct RmsPropTask(SlotBlocks<RmsPropSlot> slots, RmsPropFactors c, float ofQuotient, float ofStep) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (slot, block) = slots[task];
            var (start, count) = Blocks.Range(block, slot.Weight.Length);
            var weight = slot.Weight.Pointer() + start;
            var gradient = slot.Gradient.Pointer() + start;
            var meanSquare = slot.MeanSquare.Pointer() + start;
            var velocity = slot.Velocity is { } v ? v.Pointer() + start : null;
            for (long i = 0; i < count; i += Lanes.Count)
            {
                var rest = Math.Min(count - i, Lanes.Count);
                var w = Load(weight + i, rest);
                var g = Lanes.MultiplyAdd(Vector512.Create(c.WeightDecay), w, Load(gradient + i, rest));
                var s = Lanes.MultiplyAdd(Vector512.Create(c.OneMinusDecay) * g, g, Load(meanSquare + i, rest) * c.Decay);
                Store(s, meanSquare + i, rest);
                var step = g / (Vector512.Sqrt(s + Vector512.Create(c.InnerEpsilon)) + Vector512.Create(c.OuterEpsilon)) * ofQuotient;
                if (velocity is not null)
                {
                    step = Lanes.MultiplyAdd(Vector512.Create(c.Momentum), Load(velocity + i, rest), step);
                    Store(step, velocity + i, rest);
                }

                Store(Lanes.MultiplyAdd(Vector512.Create(-ofStep), step, w), weight + i, rest);
            }
        }
    }

    private readonly struct LerpTask(DeviceSpan x, float weight, DeviceSpan y) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            var from = x.Pointer() + start;
            var to = y.Pointer() + start;
            for (long i = 0; i < count; i += Lanes.Count)
            {
                var rest = Math.Min(count - i, Lanes.Count);
                var past = Load(to + i, rest);
                Store(Lanes.MultiplyAdd(Vector512.Create(weight), Load(from + i, rest) - past, past), to + i, rest);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* source, long count) =>
        count == Lanes.Count ? Vector512.Load(source) : Lanes.Load(source, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> value, float* destination, long count)
    {
        if (count == Lanes.Count)
        {
            value.Store(destination);
        }
        else
        {
            Lanes.Store(value, destination, count);
        }
    }
}

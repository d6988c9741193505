using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    private readonly SlotBlocks<AdamSlot> _adamSlots = new();
    private readonly SlotBlocks<SgdSlot> _sgdSlots = new();

    public void Adam(ReadOnlySpan<AdamSlot> slots, in AdamSettings settings)
    {
        foreach (var slot in slots)
        {
            LetGo(slot.Weight);
        }

        _adamSlots.Assign(slots, static slot => slot.Weight.Length);
        For(_adamSlots.Blocks, new AdamTask(_adamSlots, new AdamCoefficients(settings, numbers)));
    }

    public void Sgd(ReadOnlySpan<SgdSlot> slots, int learningRate, float momentum, float weightDecay)
    {
        foreach (var slot in slots)
        {
            LetGo(slot.Weight);
        }

        _sgdSlots.Assign(slots, static slot => slot.Weight.Length);
        For(_sgdSlots.Blocks, new SgdTask(_sgdSlots, numbers.Single(learningRate), momentum, weightDecay));
    }

    /// <summary>All parameters of an optimiser's step as one sequence of blocks, none of which spans two parameters.</summary>
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

        /// <summary>The parameter of a block, and the block's place in it.</summary>
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
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (slot, block) = slots[task];
            var (start, count) = Blocks.Range(block, slot.Weight.Length);
            var weight = slot.Weight.Pointer() + start;
            var gradient = slot.Gradient.Pointer() + start;
            var first = slot.FirstMoment.Pointer() + start;
            var second = slot.SecondMoment.Pointer() + start;
            long i = 0;
            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                var (w, m, v) = Update(
                    Vector512.Load(weight + i), Vector512.Load(gradient + i), Vector512.Load(first + i), Vector512.Load(second + i));
                w.Store(weight + i);
                m.Store(first + i);
                v.Store(second + i);
            }

            if (i < count)
            {
                var rest = count - i;
                var (w, m, v) = Update(
                    Lanes.Load(weight + i, rest), Lanes.Load(gradient + i, rest), Lanes.Load(first + i, rest), Lanes.Load(second + i, rest));
                Lanes.Store(w, weight + i, rest);
                Lanes.Store(m, first + i, rest);
                Lanes.Store(v, second + i, rest);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private (Vector512<float> W, Vector512<float> M, Vector512<float> V) Update(
            Vector512<float> w, Vector512<float> g, Vector512<float> m, Vector512<float> v)
        {
            g = Lanes.MultiplyAdd(Vector512.Create(c.WeightDecay), w, g);
            m = Lanes.MultiplyAdd(Vector512.Create(c.OneMinusBeta1), g, m * c.Beta1);
            v = Lanes.MultiplyAdd(Vector512.Create(c.OneMinusBeta2) * g, g, v * c.Beta2);
            var denominator = Lanes.MultiplyAdd(Vector512.Sqrt(v), Vector512.Create(c.InverseRootCorrection), Vector512.Create(c.Epsilon));
            return (w - (m * c.StepSize / denominator), m, v);
        }
    }

    private readonly struct SgdTask(SlotBlocks<SgdSlot> slots, float learningRate, float momentum, float weightDecay) : ITask
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
                    step = Lanes.MultiplyAdd(keep, Load(velocity + i, rest), step);
                    Store(step, velocity + i, rest);
                }

                Store(Lanes.MultiplyAdd(rate, step, w), weight + i, rest);
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
}

using BackgroundUpdate = IlgpuGan.Tensors.Devices.Cpu.CpuKernels.BackgroundUpdate;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Schedules the weight updates of a recorded step in the background. An update begins after the last call that accesses its weight or
/// moments or writes its gradient, and is finished before the next call that accesses the arrays it reads or writes.
/// </summary>
internal sealed class BackgroundPlan
{
    /// <summary>Smaller weights are updated in the foreground, in the recorded order, in one call.</summary>
    private const int Worthwhile = 4 * Blocks.Size;

    private readonly CpuKernels _kernels;
    private readonly KernelCall?[] _calls;

    /// <summary>What each call touches, and what of it it changes.</summary>
    private readonly (DeviceSpan[] All, DeviceSpan[] Changed)[] _memory;

    /// <summary>Updates to begin after each call.</summary>
    private readonly List<BackgroundUpdate>[] _begun;

    /// <summary>Updates to finish before each call; the last entry is the end of the list.</summary>
    private readonly List<BackgroundUpdate>[] _due;

    /// <summary>The index before which the latest update of a weight is finished.</summary>
    private readonly Dictionary<DeviceSpan, int> _updated = [];

    public BackgroundPlan(CpuKernels kernels, IReadOnlyList<KernelCall> calls)
    {
        _kernels = kernels;
        _calls = [.. calls];
        _memory = [.. calls.Select(call => (call.Arrays.ToArray(), call.Changes.ToArray()))];
        _begun = [.. calls.Select(_ => new List<BackgroundUpdate>())];
        _due = [.. calls.Append(null).Select(_ => new List<BackgroundUpdate>())];
        for (var index = 0; index < calls.Count; index++)
        {
            if (calls[index] is AdamCall adam)
            {
                Split(adam, index);
            }
            else if (calls[index] is Conv2dWeightGradientToAdamCall update)
            {
                _calls[index] = null;
                var slot = new AdamSlot(update.Weight, default, update.FirstMoment, update.SecondMoment);
                Schedule(kernels.InBackground(update), update.Weight, index, After(index, but: -1, StateOf(slot)));
            }
        }
    }

    /// <summary>The calls, with the beginnings and ends of updates among them.</summary>
    public IReadOnlyList<ReplayAction> Actions()
    {
        var actions = new List<ReplayAction>();
        for (var index = 0; index <= _calls.Length; index++)
        {
            actions.AddRange(_due[index].Select(update => new ReplayAction(null, null, update)));
            if (index < _calls.Length)
            {
                if (_calls[index] is { } call)
                {
                    actions.Add(new ReplayAction(call, null, null));
                }

                actions.AddRange(_begun[index].Select(update => new ReplayAction(null, update, null)));
            }
        }

        return actions;
    }

    /// <summary>
    /// Moves slots of an Adam call to the background, except those that are small, that depend on no earlier call, or whose weight would
    /// still be in an earlier update.
    /// </summary>
    private void Split(AdamCall adam, int index)
    {
        var left = new List<AdamSlot>();
        foreach (var slot in adam.Slots)
        {
            var ready = Math.Max(Before(index, isChange: true, [slot.Gradient]), Before(index, isChange: false, StateOf(slot)));
            if (slot.Weight.Length < Worthwhile || ready < 0 || _updated.GetValueOrDefault(slot.Weight) > ready)
            {
                left.Add(slot);
                continue;
            }

            var due = Math.Min(After(ready, index, StateOf(slot)), After(ready, index, [slot.Gradient], isChange: true));
            Schedule(_kernels.InBackground(new AdamCall([slot], adam.Settings)), slot.Weight, ready, due);
        }

        _calls[index] = left.Count == 0 ? null : adam with { Slots = [.. left] };
    }

    private void Schedule(BackgroundUpdate update, DeviceSpan weight, int begun, int due)
    {
        _begun[begun].Add(update);
        _due[due].Add(update);
        _updated[weight] = due;
    }

    private static DeviceSpan[] StateOf(in AdamSlot slot) => [slot.Weight, slot.FirstMoment, slot.SecondMoment];

    /// <summary>Index of the last call before another that touches, or changes, any of some memory; −1 if there is none.</summary>
    private int Before(int index, bool isChange, DeviceSpan[] memory)
    {
        while (--index >= 0 && !Touches(index, memory, isChange))
        {
        }

        return index;
    }

    /// <summary>Index of the next call that touches, or changes, any of some memory; the end of the list if there is none.</summary>
    private int After(int index, int but, DeviceSpan[] memory, bool isChange = false)
    {
        while (++index < _calls.Length && (index == but || !Touches(index, memory, isChange)))
        {
        }

        return index;
    }

    private bool Touches(int index, DeviceSpan[] memory, bool isChange) => Array.Exists(
        isChange ? _memory[index].Changed : _memory[index].All, span => Array.Exists(memory, other => other.Overlaps(span)));

    /// <summary>One action of a replay: a call to run, an update to begin or one to finish.</summary>
    internal readonly record struct ReplayAction(KernelCall? Call, BackgroundUpdate? Begun, BackgroundUpdate? Due);
}

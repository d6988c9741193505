using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Devices.Recording.Fusion;
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
    private readonly CallFlow _flow;
    private readonly KernelCall?[] _calls;

    /// <summary>Updates to begin after each call.</summary>
    private readonly List<BackgroundUpdate>[] _begun;

    /// <summary>Updates to finish before each call; the last entry is the end of the list.</summary>
    private readonly List<BackgroundUpdate>[] _due;

    /// <summary>The index before which the latest update of a weight is finished.</summary>
    private readonly Dictionary<DeviceSpan, int> _updated = [];

    public BackgroundPlan(CpuKernels kernels, IReadOnlyList<KernelCall> calls)
    {
        _kernels = kernels;
        _flow = new CallFlow(calls, static _ => false);
        _calls = [.. calls];
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
                Schedule(kernels.InBackground(update), update.Slot, index, NextUse(update.Slot, index));
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
            if (slot.Weight.Length < Worthwhile || LastDependency(slot, index) is not (>= 0 and var ready)
                || _updated.GetValueOrDefault(slot.Weight) > ready)
            {
                left.Add(slot);
                continue;
            }

            var due = Earliest(NextUse(slot, ready, except: index), _flow.NextAccess(slot.Gradient, ready, ofReaders: false, but: index));
            Schedule(_kernels.InBackground(new AdamCall([slot], adam.Settings)), slot, ready, due);
        }

        _calls[index] = left.Count == 0 ? null : adam with { Slots = [.. left] };
    }

    private void Schedule(BackgroundUpdate update, in AdamSlot slot, int begun, int due)
    {
        due = due < 0 ? _calls.Length : due;
        _begun[begun].Add(update);
        _due[due].Add(update);
        _updated[slot.Weight] = due;
    }

    /// <summary>Index of the last call before an update that writes its gradient or accesses its weight or moments.</summary>
    private int LastDependency(in AdamSlot slot, int index) => Math.Max(
        _flow.LastWriter(slot.Gradient, index),
        Math.Max(
            _flow.LastAccess(slot.Weight, index),
            Math.Max(_flow.LastAccess(slot.FirstMoment, index), _flow.LastAccess(slot.SecondMoment, index))));

    /// <summary>Index of the next call that accesses weight or moments; −1 if there is none.</summary>
    private int NextUse(in AdamSlot slot, int index, int except = -1) => Earliest(
        _flow.NextAccess(slot.Weight, index, ofReaders: true, except),
        Earliest(
            _flow.NextAccess(slot.FirstMoment, index, ofReaders: true, except),
            _flow.NextAccess(slot.SecondMoment, index, ofReaders: true, except)));

    private static int Earliest(int a, int b) => a < 0 ? b : b < 0 ? a : Math.Min(a, b);

    /// <summary>One action of a replay: a call to run, an update to begin or one to finish.</summary>
    internal readonly record struct ReplayAction(KernelCall? Call, BackgroundUpdate? Begun, BackgroundUpdate? Due);
}

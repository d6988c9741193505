using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Devices.Recording.Fusion;
using BackgroundUpdate = IlgpuGan.Tensors.Devices.Cpu.CpuKernels.BackgroundUpdate;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Where the updates of a list of calls may begin and must be finished: after the last call before them that has to do with their weight or
/// made their gradient, and before the first one after that which touches what they read or write.
/// </summary>
internal sealed class BackgroundPlan
{
    /// <summary>Weights of fewer numbers are updated where the list says, all in one go.</summary>
    private const int Worthwhile = 4 * Blocks.Size;

    private readonly CpuKernels _kernels;
    private readonly CallFlow _flow;
    private readonly KernelCall?[] _calls;

    /// <summary>What begins after a call, and what is finished before it; the last place is the list's end.</summary>
    private readonly List<BackgroundUpdate>[] _begun;

    private readonly List<BackgroundUpdate>[] _due;

    /// <summary>Before which place the latest update of a weight is finished.</summary>
    private readonly Dictionary<DeviceSpan, int> _updated = [];

    public BackgroundPlan(CpuKernels kernels, IReadOnlyList<KernelCall> calls)
    {
        _kernels = kernels;
        _flow = new CallFlow(calls, static _ => false);
        _calls = [.. calls];
        _begun = [.. calls.Select(_ => new List<BackgroundUpdate>())];
        _due = [.. calls.Append(null).Select(_ => new List<BackgroundUpdate>())];
        for (var place = 0; place < calls.Count; place++)
        {
            if (calls[place] is AdamCall adam)
            {
                Split(adam, place);
            }
            else if (calls[place] is Conv2dWeightGradientToAdamCall update)
            {
                _calls[place] = null;
                Put(kernels.InBackground(update), update.Slot, place, NextUse(update.Slot, place));
            }
        }
    }

    /// <summary>The calls, and where updates begin and end among them.</summary>
    public IReadOnlyList<Move> Moves()
    {
        var moves = new List<Move>();
        for (var place = 0; place <= _calls.Length; place++)
        {
            moves.AddRange(_due[place].Select(update => new Move(null, null, update)));
            if (place < _calls.Length)
            {
                if (_calls[place] is { } call)
                {
                    moves.Add(new Move(call, null, null));
                }

                moves.AddRange(_begun[place].Select(update => new Move(null, update, null)));
            }
        }

        return moves;
    }

    /// <summary>
    /// Leaves of a call of Adam what is small, has nothing before it that it could be begun after, or would begin while the weight is still
    /// being updated.
    /// </summary>
    private void Split(AdamCall adam, int place)
    {
        var left = new List<AdamSlot>();
        foreach (var slot in adam.Slots)
        {
            if (slot.Weight.Length < Worthwhile || Ready(slot, place) is not (>= 0 and var ready)
                || _updated.GetValueOrDefault(slot.Weight) > ready)
            {
                left.Add(slot);
                continue;
            }

            var due = Earliest(NextUse(slot, ready, but: place), _flow.NextAccess(slot.Gradient, ready, ofReaders: false, but: place));
            Put(_kernels.InBackground(new AdamCall([slot], adam.Settings)), slot, ready, due);
        }

        _calls[place] = left.Count == 0 ? null : adam with { Slots = [.. left] };
    }

    private void Put(BackgroundUpdate update, in AdamSlot slot, int begun, int due)
    {
        due = due < 0 ? _calls.Length : due;
        _begun[begun].Add(update);
        _due[due].Add(update);
        _updated[slot.Weight] = due;
    }

    /// <summary>The last place before an update that wrote its gradient or touched its weight or moments.</summary>
    private int Ready(in AdamSlot slot, int place) => Math.Max(
        _flow.LastWriter(slot.Gradient, place),
        Math.Max(
            _flow.LastAccess(slot.Weight, place),
            Math.Max(_flow.LastAccess(slot.FirstMoment, place), _flow.LastAccess(slot.SecondMoment, place))));

    /// <summary>The first place that touches weight or moments; −1 if that is after the list.</summary>
    private int NextUse(in AdamSlot slot, int place, int but = -1) => Earliest(
        _flow.NextAccess(slot.Weight, place, ofReaders: true, but),
        Earliest(
            _flow.NextAccess(slot.FirstMoment, place, ofReaders: true, but),
            _flow.NextAccess(slot.SecondMoment, place, ofReaders: true, but)));

    private static int Earliest(int a, int b) => a < 0 ? b : b < 0 ? a : Math.Min(a, b);

    /// <summary>One thing to do in a replay: a call to make, an update to begin or one to finish.</summary>
    internal readonly record struct Move(KernelCall? Call, BackgroundUpdate? Begun, BackgroundUpdate? Due);
}

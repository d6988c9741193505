using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Tensors.Optim;

/// <content>How an update runs: the due parameters by group and step count, and the numbers that replays read.</content>
public abstract partial class Optimizer
{
    /// <summary>
    /// In <see cref="Update"/>: a number that kernels read on the device. It is computed now and, in a recorded step, before each replay;
    /// it is valid until the update ends.
    /// </summary>
    /// <param name="value">computes the number from its argument and settings alone</param>
    protected StepNumber Number(Func<UpdateMoment, float> value)
    {
        var word = Numbers(1, (numbers, first, now) => numbers.SetSingle(first, value(now)), isAlone: false);
        return new StepNumber(_parameters[0].Value.Device, word, isBorrowed: true);
    }

    /// <summary>
    /// In <see cref="Update"/>: reserves words of the device's table of numbers, which are set now and before each replay; returns the
    /// index of the first.
    /// </summary>
    /// <param name="words">how many</param>
    /// <param name="set">sets the words from an index on</param>
    /// <param name="isAlone">whether the update reserves no other numbers</param>
    private protected int Numbers(int words, Action<StepNumbers, int, UpdateMoment> set, bool isAlone = true)
    {
        var update = _update ?? throw new InvalidOperationException($"{Name}: numbers of a step are asked for in Update");
        var numbers = _parameters[0].Value.Device.Numbers;
        var first = update.Recorded is { } recorded ? recorded.Reserve(words, set)
            : isAlone && words <= StepNumbers.WordsAtOnce ? StepNumbers.AtOnce
            : update.Borrow(numbers, words);
        set(numbers, first, update.Moment);
        return first;
    }

    /// <summary>A backward pass that reports each final gradient to the reduction over samples, if there is one.</summary>
    private void BackwardTo(SampleReduction? reducer, Tensor loss)
    {
        if (reducer is null)
        {
            loss.Backward();
            return;
        }

        var indices = new Dictionary<Variable, int>();
        for (var i = 0; i < _parameters.Count; i++)
        {
            if (_parameters[i].Tensor.RequiresGrad && _parameters[i].Value.Variable is { } variable)
            {
                indices.Add(variable, i);
            }
        }

        Differentiation.Backward(loss, completed: leaf =>
        {
            if (indices.TryGetValue(leaf, out var index))
            {
                reducer.GradientReady(this, index);
            }
        });
    }

    /// <summary>Updates all parameters that have a gradient, once the gradients of all samples are combined.</summary>
    private void ReduceAndUpdate(bool clear)
    {
        if (GradientReducer is { } reducer)
        {
            reducer.Reduce(this, () => UpdateAll(clear));
        }
        else
        {
            UpdateAll(clear);
        }
    }

    /// <summary>Updates all parameters that have a gradient.</summary>
    private void UpdateAll(bool clear)
    {
        NoteParameters();
        _due.Clear();
        _due.AddRange(_parameters.Where(parameter => GradientOf(parameter) is not null));
        UpdateDue(clear);
    }

    /// <summary>Updates the parameters that are due, and clears their gradients on request.</summary>
    private void UpdateDue(bool clear)
    {
        if (_due.Count > 0)
        {
            using var constants = GradMode.NoGrad();
            GradientClipping.Clip(_due, ClipNorm, ClipValue);
            foreach (var group in _groups)
            {
                var done = long.MaxValue;
                while (NextStepCount(group, done) is { } steps)
                {
                    UpdateTogether(group, steps);
                    done = steps;
                }
            }
        }

        foreach (var parameter in _due)
        {
            if (clear)
            {
                parameter.Value.ClearGradient();
            }
        }

        _due.Clear();
    }

    /// <summary>
    /// The largest step count of a group's due parameters below the last one; nearly always all have the same, which makes one update. The
    /// largest come first, since an update counts a step more.
    /// </summary>
    private long? NextStepCount(ParameterGroup group, long done)
    {
        long? next = null;
        foreach (var parameter in _due)
        {
            if (_entries[parameter.Tensor] is var entry && entry.Group == group && entry.Steps < done)
            {
                next = Math.Max(next ?? entry.Steps, entry.Steps);
            }
        }

        return next;
    }

    private void UpdateTogether(ParameterGroup group, long steps)
    {
        _together.Clear();
        foreach (var parameter in _due)
        {
            if (_entries[parameter.Tensor] is var entry && entry.Group == group && entry.Steps == steps)
            {
                _together.Add(parameter);
            }
        }

        foreach (var parameter in _together)
        {
            _entries[parameter.Tensor].Steps++;
        }

        var device = _together[0].Value.Device;
        var recorded = device.Recording is { } recording
            ? new RecordedUpdate(
                this, group, [.. _together.Select(p => (_entries[p.Tensor], p.Value.Span.Storage))], recording, device.Numbers)
            : null;
        foreach (var parameter in _together)
        {
            parameter.Value.Overwrite("an optimiser's step");
        }

        var update = _update = new UpdateUnderWay(new UpdateMoment(group.Scaled(_learningRate.Now), steps + 1), recorded);
        try
        {
            Update(_together);
        }
        finally
        {
            _update = null;
            update.Return(device.Numbers);
        }

        foreach (var parameter in _together)
        {
            if (ClipWeights is { } limit)
            {
                device.Kernels.Run(new UnaryCall(UnaryFunction.Clamp, -limit, limit, parameter.Value.Span, parameter.Value.Span));
            }
        }
    }

    /// <summary>A call of <see cref="Update"/> in progress.</summary>
    private sealed class UpdateUnderWay(UpdateMoment moment, RecordedUpdate? recorded)
    {
        private List<(int First, int Words)>? _borrowed;

        public UpdateMoment Moment { get; } = moment;

        public RecordedUpdate? Recorded { get; } = recorded;

        public int Borrow(StepNumbers numbers, int words)
        {
            var first = numbers.Reserve(words);
            (_borrowed ??= []).Add((first, words));
            return first;
        }

        public void Return(StepNumbers numbers) => _borrowed?.ForEach(b => numbers.Release(b.First, b.Words));
    }

    /// <summary>The host's part of an update that is replayed.</summary>
    private sealed class RecordedUpdate
    {
        private readonly Optimizer _optimizer;
        private readonly ParameterGroup _group;
        private readonly (Entry Of, Storage Weight)[] _updated;
        private readonly KernelRecording _recording;
        private readonly StepNumbers _numbers;
        private readonly List<(int First, Action<StepNumbers, int, UpdateMoment> Set)> _sets = [];

        public RecordedUpdate(
            Optimizer optimizer, ParameterGroup group, (Entry, Storage)[] updated, KernelRecording recording, StepNumbers numbers)
        {
            (_optimizer, _group, _updated, _recording, _numbers) = (optimizer, group, updated, recording, numbers);
            recording.DependsOn(this, () => !_optimizer._isDisposed && HaveEqualSteps());
            recording.BeforeReplay(
                Advance, written => Array.ForEach(_updated, entry => entry.Of.Steps -= written.Contains(entry.Weight) ? 0 : 1));
        }

        public int Reserve(int words, Action<StepNumbers, int, UpdateMoment> set)
        {
            var first = _recording.Reserve(words);
            _sets.Add((first, set));
            return first;
        }

        /// <summary>Whether the parameters have taken equally many steps, so that they can be updated together.</summary>
        private bool HaveEqualSteps()
        {
            for (var i = 1; _optimizer.CountsSteps && i < _updated.Length; i++)
            {
                if (_updated[i].Of.Steps != _updated[0].Of.Steps)
                {
                    return false;
                }
            }

            return true;
        }

        private void Advance()
        {
            foreach (var (entry, _) in _updated)
            {
                entry.Steps++;
            }

            var now = new UpdateMoment(_group.Scaled(_optimizer._learningRate.Now), _updated[0].Of.Steps);
            foreach (var (first, set) in _sets)
            {
                set(_numbers, first, now);
            }
        }
    }
}

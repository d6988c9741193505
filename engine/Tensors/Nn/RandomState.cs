using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Where a training takes its random keys from: dropout masks, noise, the mixing weights of a penalty. Numbers depend on the seed, the step
/// and the position of the draw within the step alone, so a resumed run repeats them. Nobody has to set the step: draws go on counting, in
/// a recorded step that is replayed, too. A run that sets it at the start of each training step need not store <see cref="Draws"/>.
/// </summary>
/// <param name="seed">the run's seed</param>
public sealed class RandomState(ulong seed)
{
    private uint _draws;

    /// <summary>The recording that last asked for keys.</summary>
    private (KernelRecording Recording, Recorded Draws)? _latest;

    public ulong Seed { get; } = seed;

    /// <summary>The training step; setting it starts the step's sequence of draws again.</summary>
    /// <exception cref="RecordingException">
    /// set inside a step that is being recorded, each replay of which would draw the same numbers
    /// </exception>
    public uint Step
    {
        get;
        set
        {
            RefuseInRecording("step");
            (field, _draws) = (value, 0u);
        }
    }

    /// <summary>
    /// Draws since the step was set, replayed ones included: with the step, what a checkpoint must hold between two steps.
    /// </summary>
    /// <exception cref="RecordingException">set inside a step that is being recorded</exception>
    public uint Draws
    {
        get => _draws;
        set
        {
            RefuseInRecording("count of draws");
            _draws = value;
        }
    }

    /// <summary>
    /// The key of the next draw. In a recorded step, kernels look its step and its count up, so that each replay draws anew.
    /// </summary>
    /// <param name="device">where the numbers are drawn</param>
    /// <param name="stream">what they are for</param>
    public RandomKey Next(Device device, uint stream = RandomStream.Dropout)
    {
        if (device.Recording is not { } recording)
        {
            return new RandomKey(Seed, stream, Step, _draws++);
        }

        if (_latest is not { } latest || latest.Recording != recording)
        {
            _latest = latest = (recording, new Recorded(this, device.Numbers, recording));
        }

        return new RandomKey(Seed, stream, 0, latest.Draws.Count++, latest.Draws.Word);
    }

    private static void RefuseInRecording(string what)
    {
        if (KernelRecording.IsUnderWay)
        {
            throw new RecordingException(
                $"the {what} of a random state is set before a recorded step, not in it: a replay runs kernels only");
        }
    }

    /// <summary>The draws of one recording: kernels look up the step, and how many draws were made before.</summary>
    private sealed class Recorded
    {
        private readonly RandomState _state;
        private readonly StepNumbers _numbers;

        public Recorded(RandomState state, StepNumbers numbers, KernelRecording recording)
        {
            (_state, _numbers, Word) = (state, numbers, recording.Reserve(2));
            Look();
            recording.AfterTaking(() => state._draws += Count);
            recording.BeforeReplay(
                () =>
                {
                    Look();
                    state._draws += Count;
                },
                () => state._draws -= Count);
        }

        /// <summary>The first of two words.</summary>
        public int Word { get; }

        public uint Count { get; set; }

        private void Look() => (_numbers[Word], _numbers[Word + 1]) = (_state.Step, _state._draws);
    }
}

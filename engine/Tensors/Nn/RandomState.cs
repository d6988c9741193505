using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// The source of a training's random keys, for dropout masks, noise, interpolation weights of a penalty. Numbers depend on the seed, the
/// step and the number of the draw within the step alone, so a resumed run repeats them. Setting <see cref="Step"/> is optional: otherwise
/// draws are counted across steps, replayed ones included. A run that sets it at the start of each step need not save <see cref="Draws"/>.
/// </summary>
/// <param name="seed">the run's seed</param>
public sealed class RandomState(ulong seed)
{
    private uint _draws;

    /// <summary>The recording that last drew keys.</summary>
    private (KernelRecording Recording, Recorded Draws)? _latest;

    public ulong Seed { get; } = seed;

    /// <summary>The training step; setting it resets <see cref="Draws"/>.</summary>
    /// <exception cref="RecordingException">
    /// set inside a step that is being recorded, whose replays would all draw the same numbers
    /// </exception>
    public uint Step
    {
        get;
        set => (field, _draws) = (KernelRecording.Unrecorded(value, "the step of a random state"), 0u);
    }

    /// <summary>
    /// Number of draws since the step was set, replayed ones included. A checkpoint between two steps must hold it and the step.
    /// </summary>
    /// <exception cref="RecordingException">set inside a step that is being recorded</exception>
    public uint Draws
    {
        get => _draws;
        set => _draws = KernelRecording.Unrecorded(value, "the draws of a random state");
    }

    /// <summary>
    /// The key of the next draw. In a recorded step, kernels read the step and the count on the device, so that each replay draws new
    /// numbers.
    /// </summary>
    /// <param name="device">the device that draws</param>
    /// <param name="stream">purpose of the numbers, see <see cref="RandomStream"/></param>
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

        _draws++;
        return new RandomKey(Seed, stream, 0, latest.Draws.Count++) { StepWord = latest.Draws.Word };
    }

    /// <summary>The draws of one recording: kernels read the step and the number of earlier draws from two words on the device.</summary>
    private sealed class Recorded
    {
        private readonly RandomState _state;
        private readonly StepNumbers _numbers;

        public Recorded(RandomState state, StepNumbers numbers, KernelRecording recording)
        {
            (_state, _numbers, Word) = (state, numbers, recording.Reserve(2));
            Update();
            recording.BeforeReplay(
                () =>
                {
                    Update();
                    state._draws += Count;
                },
                _ => state._draws -= Count);
        }

        /// <summary>Index of the first of the two words.</summary>
        public int Word { get; }

        public uint Count { get; set; }

        private void Update() => (_numbers[Word], _numbers[Word + 1]) = (_state.Step, _state._draws);
    }
}

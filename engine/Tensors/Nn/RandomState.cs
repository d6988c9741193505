using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Where the dropout layers of a network take their random keys from. Masks depend on the seed, the step and the position
/// of the draw within the step alone, so a resumed run repeats them.
/// </summary>
/// <param name="seed">the run's seed</param>
public sealed class RandomState(ulong seed)
{
    private uint _draws;

    /// <summary>The recording that last asked for keys, and the word from which its kernels read the step.</summary>
    private KernelRecording? _recording;
    private int _word;

    public ulong Seed { get; } = seed;

    /// <summary>The training step; setting it starts the step's sequence of draws again.</summary>
    /// <exception cref="RecordingException">set inside a step that is being recorded, each replay of which would draw the same numbers</exception>
    public uint Step
    {
        get;
        set => (field, _draws) = KernelRecording.IsUnderWay
            ? throw new RecordingException("the step of a random state is set before a recorded step, not in it: a replay runs kernels only")
            : (value, 0u);
    }

    /// <summary>The key of the next draw. In a recorded step, kernels look its step up, so that each replay draws anew.</summary>
    /// <param name="device">where the numbers are drawn</param>
    /// <param name="stream">what they are for</param>
    public RandomKey Next(Device device, uint stream = RandomStream.Dropout) => device.Recording is { } recording
        ? new RandomKey(Seed, stream, 0, _draws++, WordIn(recording, device.Numbers))
        : new RandomKey(Seed, stream, Step, _draws++);

    private int WordIn(KernelRecording recording, StepNumbers numbers)
    {
        if (_recording != recording)
        {
            (_recording, _word) = (recording, recording.Reserve(1));
            var word = _word;
            numbers[word] = Step;
            recording.BeforeReplay(() => numbers[word] = Step);
        }

        return _word;
    }
}

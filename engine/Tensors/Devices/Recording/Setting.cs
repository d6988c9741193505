namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// State beside the numbers of tensors: a module's mode, a learning rate, whether a tensor is trained. A recorded step depends on the value
/// that its code reads before it sets one, and each replay sets again what the code has set, in the order of the code. Other changes of
/// such state are refused while code is recorded: <see cref="KernelRecording.Refuse"/>.
/// </summary>
/// <param name="value">the first value</param>
/// <param name="madeIn">the recording of the code that made the owner, which a replay doesn't make again; null for one from outside</param>
internal sealed class Setting<T>(T value, KernelRecording? madeIn = null)
{
    /// <summary>The value for the host's part of a step, which depends on nothing and is repeated as a whole.</summary>
    public T Now { get; private set; } = value;

    /// <summary>The recording under way, if the setting was made outside.</summary>
    public KernelRecording? Recording => KernelRecording.Current is { } recording && recording != madeIn ? recording : null;

    /// <summary>The value for code that may be recorded.</summary>
    public T Value
    {
        get
        {
            if (Recording is { } recording)
            {
                var now = Now;
                recording.DependsOn(this, () => EqualityComparer<T>.Default.Equals(Now, now));
            }

            return Now;
        }

        set
        {
            if (Recording is { } recording)
            {
                var (before, after) = (Now, value);
                recording.Decides(this);
                recording.BeforeReplay(() => (before, Now) = (Now, after), _ => Now = before);
            }

            Now = value;
        }
    }
}

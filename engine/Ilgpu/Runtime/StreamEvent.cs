namespace ILGPU.Runtime;

/// <summary>
/// A point of a stream, which the host and other streams can wait for; recorded again and again. An addition to ILGPU's API.
/// </summary>
/// <remarks>
/// Before it is recorded for the first time it counts as reached. Who waited for it waits for the recording that was the latest then.
/// </remarks>
public abstract class StreamEvent : AcceleratorObject
{
    private protected StreamEvent(Accelerator accelerator)
        : base(accelerator)
    {
    }

    /// <summary>Whether all work has been done that the stream held when the event was recorded.</summary>
    public abstract bool IsReached { get; }

    /// <summary>Moves the event behind the work that a stream of its accelerator holds so far.</summary>
    public abstract void Record(AcceleratorStream stream);

    /// <summary>Lets all later work of a stream of its accelerator wait for what came before the latest recording.</summary>
    public abstract void LetWait(AcceleratorStream stream);

    /// <summary>Waits until the event is reached; from any thread, which sleeps meanwhile.</summary>
    public abstract void Synchronize();
}

namespace IlgpuGan.Models.Runs;

/// <summary>A run that can't be started, resumed or saved; the message gives the reason and the last good state.</summary>
public class RunException(string message, Exception? inner = null) : InvalidOperationException(OptionNames.In(message), inner);

/// <summary>A loss is NaN or infinite: the run stops before anything is saved.</summary>
public sealed class NonFiniteLossException(string message, long step, string loss) : RunException(message)
{
    /// <summary>The step in which it occurred, counted from 1.</summary>
    public long Step { get; } = step;

    /// <summary>Name of the loss, or <c>weights</c>.</summary>
    public string Loss { get; } = loss;
}

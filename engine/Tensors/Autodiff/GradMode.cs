namespace IlgpuGan.Tensors.Autodiff;

/// <summary>
/// Whether ops are recorded. On by default. The mode belongs to the flow of the code: it follows an <c>await</c> to another thread, and
/// leaves the thread that went on without it as it was.
/// </summary>
public static class GradMode
{
    private static readonly AsyncLocal<bool> s_disabled = new();

    public static bool IsEnabled => !s_disabled.Value;

    /// <summary>Turns recording off until the result is disposed: for inference, and for values that are constants to a loss.</summary>
    public static Scope NoGrad() => new(disable: true);

    internal static Scope Set(bool enabled) => new(!enabled);

    private static void Disable(bool value)
    {
        // Setting the value makes a new execution context.
        if (s_disabled.Value != value)
        {
            s_disabled.Value = value;
        }
    }

    /// <summary>Restores the earlier mode when disposed.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly bool _previous;

        internal Scope(bool disable)
        {
            _previous = s_disabled.Value;
            Disable(disable);
        }

        public void Dispose() => Disable(_previous);
    }
}

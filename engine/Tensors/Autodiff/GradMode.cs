namespace IlgpuGan.Tensors.Autodiff;

/// <summary>Whether ops are recorded on this thread. On by default.</summary>
public static class GradMode
{
    [ThreadStatic]
    private static bool s_disabled;

    public static bool IsEnabled => !s_disabled;

    /// <summary>Turns recording off until the result is disposed: for inference, and for values that are constants to a loss.</summary>
    public static Scope NoGrad() => new(disable: true);

    internal static Scope Set(bool enabled) => new(!enabled);

    /// <summary>Restores the earlier mode when disposed.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly bool _previous;

        internal Scope(bool disable) => (_previous, s_disabled) = (s_disabled, disable);

        public void Dispose() => s_disabled = _previous;
    }
}

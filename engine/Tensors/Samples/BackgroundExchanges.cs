namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// Exchanges that overlap with a step's computation. They run one at a time, in the order in which they were begun; all ranks must begin
/// them in the same order. No other exchange may run before <see cref="Finish"/> has returned.
/// </summary>
internal sealed class BackgroundExchanges
{
    private Task _latest = Task.CompletedTask;

    /// <summary>Queues an exchange behind those begun earlier.</summary>
    public void Begin(Action exchange) => _latest = After(_latest, exchange);

    /// <summary>Waits for all exchanges; rethrows the failure of one.</summary>
    public void Finish()
    {
        var latest = _latest;
        _latest = Task.CompletedTask;
        latest.GetAwaiter().GetResult();
    }

    private static async Task After(Task earlier, Action exchange)
    {
        await earlier.ConfigureAwait(false);
        await Task.Run(exchange).ConfigureAwait(false);
    }
}

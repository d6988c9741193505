namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// Exchanges that go on while a step computes: one after the other, in the order in which they were begun, which is the same on all ranks.
/// Until they are over, nobody else may exchange anything.
/// </summary>
internal sealed class BackgroundExchanges
{
    private Task _latest = Task.CompletedTask;

    /// <summary>Begins an exchange as soon as those before it are over.</summary>
    public void Begin(Action exchange) => _latest = After(_latest, exchange);

    /// <summary>Returns when all are over; a failure of one of them is thrown here.</summary>
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

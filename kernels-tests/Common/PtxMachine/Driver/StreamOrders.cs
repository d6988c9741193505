namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>Orders in which a card may run the work of two streams. Correct code works in all of them.</summary>
public enum StreamOrder
{
    AllLazy,
    AllEager,
    FirstEager,
    OthersEager,
}

internal static class StreamOrders
{
    /// <summary>Sets the driver's stream order until the result is disposed.</summary>
    public static IDisposable Follow(StreamOrder order)
    {
        PtxDriver.IsEager = order switch
        {
            StreamOrder.AllEager => _ => true,
            StreamOrder.FirstEager => stream => stream.Ordinal == 1,
            StreamOrder.OthersEager => stream => stream.Ordinal > 1,
            _ => PtxDriver.AllLazy,
        };
        return new Restored();
    }

    private sealed class Restored : IDisposable
    {
        public void Dispose() => PtxDriver.IsEager = PtxDriver.AllLazy;
    }
}

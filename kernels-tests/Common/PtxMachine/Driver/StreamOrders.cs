namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>Ways in which a card may order the work of two streams; what is right in all of them waits where it must.</summary>
public enum StreamOrder
{
    AllLazy,
    AllEager,
    FirstEager,
    OthersEager,
}

internal static class StreamOrders
{
    /// <summary>Makes the driver follow an order until the result is disposed.</summary>
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

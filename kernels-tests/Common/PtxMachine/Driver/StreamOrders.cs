namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>Ways in which a card may order the work of two streams; what is right in all of them waits where it must.</summary>
public enum StreamOrder
{
    AllLate,
    AllHasty,
    FirstHasty,
    OthersHasty,
}

internal static class StreamOrders
{
    /// <summary>Makes the driver follow an order until the result is disposed.</summary>
    public static IDisposable Follow(StreamOrder order)
    {
        PtxDriver.IsHasty = order switch
        {
            StreamOrder.AllHasty => _ => true,
            StreamOrder.FirstHasty => stream => stream.Ordinal == 1,
            StreamOrder.OthersHasty => stream => stream.Ordinal > 1,
            _ => PtxDriver.AllLate,
        };
        return new Restored();
    }

    private sealed class Restored : IDisposable
    {
        public void Dispose() => PtxDriver.IsHasty = PtxDriver.AllLate;
    }
}

using Microsoft.AspNetCore.Connections;

namespace IlgpuGan.Serve;

/// <summary>
/// Bounds the number of open connections. Port scanners and load balancers hold many that ask for nothing: where one more comes than may
/// be, the one that has been idle for longest gives way, so that nobody who asks is locked out.
/// </summary>
internal sealed class OpenConnections(int most)
{
    /// <summary>Time in which a new connection must have asked for something.</summary>
    private static readonly TimeSpan s_mostSilence = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    /// <summary>Connections without a request in progress, the longest idle first.</summary>
    private readonly LinkedList<Connection> _idle = [];
    private int _count;

    /// <summary>The middleware of connections.</summary>
    public ConnectionDelegate Hold(ConnectionDelegate next) => async context =>
    {
        var connection = new Connection(context);
        if (!Enter(connection))
        {
            context.Abort();
            return;
        }

        context.Features.Set(connection);
        try
        {
            await using var silence = new Timer(_ => connection.AbortIfSilent(), null, s_mostSilence, Timeout.InfiniteTimeSpan);
            await next(context);
        }
        finally
        {
            Leave(connection);
        }
    };

    /// <summary>The middleware of requests.</summary>
    public async Task Handle(HttpContext context, RequestDelegate next)
    {
        var connection = context.Features.Get<Connection>()!;
        lock (_lock)
        {
            connection.HasAsked = true;
            connection.TakeFrom(_idle);
        }

        try
        {
            await next(context);
        }
        finally
        {
            lock (_lock)
            {
                connection.Place = connection.IsClosed ? null : _idle.AddLast(connection);
            }
        }
    }

    /// <returns>false if all connections that there may be have a request in progress</returns>
    private bool Enter(Connection connection)
    {
        Connection? longestIdle = null;
        lock (_lock)
        {
            if (_count == most)
            {
                longestIdle = _idle.First?.Value;
                if (longestIdle is null)
                {
                    return false;
                }

                longestIdle.TakeFrom(_idle);
                longestIdle.IsClosed = true;
                _count--;
            }

            _count++;
            connection.Place = _idle.AddLast(connection);
        }

        longestIdle?.Context.Abort();
        return true;
    }

    private void Leave(Connection connection)
    {
        lock (_lock)
        {
            connection.TakeFrom(_idle);
            _count -= connection.IsClosed ? 0 : 1;
        }
    }

    private sealed class Connection(ConnectionContext context)
    {
        public ConnectionContext Context => context;

        public LinkedListNode<Connection>? Place { get; set; }

        public bool HasAsked { get; set; }

        /// <summary>Whether it had to give way, and is no longer counted.</summary>
        public bool IsClosed { get; set; }

        public void AbortIfSilent()
        {
            if (!HasAsked)
            {
                context.Abort();
            }
        }

        public void TakeFrom(LinkedList<Connection> idle)
        {
            if (Place is { } place)
            {
                idle.Remove(place);
                Place = null;
            }
        }
    }
}

using System.Text.Json;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Serve;

/// <summary>Streams the logs of training runs as server-sent events.</summary>
internal sealed class RunFeed(RunRegistry runs, RequestSlots watchers, CancellationToken serverEnds)
{
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Runs that one request may follow: browsers keep few connections to a server, so they follow several at once. The page knows it, too.
    /// </summary>
    private const int MostRuns = 16;

    /// <summary>
    /// <c>GET /api/events?run=NAME&amp;run=NAME…</c>. Event <c>log</c>: new log entries; <c>again</c>: the log was rewritten, discard the
    /// earlier entries; <c>samples</c>: the number of samples; each with the run's name. Lasts until the client disconnects.
    /// </summary>
    /// <exception cref="Refusal">a run does not exist, too many are requested, or there are too many clients</exception>
    public async Task Watch(HttpContext context)
    {
        var names = context.Request.Query["run"].Distinct(StringComparer.Ordinal).ToList();
        if (names.Count is 0 or > MostRuns)
        {
            throw Refusal.Bad($"say which runs to follow, {MostRuns} at most: ?run=NAME&run=NAME");
        }

        var followed = names.ConvertAll(name => new FollowedRun(name!, runs.Find(name)));
        using var slot = watchers.Take();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, serverEnds);
        context.Response.ContentType = "text/event-stream";
        try
        {
            while (true)
            {
                foreach (var (name, data) in followed.SelectMany(f => f.NewEvents()))
                {
                    var text = $"event: {name}\ndata: {JsonSerializer.Serialize(data)}\n\n";
                    await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), end.Token);
                }

                await context.Response.Body.FlushAsync(end.Token);
                await Task.Delay(s_pollInterval, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            context.Abort(); // The client has disconnected, or the server ends.
        }
    }

    /// <summary>The finite losses: JSON has no NaN and no infinity.</summary>
    public static Dictionary<string, double> Finite(IReadOnlyList<KeyValuePair<string, double>> losses) =>
        losses.Where(l => double.IsFinite(l.Value)).ToDictionary(l => l.Key, l => l.Value);

    /// <summary>A run, and what its client has received of it.</summary>
    private sealed class FollowedRun(string name, RunDirectory run)
    {
        private readonly LogFollower _log = new(run.Log);
        private int _samples = -1;

        /// <summary>Events since the last call, each with its data.</summary>
        public IEnumerable<(string Name, object Data)> NewEvents()
        {
            var (wasRewritten, entries) = _log.Read();
            if (wasRewritten)
            {
                yield return ("again", new { run = name });
            }

            if (entries.Count > 0)
            {
                var shown = entries.Select(e => new { step = e.Step, losses = Finite(e.Losses), seconds = e.Seconds });
                yield return ("log", new { run = name, entries = shown });
            }

            var count = run.AllSamples().Count();
            if (count != _samples)
            {
                _samples = count;
                yield return ("samples", new { run = name, count });
            }
        }
    }
}

using System.Text.Json;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Serve;

/// <summary>Tells who watches a run what it logs while it trains, as server-sent events.</summary>
internal sealed class RunFeed(RunShelf runs, Places watchers, CancellationToken serverEnds)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(0.5);

    /// <summary>Runs that one watcher may follow in one request: browsers keep few connections to a server.</summary>
    private const int MostRuns = 16;

    /// <summary>
    /// <c>GET /api/events?run=NAME&amp;run=NAME…</c>. Event <c>log</c>: entries that were logged since; <c>again</c>: the log was cut,
    /// start again; <c>samples</c>: how many there are now; each with the run's name. It lasts until the client disconnects.
    /// </summary>
    /// <exception cref="Refusal">there is no such run, too many are asked for, or too many watch already</exception>
    public async Task Watch(HttpContext context)
    {
        var names = context.Request.Query["run"].Distinct(StringComparer.Ordinal).ToList();
        if (names.Count is 0 or > MostRuns)
        {
            throw Refusal.Bad($"say which runs to follow, {MostRuns} at most: ?run=NAME&run=NAME");
        }

        var followed = names.ConvertAll(name => new Followed(name!, runs.Find(name)));
        using var place = watchers.Take();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, serverEnds);
        context.Response.ContentType = "text/event-stream";
        try
        {
            while (true)
            {
                foreach (var (name, data) in followed.SelectMany(f => f.News()))
                {
                    var text = $"event: {name}\ndata: {JsonSerializer.Serialize(data)}\n\n";
                    await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), end.Token);
                }

                await context.Response.Body.FlushAsync(end.Token);
                await Task.Delay(s_between, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            context.Abort(); // Nobody watches any more, or the server ends.
        }
    }

    /// <summary>What JSON can say.</summary>
    public static Dictionary<string, double> Finite(IReadOnlyList<KeyValuePair<string, double>> losses) =>
        losses.Where(l => double.IsFinite(l.Value)).ToDictionary(l => l.Key, l => l.Value);

    /// <summary>A run, and what its watcher knows of it.</summary>
    private sealed class Followed(string name, RunDirectory run)
    {
        private readonly LogFollower _log = new(run.Log);
        private int _samples = -1;

        /// <summary>Events since the last time, each with its data.</summary>
        public IEnumerable<(string Name, object Data)> News()
        {
            var (isAnew, entries) = _log.Read();
            if (isAnew)
            {
                yield return ("again", new { run = name });
            }

            if (entries.Count > 0)
            {
                var told = entries.Select(e => new { step = e.Step, losses = Finite(e.Losses), seconds = e.Seconds });
                yield return ("log", new { run = name, entries = told });
            }

            var count = Directory.Exists(run.Samples) ? run.AllSamples().Count() : 0;
            if (count != _samples)
            {
                _samples = count;
                yield return ("samples", new { run = name, count });
            }
        }
    }
}

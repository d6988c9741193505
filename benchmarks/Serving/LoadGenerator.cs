using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Serving;

/// <summary>The results of a load.</summary>
/// <param name="Seconds">from the first request to the last response</param>
/// <param name="Right">responses equal to the response for the picture alone</param>
/// <param name="Wrong">other responses</param>
/// <param name="Damaged">requests with a damaged picture</param>
/// <param name="Refused">damaged pictures that the server refused as such</param>
internal sealed record LoadOutcome(double Seconds, int Right, int Wrong, int Damaged, int Refused);

/// <summary>Sends translation requests to a server on the loopback; some are invalid.</summary>
/// <param name="page">the server's address</param>
/// <param name="model">name of the model</param>
/// <param name="pictures">PNG files, sent in turn</param>
/// <param name="inFlight">number of concurrent requests</param>
internal sealed class LoadGenerator(Uri page, string model, IReadOnlyList<byte[]> pictures, int inFlight)
{
    /// <summary>Of ten requests, the index of the one with a damaged picture.</summary>
    private const int DamagedOne = 3;

    /// <summary>Of ten requests, the index of the one that is cut off.</summary>
    private const int CutOff = 7;

    /// <summary>Bytes that a damaged file lacks at its end.</summary>
    private const int Missing = 30;

    private const int RetryMilliseconds = 50;

    private readonly HttpClient _client = new() { BaseAddress = page };
    private readonly List<byte[]> _expected = [];

    /// <summary>With <c>eval</c>, as the forward passes are measured: batch norms use the statistics of training.</summary>
    private string Path => $"/api/models/{Uri.EscapeDataString(model)}/translate?eval";

    /// <summary>Requests each picture alone; later responses must be equal to these.</summary>
    public async Task Prepare()
    {
        foreach (var picture in pictures)
        {
            _expected.Add((await Post(picture)).Bytes);
        }
    }

    public async Task<LoadOutcome> Run(int requests, bool withBroken)
    {
        var (right, wrong, damaged, refused) = (0, 0, 0, 0);
        var start = Stopwatch.GetTimestamp();
        var together = new ParallelOptions { MaxDegreeOfParallelism = inFlight };
        await Parallel.ForEachAsync(Enumerable.Range(0, requests), together, async (i, _) =>
        {
            var number = i % pictures.Count;
            switch (withBroken ? i % 10 : -1)
            {
                case DamagedOne:
                    Interlocked.Increment(ref damaged);
                    if ((await Post(pictures[number][..^Missing])).Status == HttpStatusCode.BadRequest)
                    {
                        Interlocked.Increment(ref refused);
                    }

                    break;
                case CutOff:
                    await DisconnectHalfway(pictures[number]);
                    break;
                default:
                    var (status, bytes) = await Post(pictures[number]);
                    Interlocked.Increment(
                        ref status == HttpStatusCode.OK && bytes.AsSpan().SequenceEqual(_expected[number]) ? ref right : ref wrong);
                    break;
            }
        });
        return new LoadOutcome(Stopwatch.GetElapsedTime(start).TotalSeconds, right, wrong, damaged, refused);
    }

    /// <summary>Sends a request, and retries while the server is at capacity.</summary>
    private async Task<(HttpStatusCode Status, byte[] Bytes)> Post(byte[] picture)
    {
        while (true)
        {
            using var body = new ByteArrayContent(picture);
            using var answer = await _client.PostAsync(Path, body);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
            }

            await Task.Delay(RetryMilliseconds);
        }
    }

    /// <summary>Announces a whole picture, sends half of it, and disconnects.</summary>
    private async Task DisconnectHalfway(byte[] picture)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(page.Host, page.Port);
        var head = Invariant.Text($"POST {Path} HTTP/1.1\r\nHost: {page.Authority}\r\nContent-Length: {picture.Length}\r\n\r\n");
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await client.GetStream().WriteAsync(picture.AsMemory(0, picture.Length / 2));
    }
}

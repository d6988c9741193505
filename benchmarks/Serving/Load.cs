using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace IlgpuGan.Benchmarks.Serving;

/// <summary>What came of a load.</summary>
/// <param name="Seconds">from the first request to the last answer</param>
/// <param name="Right">answers with the bytes that the picture alone was answered with</param>
/// <param name="Wrong">answers with others</param>
/// <param name="Damaged">requests whose picture is damaged</param>
/// <param name="Refused">of these, those that the server said so of</param>
internal sealed record LoadOutcome(double Seconds, int Right, int Wrong, int Damaged, int Refused);

/// <summary>Clients on the loopback that ask for translations, some of them in bad ways.</summary>
/// <param name="page">the server's address</param>
/// <param name="model">its model's name</param>
/// <param name="pictures">PNG files, sent in turn</param>
/// <param name="inFlight">requests at the same time</param>
internal sealed class Load(Uri page, string model, IReadOnlyList<byte[]> pictures, int inFlight)
{
    /// <summary>Of ten requests this one is damaged, and <see cref="CutOff"/> is.</summary>
    private const int DamagedOne = 3;

    private const int CutOff = 7;

    /// <summary>Bytes that a damaged file lacks at its end.</summary>
    private const int Missing = 30;

    private const int ComeBackMilliseconds = 50;

    private readonly HttpClient _client = new() { BaseAddress = page };
    private readonly List<byte[]> _expected = [];

    /// <summary>In the mode in which forward passes are measured: batch norms use the statistics of training.</summary>
    private string Path => $"/api/models/{Uri.EscapeDataString(model)}/translate?prepared&eval";

    /// <summary>Asks for each picture alone, which is what each is held against from then on.</summary>
    public async Task Prepare()
    {
        foreach (var picture in pictures)
        {
            _expected.Add((await Ask(picture)).Bytes);
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
                    if ((await Ask(pictures[number][..^Missing])).Status == HttpStatusCode.BadRequest)
                    {
                        Interlocked.Increment(ref refused);
                    }

                    break;
                case CutOff:
                    await LeaveHalfway(pictures[number]);
                    break;
                default:
                    var (status, bytes) = await Ask(pictures[number]);
                    Interlocked.Increment(
                        ref status == HttpStatusCode.OK && bytes.AsSpan().SequenceEqual(_expected[number]) ? ref right : ref wrong);
                    break;
            }
        });
        return new LoadOutcome(Stopwatch.GetElapsedTime(start).TotalSeconds, right, wrong, damaged, refused);
    }

    /// <summary>Asks, and asks again where the server is full.</summary>
    private async Task<(HttpStatusCode Status, byte[] Bytes)> Ask(byte[] picture)
    {
        while (true)
        {
            using var body = new ByteArrayContent(picture);
            using var answer = await _client.PostAsync(Path, body);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
            }

            await Task.Delay(ComeBackMilliseconds);
        }
    }

    /// <summary>Promises a whole picture, sends half of it, and goes.</summary>
    private async Task LeaveHalfway(byte[] picture)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(page.Host, page.Port);
        var head = string.Create(
            CultureInfo.InvariantCulture, $"POST {Path} HTTP/1.1\r\nHost: {page.Authority}\r\nContent-Length: {picture.Length}\r\n\r\n");
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await client.GetStream().WriteAsync(picture.AsMemory(0, picture.Length / 2));
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using IlgpuGan.Serve;
using Microsoft.AspNetCore.Http;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>What a server does when it is asked for more than it can do, or by clients that break off.</summary>
public sealed class BoundsTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(10);

    /// <summary>One place, held by a picture that never arrives: others are sent away, until who holds it leaves.</summary>
    [Test]
    public async Task AFullServerSaysWhenToComeBack()
    {
        await using var served = await ServedFamilies.StartAsync(["pix2pix"], s => s with { Places = 1 });
        var picture = ServedFamilies.Map();
        using (var holder = await Begin(served, contentLength: 1000, "half of it"))
        {
            await Until(served, taken: 1);
            using var refused = await served.Translate("pix2pix", picture);
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(refused.Headers.RetryAfter!.Delta, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(
                JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString(),
                Does.Contain("later"));
            Assert.That(
                (await served.Client.GetAsync("api/models")).StatusCode, Is.EqualTo(HttpStatusCode.OK), "what costs nothing is done");
        }

        await Until(served, taken: 0);
        Assert.That(await served.Translated("pix2pix", picture), Is.Not.Empty);
        Assert.That(served.Failures, Is.Empty);
    }

    [Test]
    public async Task APictureThatDoesNotArriveIsGivenUp()
    {
        await using var served = await ServedFamilies.StartAsync(["pix2pix"], s => s with { PatienceSeconds = 1 });
        using var slow = await Begin(served, contentLength: 1000, "half of it");
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(s_soon);
        var answer = Encoding.ASCII.GetString(buffer, 0, await slow.GetStream().ReadAsync(buffer, limit.Token));
        Assert.That(answer, Does.StartWith("HTTP/1.1 408"));
        await Until(served, taken: 0);
        Assert.That(served.Failures, Is.Empty);
    }

    /// <summary>A place is for the work: who reads its picture slowly keeps none.</summary>
    [Test]
    [MaxSeconds(6)] // A picture that no buffers of the system hold.
    public async Task WhoReadsSlowlyKeepsNoPlace()
    {
        await using var served = await ServedFamilies.StartAsync(["pix2pix"], s => s with { Places = 1 });
        var picture = ServedFamilies.Noise(1024, 1024, 3);
        using var slow = await Begin(served, picture.Length, "");
        await slow.GetStream().WriteAsync(picture);
        using var limit = new CancellationTokenSource(s_soon);
        Assert.That(await slow.GetStream().ReadAsync(new byte[1], limit.Token), Is.EqualTo(1), "the answer comes");
        await Until(served, taken: 0);
        Assert.That(await served.Translated("pix2pix", ServedFamilies.Map()), Is.Not.Empty);
        Assert.That(served.Failures, Is.Empty);
    }

    [Test]
    public async Task AnAnswerThatIsNotTakenIsGivenUp()
    {
        var context = new DefaultHttpContext();
        context.Response.Body = new Untaken();
        await PictureServer.Send(context, [1, 2, 3], "image/png", TimeSpan.FromMilliseconds(50)).WaitAsync(s_soon);
    }

    /// <summary>A line of 200 kB a second, which takes longer than a request may, gets a picture of any size.</summary>
    [Test]
    public void ASlowLineHasTime()
    {
        Assert.That(PictureServer.LongestSending(15_000_000), Is.EqualTo(TimeSpan.FromSeconds(750)));
        Assert.That(PictureServer.LongestSending(1000), Is.EqualTo(TimeSpan.FromMinutes(5)));
    }

    /// <summary>Twice as many idle connections as may be open: who asks finds a place, and those that say nothing are closed.</summary>
    [Test]
    [MaxSeconds(12)]
    public async Task IdleConnectionsLockNobodyOut()
    {
        const int many = 256;
        await using var served = await ServedFamilies.StartAsync(["pix2pix"]);
        using var asking = await Begin(served, contentLength: 1000, "half of it");
        await Until(served, taken: 1);
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < many; i++)
            {
                idle.Add(new TcpClient());
                await idle[^1].ConnectAsync(IPAddress.Loopback, served.Server.Address.Port);
                if (i % 2 == 1)
                {
                    // As a load balancer that asked once, and keeps the connection for later.
                    await idle[^1].GetStream().WriteAsync("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
                }
            }

            using var client = new HttpClient { BaseAddress = served.Server.Address, Timeout = s_soon };
            Assert.That(await client.GetStringAsync("health"), Does.Contain("\"taken\":1"), "who asked before has kept the place");
            using var limit = new CancellationTokenSource(s_soon);
            Assert.That(await Received(idle[^2], limit.Token), Is.Zero, "one of the last, which never said anything, is closed");
        }
        finally
        {
            idle.ForEach(connection => connection.Dispose());
        }

        static async Task<int> Received(TcpClient client, CancellationToken limit)
        {
            try
            {
                return await client.GetStream().ReadAsync(new byte[16], limit);
            }
            catch (IOException)
            {
                return 0; // Reset.
            }
        }
    }

    /// <summary>More bytes than may be: refused by what is announced, or by what comes.</summary>
    [Test]
    public async Task TooManyBytesAreRefused([Values] bool announced)
    {
        await using var served = await ServedFamilies.StartAsync(["pix2pix"], s => s with { MaxMebibytes = 1 });
        using var body = announced ? new ByteArrayContent(new byte[2_000_000]) : (HttpContent)new StreamContent(new Unannounced(2_000_000));
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/models/pix2pix/translate") { Content = body };
        request.Headers.TransferEncodingChunked = !announced;
        using var answer = await served.Client.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("1 MB"));
        await Until(served, taken: 0);
        Assert.That(served.Failures, Is.Empty);
    }

    /// <summary>
    /// 16 requests at a time; a fifth of all is broken, cut off or leaves before its answer. The others get theirs, bit for bit.
    /// </summary>
    [TestCase(60)]
    [TestCase(200, Category = Exhaustive.Category)]
    public async Task ManyRequestsSomeOfThemBroken(int count)
    {
        await using var served = await ServedFamilies.StartAsync(["pix2pix", "cyclegan"], s => s with { Places = 16 });
        var pictures = Enumerable.Range(0, 8).Select(i => ServedFamilies.Map((uint)i)).ToList();
        var expected = new Dictionary<(string Model, int Picture), byte[]>();
        foreach (var model in new[] { "pix2pix", "cyclegan" })
        {
            for (var i = 0; i < pictures.Count; i++)
            {
                expected[(model, i)] = await served.Translated(model, pictures[i]);
            }
        }

        var (done, refused, away, busy) = (0, 0, 0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var (model, number) = (i % 2 == 0 ? "pix2pix" : "cyclegan", i % pictures.Count);
            switch (i % 10)
            {
                case 3:
                    using (var answer = await served.Translate(model, pictures[number][..^30]))
                    {
                        Interlocked.Increment(ref answer.StatusCode == HttpStatusCode.BadRequest ? ref refused : ref busy);
                    }

                    break;
                case 7:
                    await LeaveEarly(served, model, pictures[number], wholePicture: i % 20 == 7);
                    Interlocked.Increment(ref away);
                    break;
                default:
                    Assert.That(
                        await Patiently(served, model, pictures[number]), Is.EqualTo(expected[(model, number)]), $"{model} {number}");
                    Interlocked.Increment(ref done);
                    break;
            }
        });
        Assert.That((done, refused + busy, away), Is.EqualTo((count * 8 / 10, count / 10, count / 10)));
        Assert.That(refused, Is.Positive);
        await Until(served, taken: 0);
        Assert.That(served.Failures, Is.Empty);
    }

    /// <summary>Who is sent away comes back.</summary>
    private static async Task<byte[]> Patiently(ServedFamilies served, string model, byte[] picture)
    {
        for (var tries = 0; ; tries++)
        {
            using var answer = await served.Translate(model, picture);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || tries == 50)
            {
                Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
                return await answer.Content.ReadAsByteArrayAsync();
            }

            Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
            await Task.Delay(50);
        }
    }

    private static async Task LeaveEarly(ServedFamilies served, string model, byte[] picture, bool wholePicture)
    {
        using var client = await Begin(served, picture.Length, "", model);
        await client.GetStream().WriteAsync(wholePicture ? picture : picture[..(picture.Length / 2)]);
    }

    /// <summary>Sends the head of a request and a part of its body.</summary>
    private static async Task<TcpClient> Begin(ServedFamilies served, int contentLength, string part, string model = "pix2pix")
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(IPAddress.Loopback, served.Server.Address.Port);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST /api/models/{model}/translate HTTP/1.1\r\nHost: localhost\r\nContent-Length: {contentLength}\r\n\r\n{part}");
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        return client;
    }

    private static async Task Until(ServedFamilies served, int taken)
    {
        using var limit = new CancellationTokenSource(s_soon);
        while (JsonDocument.Parse(await served.Client.GetStringAsync("health", limit.Token)).RootElement.GetProperty("taken").GetInt32()
            != taken)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>A connection whose other side reads nothing.</summary>
    private sealed class Untaken : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    /// <summary>Zeros that don't say how many they are.</summary>
    private sealed class Unannounced(int length) : Stream
    {
        private int _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(count, _left);
            buffer.AsSpan(offset, read).Clear();
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

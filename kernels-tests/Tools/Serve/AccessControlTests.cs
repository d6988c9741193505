using System.Net;
using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>
/// Access control: pages of other origins in the same browser are refused, and other machines need the token.
/// </summary>
public sealed class AccessControlTests
{
    [TestCase("localhost", null, null, 200)]
    [TestCase("LOCALHOST:80", null, null, 200)]
    [TestCase("127.0.0.1", null, null, 200)]
    [TestCase("[::1]", null, null, 200)]
    [TestCase("evil.example", null, null, 421)]
    [TestCase("localhost.evil.example", null, null, 421)]
    [TestCase("127.0.0.1.evil.example", null, null, 421)]
    [TestCase("192.168.0.7", null, null, 421)]
    [TestCase("localhost", "http://localhost", null, 200)]
    [TestCase("localhost", "http://evil.example", null, 403)]
    [TestCase("localhost", "https://localhost", null, 403)]
    [TestCase("localhost", "http://localhost:1234", null, 403)]
    [TestCase("localhost", "null", null, 403)]
    [TestCase("localhost", null, "cross-site", 403)]
    [TestCase("localhost", null, "same-site", 403)]
    [TestCase("localhost", null, "none", 200)]
    [TestCase("localhost", null, "same-origin", 200)]
    public async Task PagesOfOthersAreKeptOut(string host, string? origin, string? site, int status)
    {
        await using var server = await Start(new ServeSettings { Port = 0 });
        using var client = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/models");
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        using var answer = await client.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
    }

    [TestCase("api/models", null, 401)]
    [TestCase("API/models", null, 401)]
    [TestCase("api/models", "Bearer wrong", 401)]
    [TestCase("api/models", "secret", 401)]
    [TestCase("api/models", "Basic secret", 401)]
    [TestCase("api/models", "Bearer secret", 200)]
    [TestCase("api/models", "bearer secret", 200)]
    [TestCase("", null, 200)]
    [TestCase("health", null, 200)]
    public async Task TheTokenIsAskedFor(string address, string? authorization, int status)
    {
        await using var server = await Start(new ServeSettings { Port = 0, Token = "secret" });
        using var client = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var answer = await client.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(answer.Headers.WwwAuthenticate.Count, Is.EqualTo(status == 401 ? 1 : 0));
    }

    [Test]
    public void AnAddressThatOthersReachNeedsAToken() =>
        Assert.That(
            () => Start(new ServeSettings { Port = 0, Address = IPAddress.Any }), Throws.ArgumentException.With.Message.Contains("token"));

    [Test]
    public async Task AnAddressThatOthersReachIsOpenWithOne()
    {
        await using var server = await Start(new ServeSettings { Port = 0, Address = IPAddress.Any, Token = "secret" });
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Address.Port}/api/models");
        request.Headers.Host = "our-server.example";
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer secret");
        using var answer = await client.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    /// <summary>The page takes nothing from elsewhere, and nobody may frame it.</summary>
    [Test]
    public async Task ThePageIsClosedToTheOutside()
    {
        await using var server = await Start(new ServeSettings { Port = 0 });
        using var client = new HttpClient { BaseAddress = server.Address };
        using var answer = await client.GetAsync("");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(
            policy,
            Does.Contain("default-src 'none'").And.Contain("frame-ancestors 'none'").And.Not.Contain("http").And.Not.Contain("unsafe"));
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
        foreach (var file in PageFiles.All)
        {
            var text = await client.GetStringAsync(file.Address.TrimStart('/'));
            Assert.That(text, Does.Not.Match("https?://(?!www.w3.org/)"), file.Address);
        }
    }

    private static Task<PictureServer> Start(ServeSettings settings) => PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1));
}

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
    [TestCase("localhost", "https://localhost", null, 200)]
    [TestCase("localhost:443", "https://localhost", null, 200)]
    [TestCase("localhost:8443", "https://localhost:8443", null, 200)]
    [TestCase("localhost:8443", "https://localhost", null, 403)]
    [TestCase("localhost:80", "https://localhost", null, 403)]
    [TestCase("localhost", "ftp://localhost", null, 403)]
    [TestCase("localhost", "http://localhost:1234", null, 403)]
    [TestCase("localhost", "https://127.0.0.1", null, 403)]
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
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        Assert.That(status == 200 || text.Contains("serve --origin https://NAME", StringComparison.Ordinal), text);
    }

    /// <summary>Behind a proxy, under a name of its own: other names and other origins stay refused.</summary>
    [TestCase("pictures.example", null, 200)]
    [TestCase("PICTURES.example", "https://pictures.example", 200)]
    [TestCase("pictures.example:443", "https://pictures.example:443", 200)]
    [TestCase("localhost", "https://pictures.example", 200)]
    [TestCase("localhost", "http://localhost", 200)]
    [TestCase("pictures.example", "http://pictures.example", 403)]
    [TestCase("pictures.example", "https://pictures.example:8443", 403)]
    [TestCase("pictures.example", "https://elsewhere.example", 403)]
    [TestCase("pictures.example", "null", 403)]
    [TestCase("localhost", "https://elsewhere.example", 403)]
    [TestCase("elsewhere.example", null, 421)]
    [TestCase("pictures.example.elsewhere.example", null, 421)]
    public async Task ANamedOriginIsTheServersOwn(string host, string? origin, int status)
    {
        await using var server = await Start(new ServeSettings { Port = 0, Origins = [new Uri("https://pictures.example")] });
        await Asked(server, "api/models", status, ("Host", host), ("Origin", origin));
    }

    /// <summary>The page and the interface answer below the path, with links that stay there; a proxy may also take the path off.</summary>
    [Test]
    public async Task ThePageMayStandBelowAPath()
    {
        await using var server = await Start(new ServeSettings { Port = 0, PathBase = "/gan", Token = "secret" });
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
        using var beside = await client.GetAsync("gan");
        Assert.That(beside.Headers.Location!.OriginalString, Is.EqualTo("/gan/"));
        foreach (var file in PageFiles.All)
        {
            var text = await client.GetStringAsync("gan" + file.Address);
            Assert.That(text, Is.EqualTo(await client.GetStringAsync(file.Address)));
            Assert.That(text, Does.Not.Match("(src|href|action)=\"/|ask\\([`']/|fetch\\([`']/"), file.Address);
        }

        await Asked(server, "gan/api/models", 401);
        await Asked(server, "gan/API/models", 401);
        await Asked(server, "gan/api/models", 200, ("Authorization", "Bearer secret"));
        await Asked(server, "gant/api/models", 404);
        Assert.That(await client.GetStringAsync("gan/openapi.json"), Does.Contain("\"servers\":[{\"url\":\"/gan\"}]"));
    }

    /// <summary>Forwarded headers count where a proxy sends them that the user has named, and nowhere else.</summary>
    [TestCase(null, "pictures.example", "https://pictures.example", 403)]
    [TestCase("192.0.2.7", "pictures.example", "https://pictures.example", 403)]
    [TestCase("127.0.0.1", "pictures.example", "https://pictures.example", 200)]
    [TestCase("127.0.0.1", "elsewhere.example", "https://elsewhere.example", 421)]
    [TestCase("127.0.0.1", null, "https://localhost", 200)]
    public async Task OnlyANamedProxyIsBelieved(string? proxy, string? forwarded, string origin, int status)
    {
        await using var server = await Start(new ServeSettings
        {
            Port = 0, Proxies = proxy is null ? [] : [IPAddress.Parse(proxy)],
            Origins = forwarded == "pictures.example" && proxy == "127.0.0.1" ? [new Uri("https://pictures.example")] : [],
        });
        await Asked(
            server, "api/models", status, ("Host", "localhost"), ("Origin", origin), ("X-Forwarded-Host", forwarded),
            ("X-Forwarded-Proto", "https"));
    }

    private static async Task Asked(PictureServer server, string address, int status, params (string Name, string? Value)[] headers)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers.Where(h => h.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
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
        if (status == 401)
        {
            Assert.That(
                await answer.Content.ReadAsStringAsync(),
                Does.Contain(authorization == "Bearer wrong" ? "the token is wrong" : "requires its token"));
        }
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

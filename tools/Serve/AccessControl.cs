using System.Net;
using System.Security.Cryptography;

namespace IlgpuGan.Serve;

/// <summary>
/// Refuses requests of other web pages, and requests without the token. A page of another site, open in the same browser, can reach a
/// server on this machine: by a host name that it points here (so the host is checked), or across origins (so the origin is checked).
/// </summary>
internal sealed class AccessControl
{
    private const string Scheme = "Bearer ";

    private static readonly string[] s_localHosts = ["localhost", "127.0.0.1", "[::1]"];

    private readonly IPAddress _address;
    private readonly byte[]? _token;
    private readonly IReadOnlyList<Uri> _origins;

    public AccessControl(ServeSettings settings) => (_address, _token, _origins) =
        (settings.Address, settings.Token is { } token ? Encoding.UTF8.GetBytes(token) : null, settings.Origins);

    /// <exception cref="Refusal">the request is not for this server, or not from its page, or lacks the token</exception>
    public void Require(HttpContext context)
    {
        var request = context.Request;
        var isNamed = _origins.Any(origin => origin.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase));
        if (!isNamed && !IsOwnHost(request.Host.Host))
        {
            throw new Refusal(
                StatusCodes.Status421MisdirectedRequest,
                "the Host header does not name this server; a name of its own is given by serve --origin https://NAME");
        }

        var origins = request.Headers.Origin;
        if (origins.Count > 1 || (origins.Count == 1 && !IsOwnOrigin(origins[0], request.Host, isNamed)))
        {
            throw OfOtherOrigin();
        }

        var isInterface = request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
        if (isInterface && request.Headers["Sec-Fetch-Site"] is [{ } site, ..] && site is not ("same-origin" or "none"))
        {
            throw OfOtherOrigin();
        }

        if (isInterface && _token is not null && !HasToken(request.Headers.Authorization))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new Refusal(
                StatusCodes.Status401Unauthorized, TokenOf(request.Headers.Authorization) is null
                    ? "this server requires its token: Authorization: Bearer TOKEN"
                    : "the token is wrong");
        }
    }

    private static Refusal OfOtherOrigin() => new(
        StatusCodes.Status403Forbidden,
        "pages of other origins may not use this server; its own page behind a proxy is named by serve --origin https://NAME");

    /// <summary>
    /// Whether a page is this server's: one of an origin that the user named, or of the host and port that the request is for. The scheme
    /// is not compared there: a proxy that ends HTTPS passes the host on, but asks by HTTP. Of a host that the user named, only the origins
    /// that the user named are its own.
    /// </summary>
    private bool IsOwnOrigin(string? text, HostString host, bool isNamed) =>
        Uri.TryCreate(text, UriKind.Absolute, out var origin) && origin.Scheme is "http" or "https" && origin.PathAndQuery == "/"
        && (_origins.Any(named => (named.Scheme, named.Host, named.Port) == (origin.Scheme, origin.Host, origin.Port))
            || (!isNamed && origin.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
                && origin.Port == (host.Port ?? (origin.Scheme == "https" ? 443 : 80))));

    /// <summary>A server on all addresses doesn't know its names and accepts every host; there the token protects it.</summary>
    private bool IsOwnHost(string host) =>
        s_localHosts.Contains(host, StringComparer.OrdinalIgnoreCase)
        || _address.Equals(IPAddress.Any) || _address.Equals(IPAddress.IPv6Any)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && address.Equals(_address));

    private bool HasToken(string? authorization) =>
        TokenOf(authorization) is { } token && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), _token);

    private static string? TokenOf(string? authorization) =>
        authorization is not null && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization[Scheme.Length..].Trim()
            : null;
}

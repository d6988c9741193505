using Microsoft.AspNetCore.Connections;

namespace IlgpuGan.Serve;

/// <summary>
/// The middleware around every request: access control, security headers, and errors as a status with one sentence.
/// </summary>
/// <param name="access">null where the application decides who may ask</param>
/// <param name="failed">receives the errors that are the server's; may be null</param>
internal sealed class ErrorMiddleware(AccessControl? access, Action<Exception>? failed)
{
    public async Task Handle(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        try
        {
            access?.Require(context);
            await next(context);
            var status = context.Response.StatusCode;
            if (!context.Response.HasStarted && status is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
            {
                await WriteError(context, status, status == StatusCodes.Status404NotFound
                    ? "there is nothing at this address; see /openapi.json"
                    : $"this address does not support {context.Request.Method}");
            }
        }
        catch (Refusal refusal) when (!context.Response.HasStarted)
        {
            if (refusal.RetryAfter is { } wait)
            {
                headers.RetryAfter = wait.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            }

            await WriteError(context, refusal.Status, refusal.Message);
        }
        catch (Exception problem) when (problem is ConnectionResetException
            || (context.RequestAborted.IsCancellationRequested && problem is OperationCanceledException or IOException))
        {
            context.Abort(); // The client has disconnected.
        }
        catch (Exception problem)
        {
            failed?.Invoke(problem);
            if (context.Response.HasStarted)
            {
                context.Abort(); // The status is already sent: end the incomplete response.
                return;
            }

            await WriteError(context, StatusCodes.Status500InternalServerError, "the server failed to process this request");
        }
    }

    private static Task WriteError(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        var error = new JsonObject { ["error"] = sentence };
        return PictureServer.Send(context, Encoding.UTF8.GetBytes(error.ToJsonString()), "application/json; charset=utf-8");
    }
}

namespace IlgpuGan.Serve;

/// <summary>Reads a request's body within bounds.</summary>
internal static class RequestBody
{
    private const int FirstPart = 1 << 16;

    /// <summary>Reads the bytes of a picture; empty if there is no body.</summary>
    /// <exception cref="Refusal">the body is too large, or did not arrive in time</exception>
    /// <exception cref="OperationCanceledException">the client has disconnected</exception>
    public static async Task<byte[]> ReadPicture(HttpContext context, ServeSettings settings, CancellationToken time)
    {
        try
        {
            return await Read(context.Request, settings.MaxBytes, time);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw Refusal.Late(settings.Patience);
        }
    }

    /// <summary>A number of bytes for people: <c>64 MB</c>.</summary>
    public static string SizeOf(long bytes) => bytes % (1 << 20) == 0 ? $"{bytes >> 20} MB" : $"{bytes} bytes";

    /// <summary>Reads all bytes. The buffer grows with what has arrived, to at most twice of it.</summary>
    /// <exception cref="Refusal">the body has more than <paramref name="most"/> bytes, or fewer than announced</exception>
    /// <exception cref="OperationCanceledException">the body did not arrive in time</exception>
    public static async Task<byte[]> Read(HttpRequest request, long most, CancellationToken cancellation)
    {
        if (request.ContentLength > most)
        {
            throw TooLarge();
        }

        var bytes = new byte[Math.Min(FirstPart, request.ContentLength ?? FirstPart)];
        var length = 0;
        try
        {
            while (true)
            {
                if (length == bytes.Length)
                {
                    if (length == request.ContentLength)
                    {
                        return bytes;
                    }

                    var larger = Math.Max(FirstPart, Math.Min(2L * length, request.ContentLength ?? long.MaxValue));
                    Array.Resize(ref bytes, (int)Math.Min(most + 1, larger));
                }

                var read = await request.Body.ReadAsync(bytes.AsMemory(length), cancellation);
                length += read;
                if (length > most)
                {
                    throw TooLarge();
                }

                if (read == 0)
                {
                    return bytes[..length];
                }
            }
        }
        catch (IOException problem)
        {
            var status = (problem as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            throw status == StatusCodes.Status413PayloadTooLarge ? TooLarge() : new Refusal(status, "the request was incomplete");
        }

        Refusal TooLarge() => Refusal.TooLarge($"the request's body may have at most {SizeOf(most)}");
    }
}

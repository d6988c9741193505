namespace IlgpuGan.Serve;

/// <summary>What came with a request, within bounds.</summary>
internal static class RequestBody
{
    private const int FirstPart = 1 << 16;

    /// <summary>All bytes of a picture, or none.</summary>
    /// <exception cref="Refusal">there are too many, or they did not come in time</exception>
    /// <exception cref="OperationCanceledException">the client has disconnected</exception>
    public static async Task<byte[]> ReadPicture(HttpContext context, ServeSettings settings, CancellationToken time)
    {
        try
        {
            return await Read(context.Request, settings.MaxBytes, time);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new Refusal(
                StatusCodes.Status408RequestTimeout, $"the picture did not arrive within {settings.Patience.TotalSeconds:0} s");
        }
    }

    /// <summary>All bytes; no more memory is taken than has arrived, twice at most.</summary>
    /// <exception cref="Refusal">there are more than so many, or fewer than were announced</exception>
    /// <exception cref="OperationCanceledException">they did not come in time</exception>
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

        Refusal TooLarge() => Refusal.TooLarge($"it may have at most {most} bytes");
    }
}

namespace IlgpuGan.Serve;

/// <summary>Thrown to refuse a request: an HTTP status, and one sentence for the client.</summary>
internal sealed class Refusal(int status, string sentence) : Exception(sentence)
{
    public int Status { get; } = status;

    /// <summary>When a retry may succeed; null if it can't.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static Refusal Bad(string sentence) => new(StatusCodes.Status400BadRequest, sentence);

    public static Refusal TooLarge(string sentence) => new(StatusCodes.Status413PayloadTooLarge, sentence);

    /// <summary>The refusal of a picture of which not all has arrived in time.</summary>
    public static Refusal Late(TimeSpan longest) =>
        new(StatusCodes.Status408RequestTimeout, $"the picture did not arrive within {longest.TotalSeconds:0} s");

    public static Refusal UnknownModel() => new(StatusCodes.Status404NotFound, "there is no model of that name; api/models lists them");

    public static Refusal Busy(string sentence, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, sentence) { RetryAfter = retryAfter };
}

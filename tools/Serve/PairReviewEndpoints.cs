using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Serve;

/// <summary>How kept pairs are split; without a share not at all.</summary>
internal sealed record PairSplit
{
    [Option("Share of the pairs for val.", Least = 0, Most = 1), Served]
    public double? Val { get; init; }

    [Option("Share of the pairs for test.", Least = 0, Most = 1), Served]
    public double? Test { get; init; }

    [Option("Seed of the split."), Served]
    public ulong Seed { get; init; } = 1;
}

/// <summary>The review of pairs over HTTP, by their indices: no text of a request ever becomes a path.</summary>
/// <param name="folder">folder of the pairs; null for none</param>
/// <param name="output">output folder of the kept pairs; null if nothing may be written</param>
/// <param name="mostBytes">largest size of a decision</param>
internal sealed class PairReviewEndpoints(string? folder, string? output, long mostBytes)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new WholeNumbers() },
    };

    /// <summary>The options that a query for writing may have.</summary>
    public static QueryOptions Options { get; } = new(QueryOptions.Of<PairSplit>());

    private readonly PairReview? _review = folder is null ? null : PairReview.Open(folder);
    private readonly Lock _writing = new();

    /// <summary>All pairs with their decisions.</summary>
    public object Describe() => new
    {
        writes = output is null ? null : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output))),
        pairs = (_review?.Names ?? []).Select((name, index) => Describe(index)),
    };

    /// <summary>The unchanged file of a pair, and its media type.</summary>
    /// <exception cref="Refusal">there is no such pair, or its file can't be read</exception>
    public (byte[] File, string Type) Picture(string? index)
    {
        var file = _review!.FileOf(Number(index));
        try
        {
            return (
                Disk.ReadBytes(file),
                Path.GetExtension(file).Equals(".png", StringComparison.OrdinalIgnoreCase) ? "image/png" : "image/jpeg");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new Refusal(StatusCodes.Status409Conflict, WithoutPaths(problem.Message));
        }
    }

    /// <summary><c>PUT /api/data/{index}</c>: saves what the body has of a decision, and responds with the whole.</summary>
    /// <exception cref="Refusal">there is no such pair, or it has another name, or the body is not a decision</exception>
    public async Task Decide(HttpContext context)
    {
        var index = Number((string?)context.Request.RouteValues["index"]);
        try
        {
            var body = await RequestBody.Read(context.Request, mostBytes, context.RequestAborted);
            var change = JsonSerializer.Deserialize<DecisionChange>(body, s_json)
                ?? throw Refusal.Bad("a decision is an object with bad, swapped and crop");
            if (change.Name is { } name && name != _review!.Names[index])
            {
                throw new Refusal(
                    StatusCodes.Status409Conflict,
                    "the pair of that number has another name: the pairs have changed; GET /api/data lists them");
            }

            _review!.Decide(index, change.ApplyTo);
        }
        catch (JsonException problem)
        {
            throw Refusal.Bad("a decision is an object with bad and swapped (true or false), crop (whole numbers) and the pair's name; " +
                $"this one is wrong at byte {problem.BytePositionInLine} of line {problem.LineNumber + 1}, in " +
                PrintableText.Of(problem.Path ?? "$"));
        }
        catch (PictureException problem)
        {
            throw Refusal.Bad(WithoutPaths(problem.Message));
        }

        await context.Response.WriteAsJsonAsync(Describe(index));
    }

    /// <summary>Writes the kept pairs; if the query has shares (val, test), split into parts.</summary>
    /// <exception cref="Refusal">there is no output folder, an option is invalid, or writing fails</exception>
    public object Write(IQueryCollection query)
    {
        if (_review is null || output is null)
        {
            throw new Refusal(
                StatusCodes.Status409Conflict,
                "this server was started without a folder to write pairs to: serve --data DIR --data-out DIR");
        }

        var split = new PairSplit();
        Options.Read(query, split);
        if (split.Val + split.Test >= 1)
        {
            throw Refusal.Bad("val and test leave nothing to train on");
        }

        try
        {
            lock (_writing)
            {
                var outcome = split is { Val: null, Test: null }
                    ? _review.WriteKept(output)
                    : _review.WriteSplit(output, split.Val ?? 0, split.Test ?? 0, split.Seed);
                return new { written = outcome.Counts.Values.Sum(), problems = outcome.Problems.Select(WithoutPaths) };
            }
        }
        catch (Exception problem) when (problem is PictureException or IOException)
        {
            throw new Refusal(StatusCodes.Status409Conflict, WithoutPaths(problem.Message));
        }
    }

    private object Describe(int index)
    {
        var decision = _review![index];
        return new { index, name = _review.Names[index], bad = decision.Bad, swapped = decision.Swapped, crop = decision.Crop };
    }

    private int Number(string? index) =>
        _review is not null && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number < _review.Names.Count
            ? number
            : throw new Refusal(StatusCodes.Status404NotFound, "there is no pair of that number; GET /api/data lists them");

    /// <summary>A message without paths of this machine.</summary>
    private string WithoutPaths(string message) =>
        new[] { folder, output }.OfType<string>().SelectMany(f => new[] { Path.GetFullPath(f), f })
            .OrderByDescending(f => f.Length)
            .Aggregate(message,
                (text, f) =>
                    text.Replace(f + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                        .Replace(f, Path.GetFileName(f), StringComparison.Ordinal));

    /// <summary>The fields of a decision that a request has: the others stay as they are stored.</summary>
    private sealed class DecisionChange
    {
        private readonly List<Func<PairDecision, PairDecision>> _changes = [];

        /// <summary>The pair's name, which a client that listed the pairs sends; null for whichever pair has the number.</summary>
        public string? Name { get; init; }

        public bool Bad
        {
            init => _changes.Add(decision => decision with { Bad = value });
        }

        public bool Swapped
        {
            init => _changes.Add(decision => decision with { Swapped = value });
        }

        public HalfCrop? Crop
        {
            init => _changes.Add(decision => decision with { Crop = value });
        }

        public PairDecision ApplyTo(PairDecision decision) => _changes.Aggregate(decision, (changed, change) => change(changed));
    }

    /// <summary>Takes whole numbers however they are written: other languages write 64 as 64.0.</summary>
    private sealed class WholeNumbers : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && number == Math.Truncate(number)
                && number is >= int.MinValue and <= int.MaxValue
                ? (int)number
                : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}

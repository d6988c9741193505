using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>The measurement of one process, which prints it as a line of JSON.</summary>
internal sealed record Sample
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Seconds of each step.</summary>
    [JsonPropertyName("times_s")]
    public required double[] Times { get; init; }

    /// <summary>Peak resident memory of the process, in 10⁶ bytes.</summary>
    [JsonPropertyName("peak_rss_mb")]
    public double? PeakMb { get; init; }

    /// <summary>Nominal operations of a step's convolutions, in 10⁹: equal for all programs that do the same work.</summary>
    public double? GflopPerStep { get; init; }

    /// <summary>Trainable weights of all networks: equal for all programs that do the same work.</summary>
    public long? Parameters { get; init; }

    /// <summary>Largest difference of the output from ours.</summary>
    public double? Difference { get; init; }

    /// <summary>Discriminator's and generator's losses of the first steps; all programs have the same weights and inputs.</summary>
    public double[][]? FirstLosses { get; init; }

    /// <summary>Tensor buffers allocated in the timed steps.</summary>
    public long? NewBuffers { get; init; }

    public double? ManagedKbPerStep { get; init; }

    public string? Version { get; init; }

    public string? Node { get; init; }

    /// <exception cref="PeerException">the line is not a measurement</exception>
    public static Sample Parse(string line)
    {
        try
        {
            var sample = JsonSerializer.Deserialize<Sample>(line, s_json);
            return sample is { Times.Length: > 0 } && sample.Times.All(t => t > 0)
                ? sample
                : throw new PeerException($"printed no times: {line}");
        }
        catch (JsonException)
        {
            throw new PeerException($"printed no measurement: {line}");
        }
    }
}

/// <summary>A process gave no measurement; the message says why.</summary>
internal sealed class PeerException(string message) : Exception(message);

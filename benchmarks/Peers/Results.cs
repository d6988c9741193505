using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>A whole comparison, as stored in <c>RESULTS.json</c>.</summary>
/// <param name="Arguments">the command line, beginning with <c>peers</c></param>
/// <param name="Date">start of the comparison</param>
/// <param name="Minutes">duration</param>
/// <param name="Version">version of IlgpuGan, with the commit if the build knew it</param>
/// <param name="Machine">the machine</param>
/// <param name="Settings">versions and settings of the peers</param>
/// <param name="Rows">one row per workload and number of threads</param>
/// <param name="Notes">missing peers and failures</param>
internal sealed record Results(
    string Arguments, DateTimeOffset Date, double Minutes, string Version, Measuring.Machine Machine, IReadOnlyList<Setting> Settings,
    IReadOnlyList<ResultRow> Rows, IReadOnlyList<string> Notes)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string ToJson() => JsonSerializer.Serialize(this, s_json) + "\n";

    /// <exception cref="JsonException">the text is not a comparison</exception>
    public static Results FromJson(string text) => JsonSerializer.Deserialize<Results>(text, s_json) ?? throw new JsonException("null");
}

internal sealed record Setting(string Name, string Value);

/// <summary>One workload: our entry first, then the peers'.</summary>
/// <param name="Work">title of the workload</param>
/// <param name="Threads">number of threads</param>
/// <param name="Entries">at least our own entry</param>
internal sealed record ResultRow(string Work, int Threads, IReadOnlyList<Entry> Entries)
{
    /// <summary>The fastest peer that computes in float32 as we do; null if there is none.</summary>
    [JsonIgnore]
    public Entry? Best => Entries.Skip(1).Where(e => e.IsFloat32).MinBy(e => e.MinS);

    /// <summary>The fastest peer that computes in fewer bits; null if there is none.</summary>
    [JsonIgnore]
    public Entry? Reduced => Entries.Skip(1).Where(e => !e.IsFloat32).MinBy(e => e.MinS);

    /// <summary>Our ratio to each peer.</summary>
    public IReadOnlyList<Ratio> Ratios => [.. Entries.Skip(1).Select(peer => Ratio.Of(Entries[0], peer))];

    public Entry? EntryOf(string name) => Entries.FirstOrDefault(e => e.Name == name);
}

/// <summary>The measurements of one program on a workload.</summary>
/// <param name="Name">name of the program</param>
/// <param name="MinS">seconds of the fastest step</param>
/// <param name="MedianS">median of all steps of all processes</param>
/// <param name="Processes">number of processes</param>
/// <param name="PeakMb">largest resident memory of a process, in 10⁶ bytes; null if not measured</param>
/// <param name="NewBuffers">tensor buffers allocated in all timed steps; ours only</param>
/// <param name="ManagedKbPerStep">managed memory allocated per step; ours only</param>
/// <param name="TimesS">seconds of every step</param>
internal sealed record Entry(
    string Name, double MinS, double MedianS, int Processes, double? PeakMb, long? NewBuffers, double? ManagedKbPerStep,
    IReadOnlyList<double> TimesS)
{
    /// <summary>Name of the fastest variant; empty if there was no choice.</summary>
    public string Way { get; init; } = "";

    /// <summary>Whether the program computes in float32.</summary>
    public bool IsFloat32 { get; init; } = true;

    /// <summary>Name and variant.</summary>
    [JsonIgnore]
    public string Title => Way.Length > 0 ? $"{Name}, {Way}" : Name;

    /// <param name="samples">at least one sample</param>
    public static Entry Of(string name, IReadOnlyList<Sample> samples)
    {
        double[] times = [.. samples.SelectMany(s => s.Times)];
        return new Entry(
            name, times.Min(), Median(times), samples.Count, samples.Max(s => s.PeakMb), samples.Max(s => s.NewBuffers),
            samples.Max(s => s.ManagedKbPerStep), [.. times.Select(t => Math.Round(t, 5))]);
    }

    private static double Median(double[] times)
    {
        double[] sorted = [.. times.Order()];
        return Math.Round((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, 5);
    }
}

/// <summary>Our result relative to a peer's.</summary>
/// <param name="Peer">name of the peer</param>
/// <param name="Min">the peer's fastest time over ours: above 1 we are faster</param>
/// <param name="Median">the peer's median over ours</param>
/// <param name="Memory">our peak memory over the peer's: below 1 we need less; null if not measured</param>
internal sealed record Ratio(string Peer, double Min, double Median, double? Memory)
{
    public static Ratio Of(Entry ours, Entry peer) => new(
        peer.Name, Math.Round(peer.MinS / ours.MinS, 3), Math.Round(peer.MedianS / ours.MedianS, 3),
        ours.PeakMb is { } mine && peer.PeakMb is { } its ? Math.Round(mine / its, 3) : null);
}

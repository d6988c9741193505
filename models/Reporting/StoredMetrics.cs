using System.Text.Json;
using IlgpuGan.Models.Training;

namespace IlgpuGan.Models.Reporting;

/// <summary>The figures in a run's <c>evaluation.json</c>, whatever measures applied to it.</summary>
internal static class StoredMetrics
{
    private static readonly Dictionary<string, string> s_names = new()
    {
        ["l1"] = "L1 (0 … 1, lower is better)",
        ["mse"] = "MSE (0 … 1, lower is better)",
        ["psnr"] = "PSNR (dB, higher is better)",
        ["ssim"] = "SSIM (higher is better)",
        ["msSsim"] = "MS-SSIM (higher is better)",
        ["pixelAccuracy"] = "Per-pixel accuracy of classes (higher is better)",
        ["classAccuracy"] = "Per-class accuracy (higher is better)",
        ["classIou"] = "Class IoU (higher is better)",
        ["colours.l"] = "Colours shared with the targets, L (of 1)",
        ["colours.a"] = "Colours shared with the targets, a (of 1)",
        ["colours.b"] = "Colours shared with the targets, b (of 1)",
    };

    /// <summary>Means over the pictures with the baseline's beside them, then measures of the whole set; none if there is no file.</summary>
    /// <exception cref="RunException">the file is damaged</exception>
    public static IReadOnlyList<ReportMetric> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            return Of(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new RunException($"{path}: is damaged: {e.Message}", e);
        }
    }

    private static List<ReportMetric> Of(JsonElement root)
    {
        var metrics = new List<ReportMetric>();
        Add("", root, "mean", "baseline", "best single colour");
        if (root.TryGetProperty("segmentation", out var segmentation))
        {
            Add("", segmentation, "outputs", "ceiling", "the real pictures");
        }

        foreach (var group in new[] { "colours", "twoSample", "slicedWasserstein" })
        {
            Add(group + ".", root, group, null, null);
        }

        return metrics;

        void Add(string prefix, JsonElement parent, string group, string? baselines, string? baselineName)
        {
            if (!parent.TryGetProperty(group, out var values) || values.ValueKind != JsonValueKind.Object)
            {
                return;
            }

            foreach (var value in values.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number && !metrics.Exists(m => m.Name == NameOf(prefix + p.Name))))
            {
                double? baseline = baselines is not null && parent.TryGetProperty(baselines, out var others) && others.TryGetProperty(value.Name, out var other) && other.ValueKind == JsonValueKind.Number
                    ? other.GetDouble()
                    : null;
                metrics.Add(new ReportMetric(NameOf(prefix + value.Name), value.Value.GetDouble(), baseline, baseline is null ? null : baselineName));
            }
        }
    }

    private static string NameOf(string key) => s_names.GetValueOrDefault(key, key);
}
